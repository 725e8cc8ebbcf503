// Files of one setting a line in a form that is known: `key = value` and `key: value`, sections of such, `key value`.
import { append, type ConfigValues } from './config-values.ts'
import { type KeyValues, readKeyValues } from './key-value.ts'
import { typedValue, unquoted } from './typed-value.ts'

/** What a text of settings says, and its lines that are neither setting, heading nor comment. */
export interface SettingsText {
  values: ConfigValues
  rest: readonly string[]
}

/** Lines of `key = value` or `key: value`; a key below a heading is `section.key`. */
export function parseSettings(text: string): SettingsText {
  return valuesOf(readKeyValues(text, 'sign'))
}

/** Lines of a key, blanks and its value. */
export function parseSpaced(text: string): SettingsText {
  return valuesOf(readKeyValues(text, 'blank'))
}

/** Lines of `key: word word`, each word a value: nsswitch.conf(5). */
export function parseWordLists(text: string): ConfigValues {
  const values: ConfigValues = new Map()
  for (const [key, lines] of readKeyValues(text, 'colon').values)
    for (const line of lines) append(values, key, ...line.split(/\s+/).filter((word) => word !== ''))
  return values
}

/** Variables as a shell sets them: the last assignment counts. */
export function parseShellVariables(text: string): ConfigValues {
  const values: ConfigValues = new Map()
  for (const [name, lines] of readKeyValues(text, 'equals').values) {
    const last = lines.at(-1) ?? ''
    values.set(name, [typedValue(unquoted(last) ?? last)])
  }
  return values
}

function valuesOf({ values, rest }: KeyValues): SettingsText {
  const found: ConfigValues = new Map()
  for (const [key, lines] of values)
    append(found, key.replace(/^\[([^\]]+)\] /, '$1.'), ...lines.map((line) => typedValue(unquoted(line) ?? line)))
  return { values: found, rest }
}
