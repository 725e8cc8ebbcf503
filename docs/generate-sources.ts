// Writes docs/sources.md, docs/fields.md and src/sources/declared-fields.json from the declarations of the sources and the core
// fields. Run it after changing them: `node docs/generate-sources.ts`. A test fails while one is out of date.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { settings } from '../src/config/settings.ts'
import { coreFields } from '../src/snapshot/core-fields.ts'
import type { Kind } from '../src/snapshot/document.ts'
import type { Field, FieldType, Unit } from '../src/snapshot/field.ts'
import { commandFields } from '../src/sources/command.ts'
import { tableOf } from '../src/sources/declared-fields.ts'
import { formatOf, sources } from '../src/sources/index.ts'
import type { SourceDefinition } from '../src/sources/source.ts'

export const sourcesPath = join(import.meta.dirname, 'sources.md')
export const fieldsPath = join(import.meta.dirname, 'fields.md')
export const tablePath = join(import.meta.dirname, '../src/sources/declared-fields.json')

const kinds: Record<Kind, string> = {
  state: 'state: every change is kept',
  metric: 'metric: every observation is kept',
}

const types: Record<FieldType, string> = {
  keyword: 'a whole value, case and all; wildcards and regular expressions match the whole of it',
  text: 'words: runs of letters and digits, in lower case; phrases and proximity work',
  long: 'a whole number; ranges work',
  double: 'a number with a fraction; ranges work',
  boolean: '`true` or `false`',
  date: 'a time in UTC, to the millisecond; ranges and date maths (`now-1d/d`) work',
  ip: 'an IPv4 or IPv6 address; networks (`10.0.0.0/8`) work',
}

const units: Record<Unit, string> = {
  bytes: 'bytes, also where the kernel prints kB',
  pages: 'pages of memory, 4096 bytes each on most machines',
  ms: 'milliseconds',
  s: 'seconds',
  per_second: 'how many a second',
  percent: 'parts of a hundred',
  count: 'how many',
}

/** The fields of the sources, for the program to read without the sources. */
export function fieldTableFile(): string {
  return tableOf([...sources.flatMap((source) => source.fields), ...commandFields])
}

/** The page of the sources. */
export function sourcesPage(): string {
  const overview = sources.map(({ name, summary, enabledByDefault, paths }) => [
    `[\`${name}\`](#${name})`,
    paths.map(code).join(', '),
    onOrOff(enabledByDefault),
    summary,
  ])
  const configured = [
    [
      '[files](#files)',
      'the path of each file',
      '[a list](configuration.md#each-of-indexerfiles_if_present)',
      'Files, globs and folders of the host.',
    ],
    ['[commands](#commands)', 'the path given to each', 'none', 'What commands of the host print.'],
  ]
  return `# Sources

<!-- Made by docs/generate-sources.ts from src/sources. -->

A source is something a snapshot is taken of. Each observation of it is a document: the text as it was found in \`content\`, what
it says as typed fields, and the fields that any document has ([fields.md](fields.md)). \`event.dataset\` names the source,
\`file.path\` what was read; pseudo paths stand where there is no single file.

${table(['source', 'documents at', 'by default', 'what it reads'], [...overview, ...configured])}

- **${kinds.state}.** An unchanged document is stored once into each new day. What changes on every read is no change.
- **${kinds.metric}**, its text only for the newest of a day.
- A source that the host has nothing for makes no document. One that could not be read makes a document with \`error.message\`.
- \`sources.<name>: false\` turns a source off, \`sources.<name>: {frequency: 60}\` gives it a time of its own; files and commands
  are lists under \`indexer\`. Everything is in [configuration.md](configuration.md).

${sources.map(section).join('\n\n')}

${filesSection}

${commandsSection}

${understoodSection()}
`
}

function section({ name, summary, enabledByDefault, paths, formats, fields }: SourceDefinition): string {
  const documents = paths.map((path) => {
    const format = formats.find((each) => each.matches(path))
    return [code(path), code(format?.dataset ?? ''), format === undefined ? '' : kinds[format.kind]]
  })
  return `## ${name}

${summary} ${enabledByDefault ? 'On' : 'Off'} by default: \`sources.${name}: ${!enabledByDefault}\` turns it ${onOrOff(!enabledByDefault)}.

${table(['path', '`event.dataset`', 'kind'], documents)}

${fieldTable(fields)}`
}

const filesSection = `## files

What \`indexer.files\` and \`indexer.files_if_present\` name: files, globs (\`*\`, \`?\`, \`[ ]\`, \`{ }\`, \`**\`) and folders with every
regular file below them. One document for each file, at its path; \`mitra.file\`, ${kinds.state}.

- A missing file of \`files\` is a document with \`error.message\`, unless it is not \`required\`; of \`files_if_present\` it is none. A
  file that was removed becomes a tombstone: \`file.exists: false\`, its content gone.
- A changed file is stored within a second (\`indexer.watch\`); in /proc, /sys and network file systems at the next cycle.
- A file above \`indexer.maxsize\`, a FIFO, a socket or a device is described and not read. Links are followed inside the root,
  \`file.target_path\` says where to. Binary content is described and hashed, not stored as text.

Its fields are the \`file.*\` of [fields.md](fields.md).`

const commandsSection = `## commands

What \`indexer.commands\` lists: a program with its arguments, run without a shell. One document for each command, at the \`path\` the
configuration gives it; \`mitra.command\`, state or metric as \`kind\` says, state if nothing does.

- The text is what the command printed to stdout, up to its \`maxsize\`. What \`file.size\`, \`file.encoding\` and \`file.hash.sha256\`
  say is of that.
- Another exit status than 0, no end within \`timeout\`, too much output or no such program: a document with \`error.message\` and
  whatever was printed till then. What a command started is killed with it.

${fieldTable(commandFields)}`

/** Paths worth naming, beside those of the sources: tables that several documents of a host may come from. */
const otherPaths = ['/proc/net/netstat', '/proc/net/snmp', '/proc/net/snmp6']

function understoodSection(): string {
  const own = sources.flatMap(({ name, paths }) => paths.map((path) => [path, name] as const))
  const usual = settings.indexer.files_if_present.default.map((entry) =>
    typeof entry === 'string' ? entry : entry.path,
  )
  const others = [...usual, ...otherPaths].flatMap((path) => {
    const format = formatOf(path.replace('*', 'name'))
    const source = sources.find(({ formats }) => format !== undefined && formats.includes(format))
    return source === undefined ? [] : [[path, source.name] as const]
  })
  const rows = [...own, ...others].map(([path, name]) => [code(path), `[\`${name}\`](#${name})`])
  return `## Texts that are understood

The text at these paths becomes typed fields whoever read it: the source itself, a file or a command configured under that path,
or an import.

${table(['path', 'fields of'], rows)}`
}

/** The page of the fields. */
export function fieldsPage(): string {
  const aliased = [...coreFields, ...sources.flatMap(({ fields }) => fields), ...commandFields].filter(
    ({ alias }) => alias,
  )
  const aliases = aliased.map(({ name, alias = '' }) => `\`${alias}\` for \`${name}\``)
  const parts = sources.map(
    ({ name, fields }) => `## ${name}\n\nOf [the source](sources.md#${name}).\n\n${fieldTable(fields)}`,
  )
  return `# Fields

<!-- Made by docs/generate-sources.ts from src/snapshot/core-fields.ts and src/sources. -->

What a document can be asked for. \`mitra fields\` lists what the store has, \`mitra values FIELD\` which values and on how many hosts;
how a query names a field is in [query-syntax.md](query-syntax.md).

- A name that ends in \`.*\` stands for a family: the host decides which there are, under the kernel’s own names.
- A field may have several values; a query matches it when it matches one of them.
- Queries may use other names: ${aliases.join(', ')}. \`_exists_:NAME\` asks for any value.

${table(
  ['type', 'what it holds'],
  Object.entries(types).map(([name, said]) => [name, said]),
)}

${table(
  ['unit', 'meaning'],
  Object.entries(units).map(([name, said]) => [name, said]),
)}

## Any document

${fieldTable(coreFields)}

${parts.join('\n\n')}

## commands

Of [configured commands](sources.md#commands).

${fieldTable(commandFields)}
`
}

function fieldTable(fields: readonly Field[]): string {
  const rows = fields.map(({ name, alias, type, unit = '', summary }) => [
    alias === undefined ? code(name) : `${code(name)}, ${code(alias)}`,
    type,
    unit,
    summary,
  ])
  return table(['field', 'type', 'unit', 'meaning'], rows)
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map((row) => line(row.map(cell)))].join('\n')
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}

function code(text: string): string {
  return `\`${text}\``
}

function onOrOff(isOn: boolean): string {
  return isOn ? 'on' : 'off'
}

if (import.meta.main) {
  writeFileSync(sourcesPath, sourcesPage())
  writeFileSync(fieldsPath, fieldsPage())
  writeFileSync(tablePath, fieldTableFile())
}
