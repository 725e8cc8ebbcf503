// What the configuration files of a host together ask of its kernel: sysctl.conf(5), sysctl.d(5), sysctl(8).
//
// The order is that of `sysctl --system` of procps: a name that occurs in several directories counts in the first of them only, all
// files follow each other by their names whatever their directories, and /etc/sysctl.conf is the last. systemd-sysctl(8) goes through
// the same directories in the same way but never reads /etc/sysctl.conf, save where a distribution links it into /etc/sysctl.d.
// This is the order taken, because whoever writes a setting into that file means it to hold: a host that does not read it at boot is
// one to be told of.
import { readAssignments, sysctlKey } from './sysctl.ts'

/** A setting asked for, and the file that has the last word. */
export interface ConfiguredSetting {
  value: string
  file: string
  /** A kernel without it is no failure. */
  mayFail: boolean
}

const directories = ['/etc/sysctl.d', '/run/sysctl.d', '/usr/local/lib/sysctl.d', '/usr/lib/sysctl.d', '/lib/sysctl.d']
const lastFile = '/etc/sysctl.conf'

/** Whether settings are read from a file, by its path. */
export function isSysctlFile(path: string): boolean {
  const { directory, name } = partsOf(path)
  return path === lastFile || (directories.includes(directory) && name.endsWith('.conf') && name !== '.conf')
}

/** The files that are read, in the order they are read in. */
export function inSysctlOrder(paths: Iterable<string>): string[] {
  const byName = new Map<string, { path: string; rank: number }>()
  let last: string[] = []
  for (const path of paths) {
    const { directory, name } = partsOf(path)
    const rank = directories.indexOf(directory)
    if (path === lastFile) last = [path]
    else if (isSysctlFile(path) && rank < (byName.get(name)?.rank ?? directories.length))
      byName.set(name, { path, rank })
  }
  const names = [...byName.keys()].sort()
  return [...names.map((name) => byName.get(name)?.path ?? ''), ...last]
}

/** What a host is asked for by its files. */
export interface Configured {
  /** By key; undefined for one that patterns must leave alone. */
  explicit: ReadonlyMap<string, ConfiguredSetting | undefined>
  /** Patterns, of which the last that matches a key holds. */
  patterns: readonly { matches(key: string): boolean; setting: ConfiguredSetting }[]
}

/** Reads files (path to text) in their order; the last line for a key wins, in a file and across files. */
export function readSysctlFiles(files: ReadonlyMap<string, string>): Configured {
  const explicit = new Map<string, ConfiguredSetting | undefined>()
  const patterns = new Map<string, ConfiguredSetting>()
  for (const file of inSysctlOrder(files.keys()))
    for (const { key, value, mayFail } of readAssignments(files.get(file) ?? '')) {
      const setting = value === undefined ? undefined : { value, file, mayFail }
      if (!/[*?[]/.test(key)) explicit.set(key, setting)
      else if (setting) {
        // asked for again, it comes after those between
        patterns.delete(key)
        patterns.set(key, setting)
      }
    }
  const compiled = Array.from(patterns, ([pattern, setting]) => ({ matches: keyPattern(pattern), setting }))
  return { explicit, patterns: compiled }
}

/** What is asked for of a kernel with these keys, which only patterns need. A pattern never means a key that is named by itself. */
export function settingsAskedFor(
  { explicit, patterns }: Configured,
  keys: () => Iterable<string>,
): Map<string, ConfiguredSetting> {
  const asked = new Map<string, ConfiguredSetting>()
  for (const [key, setting] of explicit) if (setting) asked.set(key, setting)
  if (patterns.length === 0) return asked
  for (const key of keys()) {
    if (explicit.has(key)) continue
    const setting = patterns.findLast(({ matches }) => matches(key))?.setting
    if (setting) asked.set(key, setting)
  }
  return asked
}

/** Whether the kernel would print the one value after the other was written: blanks between numbers, hexadecimal and octal. */
export function isSameSetting(written: string, printed: string): boolean {
  if (written === printed) return true
  const [one, other] = [wordsOf(written), wordsOf(printed)]
  return one.length === other.length && one.every((word, index) => word === other[index])
}

function wordsOf(value: string): string[] {
  return value.trim().split(/\s+/).map(plainNumber)
}

function plainNumber(word: string): string {
  if (!/^[+-]?(?:0x[\da-f]{1,16}|\d{1,20})$/i.test(word)) return word
  const digits = word.replace(/^[+-]/, '')
  const octal = /^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits
  const number = BigInt(octal)
  return String(word.startsWith('-') ? -number : number)
}

function partsOf(path: string): { directory: string; name: string } {
  const slash = path.lastIndexOf('/')
  return { directory: path.slice(0, slash), name: path.slice(slash + 1) }
}

/** A part of a path: undefined for any characters, else a test of one. */
type Token = ((character: string) => boolean) | undefined

/** A test of keys by a pattern, as glob(7): `*`, `?` and `[...]` mean no slash of the path. */
function keyPattern(pattern: string): (key: string) => boolean {
  const parts = sysctlKey(pattern).split('/').map(tokensOf)
  return (key) => {
    const names = sysctlKey(key).split('/')
    return names.length === parts.length && parts.every((tokens, index) => matchesPart(tokens, names[index] ?? ''))
  }
}

function tokensOf(part: string): Token[] {
  const found = part.match(/\*+|\?|\[[!^]?\]?[^\]]*\]|./gsu) ?? []
  return found.map((text) => {
    if (text.startsWith('*')) return undefined
    if (text === '?') return () => true
    if (text.length > 1) return setTest(text.slice(1, -1))
    return (character) => character === text
  })
}

function setTest(inside: string): (character: string) => boolean {
  const isNegated = /^[!^]/.test(inside)
  const ranges = (isNegated ? inside.slice(1) : inside).match(/.-.|./gsu) ?? []
  return (character) =>
    isNegated !== ranges.some((range) => character >= (range[0] ?? '') && character <= (range.at(-1) ?? ''))
}

/** In time of both lengths multiplied at most, whatever the pattern: files are not to be trusted. */
function matchesPart(tokens: readonly Token[], name: string): boolean {
  let token = 0
  let at = 0
  let afterStar: number | undefined
  let starAt = 0
  while (at < name.length) {
    if (token < tokens.length && tokens[token] === undefined) {
      afterStar = ++token
      starAt = at
    } else if (tokens[token]?.(name[at] ?? '')) {
      token++
      at++
    } else if (afterStar !== undefined) {
      token = afterStar
      at = ++starAt
    } else return false
  }
  return tokens.slice(token).every((rest) => rest === undefined)
}
