// Writes config/mitra.yml and docs/configuration.md from the rows of src/config/settings.ts. Run it after changing them:
// `node docs/generate-configuration.ts`. A test fails while either is out of date.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isSetting, type Key, type Setting } from '../src/config/setting.ts'
import { sections, settings } from '../src/config/settings.ts'
import { types } from '../src/config/types.ts'
import { sources } from '../src/sources/index.ts'

type Source = { name: string; summary: string; enabledByDefault: boolean }
type Branch = Readonly<Record<string, unknown>>

const root = join(import.meta.dirname, '..')
export const defaultFilePath = join(root, 'config/mitra.yml')
export const pagePath = join(root, 'docs/configuration.md')

/** The default file: every setting at its default behind a `#` that touches it; prose has a space after the `#`. */
export function defaultFile(known: readonly Source[] = sources): string {
  const head = `# Configuration of mitra: every setting, at its default. Take away the # in front of one to change it.
# Found with -c FILE, else $MITRA_CONFIG, else /etc/mitra/mitra.yml, else ~/.config/mitra/mitra.yml.
# Any text may refer to the environment: \${NAME}, or \${NAME:-default}. \`mitra check\` says what is wrong with it.
# Documented in docs/configuration.md.
`
  return `${[head, ...branchLines(settings, '', known)].join('\n')}\n`
}

function branchLines(branch: Branch, path: string, known: readonly Source[]): string[] {
  const indent = '  '.repeat(path === '' ? 0 : path.split('.').length)
  return Object.entries(branch).flatMap(([name, node]) => {
    if (isSetting(node)) {
      const lines = name === 'sources' ? sourceLines(node, known) : settingLines(name, node)
      return [...lines.map((line) => (line === '' ? '' : indent + line)), '']
    }
    const section = path === '' ? name : `${path}.${name}`
    return [`${indent}# ${sections[section]}`, `${indent}${name}:`, ...branchLines(node as Branch, section, known)]
  })
}

function settingLines(name: string, setting: Setting): string[] {
  const said = [`# ${setting.help}`, ...(setting.consequence ? [`# ${setting.consequence}`] : [])]
  if (setting.example) said.push(`# Example: ${setting.example}`)
  const value = setting.default
  if (Array.isArray(value) && value.length > 0) return [...said, `#${name}:`, ...value.map((item) => `#- ${item}`)]
  return [
    ...said,
    `#${name}: ${value === undefined ? 'null' : typeof value === 'string' ? value : JSON.stringify(value)}`,
  ]
}

function sourceLines(setting: Setting, known: readonly Source[]): string[] {
  return [
    `# ${setting.help}`,
    `# Example: ${setting.example}`,
    'sources:',
    ...known.flatMap(({ name, summary, enabledByDefault }) => [`  # ${summary}`, `  #${name}: ${enabledByDefault}`]),
  ]
}

/** The page of the documentation. */
export function page(known: readonly Source[] = sources): string {
  return `# Configuration

<!-- Made by docs/generate-configuration.ts from src/config/settings.ts. -->

Without a configuration mitra reads a sensible set of files and every built-in source of this host into a database file.
\`config/mitra.yml\` has every setting at its default, commented; copy it to \`/etc/mitra/mitra.yml\` and change what you need.

## Which file

The first of these that there is; they are not merged:

1. \`-c FILE\`
2. \`$MITRA_CONFIG\`
3. \`/etc/mitra/mitra.yml\`
4. \`mitra/mitra.yml\` in \`$XDG_CONFIG_HOME\`, or \`~/.config/mitra/mitra.yml\`
5. the built-in defaults

A file named by the first two has to be there. The file is YAML of at most 1 MB, one document, without aliases.

## Values from the environment

Any text may hold \`\${NAME}\`, whole or in part: \`es_host: \${ES_HOST}\`. \`\${NAME:-default}\` has a value for a variable that is
unset or empty; without one, an unset variable is a mistake. \`$\${\` stands for a plain \`\${\`. Where a number, true or false is
asked for, the variable may spell it. Messages show the reference, never the value.

## Secrets

\`api_key\`, \`password\` and \`bearer_token\` of \`store.elasticsearch\` may name the file they are kept in, as service managers and
containers hand them over: \`password: {file: /run/secrets/elastic}\`, \`api_key: {file: "\${CREDENTIALS_DIRECTORY}/mitra"}\`. It is
read when the configuration is; the line break at its end is not part of the secret. No command, message or log shows one.
Quote a secret written here: YAML gives many signs a meaning.

## Mistakes

\`mitra check\` reads the configuration and stores nothing. Every mistake is one line with file, line, key, rule and what was given:

\`\`\`
/etc/mitra/mitra.yml:7: indexer.frequency must be ${types.frequency.accepts}, got "fast"
/etc/mitra/mitra.yml:9: unknown key indexer.filez, did you mean indexer.files?
\`\`\`

## Bursts

A cycle of minutes does not see what is over in seconds. A rule says when to look closer, at what, and for how long:

\`\`\`yaml
burst:
  rules:
  - name: memory below low
    when: zoneinfo.below_low:true OR pressure.memory.full_avg10:>10
    interval: 0.1
    for: 60
    look: 5
  - name: accept queue
    when: socket.listen.pct:>80
    sources: [sockets, netstat, softnet, stat]
    interval: 1
\`\`\`

- The condition is a query as of \`mitra search\`, tested on one document at a time: on what the rule’s own sources say every \`look\`,
  of which nothing is stored, and on the samples and changed states of every cycle, of whatever source.
- A burst reads beside the cycles, which go on. All documents of a round have one time, to the millisecond. Each sample has the name
  of its rule as \`event.burst\`; a state is stored when it changes, as ever.
- A round is followed by a rest as long as itself, at least, so that bursts take at most half a core; of several at once the rounds take
  turns. Rounds left out for that are counted in the log. What is written at once is a second or 512 kB, and that much is lost if
  the agent is killed.
- It ends after \`for\`, whatever becomes of the condition, and the rule rests for \`rest\`. When all bursts of a UTC day have reached
  \`burst.maxsize\`, none begins before the next; the bytes of the day are counted in a file beside the store, over restarts.
- Ten rounds a second of vmstat, meminfo and buddyinfo take about 7 % of a core, and 150 kB a second as JSON, of which the embedded
  store keeps 19. A look at the usual sources takes 13 ms of processor time: every 10 s, 0.13 % of a core.

\`\`\`sh
mitra hosts 'agent.burst.total:>0'
mitra search 'event.burst:"memory below low"' --history --from now-1h --fields '@timestamp,zoneinfo.node0.Normal.free'
mitra compare db1 /proc/zoneinfo --before 2026-11-21T14:03:00 --after 2026-11-21T14:03:05 --step 500ms
mitra around db1 2026-11-21T14:03:02 --window 5s
mitra burst --for 2m
\`\`\`

## Settings

An MB is 1,048,576 bytes. A cron expression has the fields minute, hour, day, month and weekday, with seconds in front if there
are six, in the host's local time; \`@hourly\`, \`@daily\`, \`@weekly\`, \`@monthly\` and \`@yearly\` work too.

${sectionTables(settings, '', known).join('\n\n')}
`
}

function sectionTables(branch: Branch, path: string, known: readonly Source[]): string[] {
  const rows = Object.entries(branch).filter((entry): entry is [string, Setting] => isSetting(entry[1]))
  const title = path === '' ? 'Top level' : `\`${path}\``
  const own = rows.filter(([name]) => name !== 'sources')
  const tables =
    own.length > 0 ? [`### ${title}\n\n${sections[path]}\n\n${table(own, path === '' ? '' : `${path}.`)}`] : []
  for (const [name, node] of Object.entries(branch)) {
    if (!isSetting(node)) tables.push(...sectionTables(node as Branch, path === '' ? name : `${path}.${name}`, known))
    else if (name === 'sources') tables.push(sourcesTable(node, known))
    else if (node.each) tables.push(elementTable(`${path}.${name}`, node, node.each))
  }
  return tables
}

function table(rows: readonly [string, Setting][], prefix: string): string {
  const lines = rows.map(([name, { type, default: value, help, consequence, example }]) => {
    const said = [help, consequence, example && `Example: \`${example}\`.`].filter(Boolean).join(' ')
    return `| \`${prefix}${name}\` | ${cell(types[type].accepts)} | ${defaultCell(value)} | ${cell(said)} |`
  })
  return `| setting | value | default | meaning |\n|---|---|---|---|\n${lines.join('\n')}`
}

function elementTable(path: string, setting: Setting, each: Readonly<Record<string, Key>>): string {
  const value = setting.default
  const listed =
    Array.isArray(value) && value.length > 0 ? `\n\nBy default: ${value.map((item) => `\`${item}\``).join(', ')}.` : ''
  const short = each['path'] && !each['run'] ? ', or just its path as a text' : ''
  return `#### Each of \`${path}\`\n\nA mapping with these keys${short}.\n\n${keyTable(each)}${listed}`
}

function keyTable(keys: Readonly<Record<string, Key>>): string {
  const lines = Object.entries(keys).map(
    ([name, { type, default: value, required, help }]) =>
      `| \`${name}\` | ${cell(types[type].accepts)} | ${required ? 'required' : (value ?? 'none')} | ${cell(help)} |`,
  )
  return `| key | value | default | meaning |\n|---|---|---|---|\n${lines.join('\n')}`
}

function sourcesTable(setting: Setting, known: readonly Source[]): string {
  const lines = known.map(
    ({ name, summary, enabledByDefault }) => `| \`sources.${name}\` | ${enabledByDefault} | ${cell(summary)} |`,
  )
  return `### \`sources\`

${setting.help} A mapping has \`enabled\` (${setting.each?.['enabled']?.default} by default) and \`frequency\`. Example: \`${setting.example}\`.

| setting | default | what it reads |
|---|---|---|
${lines.join('\n')}${Object.entries(setting.own ?? {})
  .map(ownKeysTable)
  .join('')}`
}

function ownKeysTable([name, keys]: [string, Readonly<Record<string, Key>>]): string {
  return `\n\n#### Also in a mapping of \`sources.${name}\`\n\n${keyTable(keys)}`
}

function defaultCell(value: unknown): string {
  if (value === undefined) return 'none'
  if (Array.isArray(value) && value.length > 0) return 'see below'
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}

if (import.meta.main) {
  writeFileSync(defaultFilePath, defaultFile())
  writeFileSync(pagePath, page())
}
