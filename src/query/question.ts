// A question as whoever asks needs it: what it means, which fields it names, and where a document shows what was asked for.
import type { Document, FieldValue } from '../snapshot/document.ts'
import type { Condition, Query } from './ast.ts'
import { type Catalogue, fieldMeaning, fieldTest } from './field-meaning.ts'
import { matchingSpans } from './highlight.ts'
import { fieldsNamed } from './named.ts'
import { resolveQuery } from './resolve.ts'
import type { Span } from './text-scan.ts'

export interface Question {
  condition: Condition
  /** The fields it names, by their stored names; some may be patterns. */
  fields: readonly string[]
  /** Where a document's `content` shows what was asked for. */
  spans(content: string): Span[]
}

/** Asks for everything. */
export const anything: Question = { condition: { kind: 'all' }, fields: [], spans: () => [] }

/** What a query means; `now` is in milliseconds since the epoch. Throws QuerySyntaxError. */
export function questionOf(query: Query, catalogue: Catalogue, now: number): Question {
  const condition = resolveQuery(query, catalogue, now)
  const named = fieldsNamed(query).map(({ field }) => fieldMeaning(field, catalogue).name)
  return { condition, fields: [...new Set(named)], spans: (content) => matchingSpans(condition, content) }
}

const headed = new Set(['content', 'host.name', 'file.path', '@timestamp'])

/** The fields of a document that a question names, patterns resolved; without what heads a document anyway. */
export function namedFields(document: Document, question: Pick<Question, 'fields'>): [string, FieldValue][] {
  const found = new Map<string, FieldValue>()
  for (const field of question.fields) {
    const names = field.includes('*') ? Object.keys(document).filter(fieldTest(field)) : [field]
    for (const name of names) {
      const value = document[name]
      if (value !== undefined && !headed.has(name)) found.set(name, value)
    }
  }
  return [...found]
}
