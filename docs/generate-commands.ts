// Writes docs/commands.md from the declarations of the commands. Run it after changing them:
// `node docs/generate-commands.ts`. A test fails while the page is out of date.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CommandDefinition } from '../src/commands/command.ts'
import { optionFlags, optionText, usage } from '../src/commands/help.ts'
import { type CommandEntry, commands } from '../src/commands/index.ts'

export const pagePath = join(import.meta.dirname, 'commands.md')

/** The page of the documentation. */
export async function page(): Promise<string> {
  const sections = await Promise.all(commands.map(async (entry) => section(entry, await entry.load())))
  const list = commands.map(({ name, summary }) => `| [\`${name}\`](#mitra-${name}) | ${cell(summary)} |`)
  return `# Commands

<!-- Made by docs/generate-commands.ts from src/commands. -->

| command | what it does |
|---|---|
${list.join('\n')}

Queries are described in [query-syntax.md](query-syntax.md), settings in [configuration.md](configuration.md).

## Output

- Data goes to stdout, everything else to stderr: hints, limits, whom an answer covers, progress, errors.
- A terminal gets aligned, coloured tables; lists stop at 50 rows there and say so. A pipe gets plain text without headings, one
  line a row, columns separated by tabs, and all rows.
- \`--json\` gives one object a line with stable names and times in UTC; \`--csv\` is RFC 4180 with a heading. Values are kept as
  they are in both, also what a spreadsheet would take for a formula. Times for people are local, in ISO 8601 that
  \`--at\`, \`--from\` and \`--to\` understand.
- Names, contents and values come from other machines. Whatever a terminal would obey or hide (escape sequences, control
  characters, direction overrides) is shown written out, as \`\\x1b\`, in every table and line, piped or not; JSON holds it as
  escapes. Only \`mitra show\` into a pipe or file and CSV into a pipe or file pass bytes on as they were stored.
- Exit status: 0 found or done, 1 nothing found, 2 an error. An error is one line and what to do about it; \`MITRA_DEBUG=1\` adds
  the stack. Ctrl-C ends with 130; a reader that goes away (\`| head\`) ends quietly with 0.

${sections.join('\n\n')}
`
}

function section(entry: CommandEntry, definition: CommandDefinition): string {
  const words = Object.entries(definition.arguments).map(
    ([name, { summary, choices }]) =>
      `| \`${name.toUpperCase()}\` | ${cell(summary)}${choices ? ` (${choices.join(', ')})` : ''} |`,
  )
  const options = Object.entries(definition.options).map(
    ([name, option]) => `| \`${optionFlags(name, option)}\` | ${cell(optionText(option))} |`,
  )
  const rows = [...words, ...options]
  const table = rows.length === 0 ? [] : [`| argument, option | meaning |\n|---|---|\n${rows.join('\n')}`]
  const examples = definition.examples.map(({ asks, line }) => `# ${asks}\n${line}`)
  return [
    `## mitra ${entry.name}`,
    entry.summary,
    `\`${usage(entry.name, definition)}\``,
    prose(definition.description),
    ...table,
    `\`\`\`sh\n${examples.join('\n\n')}\n\`\`\``,
  ].join('\n\n')
}

/** Markdown reads `*`, `<` and `_` in plain words; descriptions mean them as they stand. */
function prose(text: string): string {
  return text.replace(/[*<_]/g, '\\$&')
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/(?<!`)\*(?!`)/g, '\\*')
}

if (import.meta.main) writeFileSync(pagePath, await page())
