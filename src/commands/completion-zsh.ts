// The completion script of zsh.
import type { OptionDefinition } from './command.ts'
import type { LoadedCommand } from './completion.ts'
import { optionText } from './help.ts'

/** A script to be sourced after compinit, or to be saved as `_mitra` in a folder of $fpath. */
export function zshCompletion(loaded: readonly LoadedCommand[]): string {
  return `#compdef mitra
# Completion of mitra for zsh: source <(mitra completion zsh)
_mitra_fields() {
  local -a names
  names=(\${(f)"$(mitra fields --fields name --limit 0 --quiet 2>/dev/null)"})
  names=(\${(M)names:#[A-Za-z0-9_@.-]##})
  compadd -S "$1" -a names
}
_mitra() {
  setopt local_options extended_glob
  if ((CURRENT == 2)); then
    local -a names=(
${loaded.map(({ entry }) => `      ${quoted(`${entry.name}:${entry.summary}`)}`).join('\n')}
    )
    _describe command names
    return
  fi
  local command=$words[2]
  shift words
  ((CURRENT--))
  case $command in
${loaded.map(commandCase).join('\n')}
  esac
}
compdef _mitra mitra
`
}

function commandCase({ entry, definition }: LoadedCommand): string {
  const specs = Object.entries(definition.options).flatMap(([name, option]) => optionSpecs(name, option))
  for (const [name, argument] of Object.entries(definition.arguments))
    specs.push(quoted(`${argument.many ? '*' : ''}:${name}:${offer(argument.completes, argument.choices)}`))
  return `    ${entry.name}) _arguments -s ${[...specs, quoted('(- *)--help[Show help]')].join(' \\\n      ')} ;;`
}

function optionSpecs(name: string, option: OptionDefinition): string[] {
  const text = `[${optionText(option).replace(/[[\]\\:]/g, '\\$&')}]`
  const value = option.value ? `:${option.value}:${offer(option.completes, option.choices)}` : ''
  const repeat = option.many ? '*' : ''
  const long = quoted(`${repeat}--${name}${option.value ? '=' : ''}${text}${value}`)
  return option.short ? [long, quoted(`${repeat}-${option.short}${text}${value}`)] : [long]
}

function offer(completes: string | undefined, choices: readonly string[] | undefined): string {
  if (choices) return `(${choices.join(' ')})`
  if (completes === 'file') return '_files'
  if (completes === 'query') return '_mitra_fields \\:'
  return completes ? '_mitra_fields ""' : ' '
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
