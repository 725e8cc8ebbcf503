// The text of `--help`, made from the declarations.
import type { Arguments, CommandDefinition, OptionDefinition } from './command.ts'
import { type CommandEntry, commands } from './index.ts'

const helpRow = { flags: '-h, --help', text: 'Show this help.' }

/** Help of the program: what it is for and its commands. */
export function programHelp(width: number): string {
  const groups = [...new Set(commands.map((entry) => entry.group))]
  const sections = groups.map((group) => {
    const rows = commands
      .filter((entry) => entry.group === group)
      .map(({ name, summary }) => ({ flags: name, text: summary }))
    return `${group}:\n${renderRows(rows, width, 12)}`
  })
  return [
    'Usage: mitra COMMAND [OPTIONS]\n',
    wrap(
      'mitra makes an infrastructure searchable: snapshots of files and kernel state, kept by day, asked in Lucene syntax.',
      width,
    ),
    ...sections,
    `Options:\n${renderRows([helpRow, { flags: '-V, --version', text: 'Show the version.' }], width, 12)}`,
    'mitra COMMAND --help tells more about each. Exit status: 0 found, 1 nothing found, 2 an error.\n',
  ].join('\n')
}

/** Help of one command. */
export function commandHelp(entry: CommandEntry, definition: CommandDefinition, width: number): string {
  const parts = [`Usage: ${usage(entry.name, definition)}\n`]
  for (const paragraph of definition.description.split('\n\n')) parts.push(wrap(paragraph, width))
  const argumentRows = Object.entries(definition.arguments).map(([name, { summary, choices }]) => ({
    flags: name.toUpperCase(),
    text: choices ? `${summary} (${choices.join(', ')})` : summary,
  }))
  if (argumentRows.length > 0) parts.push(`Arguments:\n${renderRows(argumentRows, width)}`)
  const optionRows = Object.entries(definition.options).map(([name, option]) => ({
    flags: optionFlags(name, option),
    text: optionText(option),
  }))
  parts.push(`Options:\n${renderRows([...optionRows, helpRow], width)}`)
  parts.push(`Examples:\n${definition.examples.map(({ asks, line }) => `  # ${asks}\n  ${line}\n`).join('\n')}`)
  return parts.join('\n')
}

/** `mitra values FIELD [QUERY...] [OPTIONS]` */
export function usage(name: string, definition: { arguments: Arguments }): string {
  const words = Object.entries(definition.arguments).map(([key, { required, many }]) => {
    const word = `${key.toUpperCase()}${many ? '...' : ''}`
    return required ? word : `[${word}]`
  })
  return ['mitra', name, ...words, '[OPTIONS]'].join(' ')
}

/** `-c, --config FILE` */
export function optionFlags(name: string, option: OptionDefinition): string {
  return `${option.short ? `-${option.short}, ` : ''}--${name}${option.value ? ` ${option.value}` : ''}`
}

/** What the option does, its choices, its default. */
export function optionText(option: OptionDefinition): string {
  const notes: string[] = []
  if (option.choices) notes.push(option.choices.join(', '))
  if (option.many) notes.push('may be repeated')
  const fallback = option.defaultText ?? option.default
  if (fallback !== undefined) notes.push(`default: ${fallback}`)
  return notes.length === 0 ? option.summary : `${option.summary} (${notes.join('; ')})`
}

function renderRows(rows: readonly { flags: string; text: string }[], width: number, least = 0): string {
  const indent = Math.max(least, ...rows.map((row) => row.flags.length)) + 4
  return rows
    .map(
      ({ flags, text }) =>
        `  ${flags.padEnd(indent - 2)}${wrap(text, width - indent)
          .trimEnd()
          .replaceAll('\n', `\n${' '.repeat(indent)}`)}\n`,
    )
    .join('')
}

/** Words of one paragraph on lines of at most `width` characters. */
function wrap(text: string, width: number): string {
  const room = Math.max(20, Math.min(width, 100))
  let wrapped = ''
  let line = ''
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > room) {
      wrapped += `${line}\n`
      line = ''
    }
    line = line === '' ? word : `${line} ${word}`
  }
  return `${wrapped}${line}\n`
}
