// The completion script of fish.
import type { OptionDefinition } from './command.ts'
import type { LoadedCommand } from './completion.ts'
import { optionText } from './help.ts'

/** A script for ~/.config/fish/completions/mitra.fish. */
export function fishCompletion(loaded: readonly LoadedCommand[]): string {
  const lines = loaded.flatMap(({ entry, definition }) => {
    const when = `-n '__fish_seen_subcommand_from ${entry.name}'`
    const options = Object.entries(definition.options).map(([name, option]) => {
      const short = option.short ? ` -s ${option.short}` : ''
      const value = option.value ? ` ${offer(option)}` : ''
      return `complete -c mitra ${when}${short} -l ${name}${value} -d ${quoted(optionText(option))}`
    })
    const [argument] = Object.values(definition.arguments)
    const words =
      argument && (argument.completes || argument.choices) ? [`complete -c mitra ${when} ${offer(argument)}`] : []
    return [
      `complete -c mitra -n __fish_use_subcommand -a ${entry.name} -d ${quoted(entry.summary)}`,
      ...options,
      ...words,
    ]
  })
  return `# Completion of mitra for fish: mitra completion fish > ~/.config/fish/completions/mitra.fish
function __mitra_fields
    mitra fields --fields name --limit 0 --quiet 2>/dev/null | string match -r '^[A-Za-z0-9_@.-]+$' | string replace -r '$' "$argv[1]"
end
complete -c mitra -f
${lines.join('\n')}
`
}

function offer({ completes, choices }: Pick<OptionDefinition, 'completes' | 'choices'>): string {
  if (choices) return `-x -a '${choices.join(' ')}'`
  if (completes === 'file') return '-r -F'
  return completes ? `-x -a '(__mitra_fields ${completes === 'query' ? ':' : '""'})'` : '-x'
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
