// What a document says beside its core fields: the figures and settings of its source, and which of them are counters.
import { type Catalogue, fieldMeaning } from '../query/field-meaning.ts'
import { coreFields } from '../snapshot/core-fields.ts'
import type { Document, FieldValue } from '../snapshot/document.ts'
import type { Unit } from '../snapshot/field.ts'

const core = new Set(coreFields.map(({ name }) => name))

/** The fields of the source alone: none of the core fields, none of the labels. */
export function figuresOf(document: Document): Map<string, FieldValue> {
  const figures = new Map<string, FieldValue>()
  for (const [name, value] of Object.entries(document))
    if (value !== undefined && !core.has(name) && !name.startsWith('labels.')) figures.set(name, value)
  return figures
}

/** What is declared about a field, looked up once for each name. */
export function amounts(catalogue: Catalogue): (field: string) => Amount {
  const known = new Map<string, Amount>()
  return (field) => {
    const found = known.get(field)
    if (found) return found
    const { unit, counter } = fieldMeaning(field, catalogue)
    const amount = { ...(unit !== undefined && { unit }), isCounter: counter === true }
    known.set(field, amount)
    return amount
  }
}

export interface Amount {
  unit?: Unit
  isCounter: boolean
}
