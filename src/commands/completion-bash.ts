// The completion script of bash.
import type { OptionDefinition } from './command.ts'
import type { LoadedCommand } from './completion.ts'

/** A script to be sourced. Names from the store never pass through an expansion, and none that a shell would obey is offered. */
export function bashCompletion(loaded: readonly LoadedCommand[]): string {
  const names = loaded.map(({ entry }) => entry.name)
  return `# Completion of mitra for bash: source <(mitra completion bash)
_mitra_fields() {
  local name
  while IFS= read -r name; do
    [[ $name == "$1"* && $name =~ ^[A-Za-z0-9_@.-]+$ ]] && COMPREPLY+=("$name$2")
  done < <(mitra fields --fields name --limit 0 --quiet 2>/dev/null)
  compopt -o nospace
}
_mitra_files() {
  compopt -o filenames
  mapfile -t COMPREPLY < <(compgen -f -- "$1")
}
_mitra_words() {
  mapfile -t COMPREPLY < <(compgen -W "$2" -- "$1")
}
_mitra() {
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]}
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    _mitra_words "$current" '${names.join(' ')} help --help --version'
    return
  fi
  case $command:$before in
${loaded.flatMap(valueCases).join('\n')}
  esac
  case $command:$current in
${loaded.map(optionCase).join('\n')}
  esac
  case $command in
    help) _mitra_words "$current" '${names.join(' ')}' ;;
${loaded.flatMap(argumentCase).join('\n')}
  esac
}
complete -F _mitra mitra
`
}

function valueCases({ entry, definition }: LoadedCommand): string[] {
  return Object.entries(definition.options)
    .filter(([, option]) => option.value)
    .map(([name, option]) => {
      const flags = [`--${name}`, ...(option.short ? [`-${option.short}`] : [])]
      const action = offer(option) ?? ':'
      return `    ${flags.map((flag) => `${entry.name}:${flag}`).join('|')}) ${action}; return ;;`
    })
}

function optionCase({ entry, definition }: LoadedCommand): string {
  const flags = [...Object.keys(definition.options), 'help'].map((name) => `--${name}`)
  return `    ${entry.name}:-*) _mitra_words "$current" '${flags.join(' ')}'; return ;;`
}

function argumentCase({ entry, definition }: LoadedCommand): string[] {
  return Object.values(definition.arguments)
    .slice(0, 1)
    .flatMap((argument) => {
      const action = offer(argument)
      return action ? [`    ${entry.name}) ${action} ;;`] : []
    })
}

function offer({ completes, choices }: Pick<OptionDefinition, 'completes' | 'choices'>): string | undefined {
  if (choices) return `_mitra_words "$current" '${choices.join(' ')}'`
  if (completes === 'file') return '_mitra_files "$current"'
  return completes && `_mitra_fields "$current" '${completes === 'query' ? ':' : ''}'`
}
