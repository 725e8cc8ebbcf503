// A selection of fields, as a search for so much of each document.
import type { Document, FieldValue } from '../../../snapshot/document.ts'
import { isSelected } from '../../selected-field.ts'
import type { SearchRequest, Selected, SelectRequest } from '../../store.ts'

/** The search that brings the fields and hardly more. */
export function searchFor({ condition, view, fields }: SelectRequest): SearchRequest {
  return { condition, view, fields, withoutContent: !fields.includes('content') }
}

/** The fields of a document that were asked for. */
export function selectedOf(document: Document, fields: readonly string[]): Selected {
  const isWanted = isSelected(fields)
  const names: string[] = []
  const values: FieldValue[] = []
  for (const [name, value] of Object.entries(document)) {
    if (value === undefined || !isWanted(name)) continue
    names.push(name)
    values.push(value)
  }
  return { host: document['host.name'], path: document['file.path'], names, values }
}
