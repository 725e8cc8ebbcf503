// What a state says key by key, where it has keys: the fields of a kernel table, packages, the settings of a file.
import { type KeyValues, parseKeyValues } from '../parsers/key-value.ts'
import { parsePackageLines } from '../parsers/package.ts'
import { readSettings } from '../parsers/sysctl.ts'
import { typedValue } from '../parsers/typed-value.ts'
import type { Document, FieldValue, Scalar } from '../snapshot/document.ts'
import { figuresOf } from './figures.ts'

/** What the keys of a state are. */
export type KeyKind = 'field' | 'setting' | 'package'

export interface Keyed {
  kind: KeyKind
  values: Map<string, FieldValue>
  /** What the text says beside its keys; where it differs, keys do not tell everything. */
  rest: string
}

/** The keys of a state, undefined where it has none. Packages are keyed by name and architecture, `zsh:amd64`. */
export function keysOf(document: Document): Keyed | undefined {
  const { content } = document
  const dataset = document['event.dataset']
  // of a sample the store may have let the text go, and its text says no more than its fields
  if (document['event.kind'] === 'metric' || content === undefined) return keyed('field', fieldsOf(document, dataset))
  if (dataset === 'mitra.packages') return keyed('package', packagesOf(content))
  if (document['file.path'] === '/proc/sys') return keyed('setting', settingsOf(content))
  if (Object.keys(document).some((name) => name.startsWith('sysctl.')))
    return keyed('setting', configuredOf(content), restOf(content))
  const found = parseKeyValues(content)
  return found && keyed('setting', typedValues(found), found.rest.join('\n'))
}

function keyed(kind: KeyKind, values: Map<string, FieldValue>, rest = ''): Keyed | undefined {
  return values.size === 0 ? undefined : { kind, values, rest }
}

/** The name of the field that a key of a state without other keys stands for. */
export function fieldOf(document: Document, key: string): string {
  const full = familyOf(document['event.dataset']) + key
  return full in document ? full : key
}

/** What the names of a source's fields have in common: `meminfo.` of `meminfo.MemFree`. */
function familyOf(dataset: string): string {
  return `${dataset.replace(/^mitra\./, '')}.`
}

/** The fields of the source; the family they share goes without saying. */
function fieldsOf(document: Document, dataset: string): Map<string, FieldValue> {
  const family = familyOf(dataset)
  const shorter = (name: string) => (name.startsWith(family) ? name.slice(family.length) : name)
  return new Map(
    figuresOf(document)
      .entries()
      .map(([name, value]) => [shorter(name), value]),
  )
}

/** Of the whole tree; what has several lines is several values. */
function settingsOf(text: string): Map<string, FieldValue> {
  const several = Map.groupBy(readSettings(text), ({ key }) => key)
  return new Map(several.entries().map(([key, lines]) => [key, oneOrAll(lines.map(({ value }) => setting(value)))]))
}

/** Of a file, as sysctl(8) spells and reads it: the last line for a key wins. */
function configuredOf(text: string): Map<string, FieldValue> {
  const settings = new Map<string, FieldValue>()
  for (const { key, value } of readSettings(text)) settings.set(key, setting(value))
  return settings
}

/** Lines of such a file that set no key by its name: patterns, exceptions to them, and mistakes. */
function restOf(text: string): string {
  const lines = text.split('\n').map((line) => line.trim())
  return lines.filter((line) => /^[^#;]/.test(line) && readSettings(line).next().done).join('\n')
}

/** Several numbers are separated by one blank or another. */
function setting(value: string): Scalar {
  return typedValue(value.replace(/[ \t]+/g, ' '))
}

/** Versions by name and architecture; of kernels and their like several are installed at once. */
function packagesOf(text: string): Map<string, FieldValue> {
  const packages = [...parsePackageLines(text)]
  const versions = Map.groupBy(packages, ({ name, arch }) => `${name}:${arch}`)
  return new Map(
    versions.entries().map(([name, several]) => [name, oneOrAll(several.map(({ version }) => version).sort())]),
  )
}

function typedValues({ values }: KeyValues): Map<string, FieldValue> {
  return new Map(values.entries().map(([key, several]) => [key, oneOrAll(several.map(typedValue))]))
}

function oneOrAll(values: readonly Scalar[]): FieldValue {
  const [only] = values
  return values.length === 1 && only !== undefined ? only : values
}

/** Rows of packages by name alone, as `zsh` for `zsh:amd64`, unless several are of that name. */
export function withShortKeys<Row extends { key: string }>(rows: readonly Row[]): Row[] {
  const shortOf = ({ key }: Row) => key.slice(0, key.lastIndexOf(':'))
  const named = Map.groupBy(rows, shortOf)
  return rows.map((row) => (named.get(shortOf(row))?.length === 1 ? { ...row, key: shortOf(row) } : row))
}
