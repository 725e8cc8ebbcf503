// What a field named in a query is: its stored name and how its values are read, from the declarations of core and sources.
import { coreFields } from '../snapshot/core-fields.ts'
import type { Field, FieldType, Unit } from '../snapshot/field.ts'
import { wildcardTest } from './wildcard.ts'

/** Every field that is declared beside the core fields: those of the sources. */
export interface Catalogue {
  fields: readonly Field[]
}

export interface FieldMeaning {
  /** The stored name, or a pattern with `*`. */
  name: string
  /** `mixed`: text or numbers as the host has it (undeclared fields, families such as `sysctl.*`). */
  type: FieldType | 'mixed'
  /** Declared by itself, so that a value of another type is a mistake; a family may hold exceptions. */
  strict: boolean
  unit?: Unit
  /** Goes up only, until a reset. */
  counter?: true
}

/** Looks fields up: aliases first, then the declaration of this name, then the family with the longest name. */
export function fieldMeaning(field: string, { fields }: Catalogue): FieldMeaning {
  const declared = [...coreFields, ...fields]
  const exact = declared.find(({ name, alias }) => name === field || alias === field)
  if (exact && !exact.name.endsWith('*'))
    return { name: exact.name, type: exact.type, strict: true, ...amountOf(exact, exact.name) }
  const family = familyOf(field, declared)
  if (!family) return { name: field, type: 'mixed', strict: false }
  const isMixed = family.type === 'keyword' && !coreFields.includes(family)
  return { name: field, type: isMixed ? 'mixed' : family.type, strict: false, ...amountOf(family, field) }
}

/** The family whose name, without its star, is the longest beginning of the sure part of a field name. */
function familyOf(field: string, declared: readonly Field[]): Field | undefined {
  const [sure = ''] = field.split('*', 1)
  const families = declared.filter(({ name }) => name.endsWith('.*') && sure.startsWith(name.slice(0, -1)))
  return families.reduce<Field | undefined>(
    (best, each) => (best && best.name.length >= each.name.length ? best : each),
    undefined,
  )
}

/** Declared text fields that a pattern of field names means. */
export function textFieldsMeant(pattern: string, { fields }: Catalogue): string[] {
  const isMeant = fieldTest(pattern)
  const texts = [...coreFields, ...fields].filter(({ name, type }) => type === 'text' && !name.includes('*'))
  return texts.map(({ name }) => name).filter(isMeant)
}

/** The stored fields a question for the presence of a field means: an object such as `sysctl` means what is in it. */
export function presentField(field: string, catalogue: Catalogue): string {
  const { name, strict } = fieldMeaning(field, catalogue)
  const isObject =
    !strict && [...coreFields, ...catalogue.fields].some((declared) => declared.name.startsWith(`${field}.`))
  return isObject ? `${field}.*` : name
}

/** A test of field names; only `*` is wild in them. */
export function fieldTest(pattern: string): (name: string) => boolean {
  return wildcardTest(pattern.replace(/[?\\]/g, '\\$&'))
}

function amountOf({ unit, counter }: Field, name: string): Pick<FieldMeaning, 'unit' | 'counter'> {
  const isCounter = counter === true || counter?.test(name) === true
  return { ...(unit !== undefined && { unit }), ...(isCounter && { counter: true }) }
}
