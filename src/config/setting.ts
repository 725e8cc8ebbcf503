// What one row of the settings holds, and how a row is written.
import type { TypeName, ValueOf } from './types.ts'

export interface Setting<Value = unknown> {
  type: TypeName
  /** What holds when the configuration says nothing; undefined means none. */
  default: Value
  unit?: 'MB' | 'seconds' | 'hours' | 'days' | undefined
  /** One sentence. */
  help: string
  /** What it costs, or what follows from it, one sentence. */
  consequence?: string | undefined
  /** The keys of each element, where the setting is a list or a mapping of such. */
  each?: Readonly<Record<string, Key>> | undefined
  /** Further keys of some elements of a mapping, by the name of the element. */
  own?: Readonly<Record<string, Readonly<Record<string, Key>>>> | undefined
  /** A value to show where the default shows nothing, as one line of YAML. */
  example?: string | undefined
}

/** A key of an element of a list or mapping. */
export interface Key {
  type: TypeName
  /** As text, for the documentation; undefined means none. */
  default?: string
  required?: true
  help: string
}

type Words = Omit<Setting, 'type' | 'default'>

/** A setting with a default. */
export function setting<Name extends TypeName>(
  type: Name,
  row: Words & { default: NoInfer<ValueOf<Name>> },
): Setting<ValueOf<Name>> {
  return { ...row, type }
}

/** A setting that has no value unless it is given one. */
export function optional<Name extends TypeName>(type: Name, words: Words): Setting<ValueOf<Name> | undefined> {
  return { ...words, type, default: undefined }
}

export function isSetting(node: unknown): node is Setting {
  return typeof node === 'object' && node !== null && 'help' in node
}
