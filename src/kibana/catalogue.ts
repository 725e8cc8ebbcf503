// What is declared about the fields that panels name.
import type { Field } from '../snapshot/field.ts'

export interface FieldCatalogue {
  all: readonly Field[]
  /** The declaration of a field, else of its narrowest family. */
  declared(name: string): Field | undefined
}

export function catalogueOf(all: readonly Field[]): FieldCatalogue {
  const single = new Map(all.map((field) => [field.name, field]))
  const families = all
    .filter(({ name }) => name.endsWith('.*'))
    .sort((one, other) => other.name.length - one.name.length)
  return {
    all,
    declared: (name) => single.get(name) ?? families.find((family) => name.startsWith(family.name.slice(0, -1))),
  }
}
