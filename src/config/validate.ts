// Holds a read document against the rows of settings.ts: every setting with its value, or every mistake with its line.
import { checkBurstRules } from './burst-checks.ts'
import { keyOf, kindOf, type Mistake, nearest, type Path, shown } from './mistake.ts'
import { pathKey, type Resolved, scalarOf } from './references.ts'
import { applyImplied, contradictions } from './relations.ts'
import { readSecret } from './secret.ts'
import { isSetting, type Key, type Setting } from './setting.ts'
import { settingRows, settings, type Values } from './settings.ts'
import { breachesOf, isMapping, types } from './types.ts'

export interface Written {
  /** As the file has it, before references: what messages show. */
  raw: unknown
  resolved: Resolved
  /** Line of a path of the document, from 1; that of the nearest path above it where it has none. */
  lineOf(path: Path): number
}

/** Puts the values of a document over the defaults given; what breaks a rule is added to the list of mistakes. */
export function validate(values: Values, written: Written, sources: readonly string[], mistakes: Mistake[]): void {
  const { resolved, lineOf } = written
  const report = (path: Path, text: string, next?: string) => mistakes.push({ line: lineOf(path), text, next })

  const told = new Set<string>()
  const breach = (path: Path, message: string) => {
    if (told.has(pathKey(path))) return
    told.add(pathKey(path))
    report(path, `${keyOf(path)} ${message}${isSecret(path) ? '' : `, got ${shown(at(written.raw, path))}`}`)
  }
  for (const { path, message } of resolved.breaches) breach(path, message)

  const section = (node: object, given: Record<string, unknown>, target: Record<string, unknown>, path: Path) => {
    const rows = new Map<string, unknown>(Object.entries(node))
    for (const [name, value] of Object.entries(given)) {
      const here = [...path, name]
      const row = rows.get(name)
      if (row === undefined) report(here, unknownKey(here, [...rows.keys()]))
      else if (isSetting(row)) target[name] = checked(row, value, here)
      else if (isMapping(value)) section(row as object, value, target[name] as Record<string, unknown>, here)
      else if (value !== null)
        report(
          here,
          `${keyOf(here)} must be a section with ${Object.keys(row as object).join(', ')}, got ${kindOf(value)}`,
        )
    }
  }

  const checked = (setting: Setting, value: unknown, path: Path): unknown => {
    // Nothing after a key stands for the default where that is nothing too, or a section that may be empty.
    if (value === null && (setting.default === undefined || isMapping(setting.default))) return setting.default
    const holder = [fromEnvironment(setting, value, path, resolved)]
    const unknown = setting.each ? unknownElementKeys(setting, holder[0]) : []
    const mistyped = new Set(unknown.map(([element]) => element))
    for (const below of unknown)
      report([...path, ...below], unknownKey([...path, ...below], Object.keys(elementKeys(setting, below[0] ?? ''))))
    const breaches = breachesOf(setting.type, holder[0])
    for (const { path: below, message, missing } of breaches) {
      const broken = [...path, ...below]
      if (!missing) breach(broken, message)
      // A mistyped key explains the one that is missing.
      else if (!mistyped.has(below[0])) report(broken, missingKey(setting, broken))
    }
    if (setting.type === 'secret' && breaches.length === 0) return secretText(holder[0], path)
    return holder[0]
  }

  /** The text of a secret that is well formed, from its file where it names one. */
  const secretText = (value: unknown, path: Path): unknown => {
    if (!isMapping(value)) return value
    const here = [...path, 'file']
    // A reference that could not be resolved is told already.
    if (told.has(pathKey(here))) return value
    const found = readSecret(String(value['file']))
    if ('text' in found) return found.text
    report(here, `${keyOf(here)} ${shown(at(written.raw, here))} ${found.wrong}`, found.next)
    return value
  }

  const top = resolved.value
  if (isMapping(top)) section(settings, top, values, [])
  else if (top !== null && top !== undefined)
    report([], `the configuration must be a mapping of settings, got ${kindOf(top)}`)

  for (const name of Object.keys(isMapping(values.sources) ? values.sources : {}))
    if (!sources.includes(name)) report(['sources', name], unknownKey(['sources', name], sources))
  checkCommandPaths(values, breach)
  checkBurstRules(values, sources, report)
  const isGiven = (...path: Path) => (at(top, path) ?? undefined) !== undefined
  applyImplied(values, isGiven)
  contradictions(values, isGiven, report)
}

/** Whether a path is that of a secret, or below it: what is there is never shown. */
function isSecret(path: Path): boolean {
  let node: unknown = settings
  for (const part of path) {
    if (isSetting(node)) break
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, part)) return false
    node = (node as Record<string, unknown>)[part]
  }
  return isSetting(node) && node.type === 'secret'
}

/** Two commands of one path would overwrite each other's document. */
function checkCommandPaths(values: Values, breach: (path: Path, message: string) => void): void {
  const seen = new Map<string, number>()
  if (!Array.isArray(values.indexer.commands)) return
  for (const [index, command] of values.indexer.commands.entries()) {
    if (!isMapping(command) || typeof command.path !== 'string') continue
    const first = seen.get(command.path)
    if (first !== undefined)
      breach(['indexer', 'commands', String(index), 'path'], `must differ from that of indexer.commands[${first}]`)
    else seen.set(command.path, index)
  }
}

/** A variable is text: where the text breaks the rule, it is tried as the number or boolean it spells. */
function fromEnvironment(setting: Setting, value: unknown, path: Path, { replaced }: Resolved): unknown {
  const holder = [value]
  for (const breach of breachesOf(setting.type, value)) {
    if (!replaced.has(pathKey([...path, ...breach.path]))) continue
    const parent = at(holder, ['0', ...breach.path].slice(0, -1)) as Record<string, unknown>
    const name = breach.path.at(-1) ?? '0'
    const scalar = scalarOf(String(parent[name]))
    if (scalar !== undefined) parent[name] = scalar
  }
  return holder[0]
}

/** The keys an element may have. */
function elementKeys({ each, own = {} }: Setting, name: string): Readonly<Record<string, Key>> {
  return { ...each, ...(Object.hasOwn(own, name) && own[name]) }
}

function unknownElementKeys(setting: Setting, value: unknown): Path[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, element]) => {
    if (!isMapping(element)) return []
    const known = elementKeys(setting, name)
    return Object.keys(element).flatMap((key) => (Object.hasOwn(known, key) ? [] : [[name, key]]))
  })
}

function missingKey(setting: Setting, path: Path): string {
  const key = elementKeys(setting, path.at(-2) ?? '')[path.at(-1) ?? '']
  return `${keyOf(path)} is missing, it must be ${key ? types[key.type].accepts : 'given'}`
}

/** Names the key that was probably meant: one of this section, or one of the same name elsewhere. */
function unknownKey(path: Path, here: readonly string[]): string {
  const section = path.slice(0, -1)
  const name = path.at(-1) ?? ''
  const elsewhere = settingRows().map(({ key }) => key)
  const [last = name] = name.split('.').slice(-1)
  const near = nearest(name, here)
  const meant = near === undefined ? elsewhere.find((key) => key.split('.').at(-1) === last) : keyOf([...section, near])
  // A key of letters that a colon ends is one whose value follows at once: `level:debug`.
  const [begun = ''] = name.split(':', 1)
  if (begun !== name && here.includes(begun)) return `unknown key ${keyOf(path)}, write a space after the colon`
  if (meant === name) return `unknown key ${keyOf(path)}, write ${nestedForm(meant)}`
  if (meant !== undefined) return `unknown key ${keyOf(path)}, did you mean ${meant}?`
  return `unknown key ${keyOf(path)}, ${here.length > 0 ? `known here: ${here.join(', ')}` : 'none is known here'}`
}

function nestedForm(key: string): string {
  const parts = key.split('.')
  return `${parts.at(-1)}: below ${parts.slice(0, -1).join(': and ')}:`
}

function at(tree: unknown, path: Path): unknown {
  let node = tree
  for (const part of path) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, part)) return undefined
    node = (node as Record<string, unknown>)[part]
  }
  return node
}
