// Files of one setting a line, whatever program reads them: `key = value` (os-release(5), ini files, sysctl.d(5)), `key: value`
// (nsswitch.conf(5)) and `key value` (sshd_config(5), login.defs(5)). Which of them a file is follows from its lines.

export interface KeyValues {
  /** Values by key, in order of their lines; a key below a heading is written behind it, as `[mysqld] port`. */
  values: Map<string, string[]>
  /** Lines that are neither settings, headings, comments nor blank. */
  rest: string[]
}

/** More text than anyone keeps settings in. */
const mostCharacters = 1_000_000
const mostLines = 20_000
/** Of the lines that say something, those that must have the form. */
const leastShare = 0.9
/** Distinct keys for each setting: tables such as fstab(5) and limits.conf(5) begin many lines with the same word. */
const leastDistinct = 0.6
/** Lines of prose begin with words too: two may be chance. */
const fewestBare = 3
/** Words a value has after a blank; prose has more. */
const mostWords = 4

const comment = /^\s*(?:[#;!]|\/\/|--)/
/** Of an ini file; and the blocks of sshd_config(5) and ssh_config(5), which last until the next. */
const heading = /^\s*\[([^\]]{1,200})\]$|^\s*((?:Match|Host)[ \t]+[^\s=].{0,199})$/i
const key = /^[A-Za-z_][\w./:@*+-]{0,199}$/
/** Of fstab(5): names of devices, not settings. */
const device = /^(?:PART)?(?:UUID|LABEL)$/

type Split = (line: string) => [key: string, value: string] | undefined

const forms: readonly { split: Split; fewest: number }[] = [
  { split: atEquals, fewest: 1 },
  { split: atColon, fewest: 2 },
  { split: atBlank, fewest: fewestBare },
]

/** The settings of a text, undefined where it is not made of settings. */
export function parseKeyValues(text: string): KeyValues | undefined {
  if (text.length > mostCharacters) return undefined
  const lines = text.split('\n', mostLines + 1).map((line) => line.trimEnd())
  if (lines.length > mostLines) return undefined
  const told = lines.filter((line) => line !== '' && !comment.test(line))
  for (const { split, fewest } of forms) {
    const found = settingsOf(told, split)
    const count = found.values.values().reduce((sum, values) => sum + values.length, 0)
    if (count < fewest || count < (count + found.rest.length) * leastShare) continue
    if (found.values.size >= count * leastDistinct) return found
  }
  return undefined
}

/**
 * How the lines of a text whose form is known divide key and value: `sign` takes an equals sign or a colon, of which a line can
 * only have one as its divider; `blank` leaves the words of a value to it, however many.
 */
export type KeyValueForm = 'equals' | 'colon' | 'sign' | 'blank'

const known: Record<KeyValueForm, Split> = {
  equals: atEquals,
  colon: atColon,
  sign: (line) => atEquals(line) ?? atColon(line),
  blank: atAnyBlank,
}

/** The settings of a text of a known form, whatever else is in it. */
export function readKeyValues(text: string, form: KeyValueForm): KeyValues {
  const lines = text.split('\n').map((line) => line.trimEnd())
  return settingsOf(
    lines.filter((line) => line !== '' && !comment.test(line)),
    known[form],
  )
}

function settingsOf(lines: readonly string[], split: Split): KeyValues {
  const values = new Map<string, string[]>()
  const rest: string[] = []
  let section = ''
  for (const line of lines) {
    const [, bracketed, block] = heading.exec(line) ?? []
    const title = bracketed ?? block
    if (title !== undefined) {
      section = `[${title}] `
      continue
    }
    const [name, value] = split(line) ?? []
    if (name === undefined || value === undefined) rest.push(line)
    else {
      const full = section + name
      const before = values.get(full)
      if (before) before.push(value)
      else values.set(full, [value])
    }
  }
  return { values, rest }
}

function atEquals(line: string): [string, string] | undefined {
  const equals = line.indexOf('=')
  const name = line.slice(0, Math.max(0, equals)).trim()
  return setting(name.replace(/^export[ \t]+/, ''), line.slice(equals + 1))
}

/** An indented one belongs to a key above it, whose name is not known here. */
function atColon(line: string): [string, string] | undefined {
  const colon = line.indexOf(':')
  const isEnd = colon === line.length - 1 || /\s/.test(line.charAt(colon + 1))
  return isEnd ? setting(line.slice(0, Math.max(0, colon)), line.slice(colon + 1)) : undefined
}

function atBlank(line: string): [string, string] | undefined {
  const text = line.trim()
  const [name = '', ...words] = text.split(/[ \t]+/, mostWords + 2)
  if (words.length === 0 || words.length > mostWords) return undefined
  return setting(name, text.slice(name.length))
}

function atAnyBlank(line: string): [string, string] | undefined {
  const text = line.trim()
  const blank = text.search(/[ \t]/)
  return blank === -1 ? undefined : setting(text.slice(0, blank), text.slice(blank))
}

function setting(name: string, value: string): [string, string] | undefined {
  return key.test(name) && !device.test(name) ? [name, value.trim()] : undefined
}
