// What is declared about a field, by its name or by the family it belongs to. Read from a table: the declarations stand in the
// sources, and loading all of them would take most of the time of a question.
import type { Catalogue } from '../query/resolve.ts'
import { coreFields } from '../snapshot/core-fields.ts'
import type { Field } from '../snapshot/field.ts'
import { fieldsOfTable } from '../sources/declared-fields.ts'

/** The fields of the sources, for reading queries. */
export const catalogue: Catalogue = { fields: fieldsOfTable }

/** Every declared field, core fields first. */
export const declaredFields: readonly Field[] = [...coreFields, ...catalogue.fields]

const exact = new Map(declaredFields.map((field) => [field.name, field]))
const families = declaredFields
  .filter(({ name }) => name.endsWith('.*'))
  .map((field) => ({ prefix: field.name.slice(0, -1), field }))
  .sort((a, b) => b.prefix.length - a.prefix.length)

/** The declaration of a field, else of its narrowest family. */
export function declaredField(name: string): Field | undefined {
  return exact.get(name) ?? families.find(({ prefix }) => name.startsWith(prefix))?.field
}

/** Whether a name is declared by itself, so that it is right even where no document has it. */
export function isDeclared(name: string): boolean {
  return exact.has(name)
}
