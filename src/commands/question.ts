// A query of the command line: read, meant, and ready to ask a store; a mistake in it is shown with a caret.
import { ActionableError } from '../errors.ts'
import type { Condition } from '../query/ast.ts'
import { fieldMeaning } from '../query/field-meaning.ts'
import { matchingSpans } from '../query/highlight.ts'
import { parseQuery } from '../query/parser.ts'
import { fieldsNamed, resolveQuery } from '../query/resolve.ts'
import { QuerySyntaxError, renderSyntaxError } from '../query/syntax-error.ts'
import type { Span } from '../terminal/highlight.ts'
import type { Io } from '../terminal/io.ts'
import { catalogue } from './declared-fields.ts'

export interface Question {
  condition: Condition
  /** The fields it names, by their stored names; some may be patterns. */
  fields: readonly string[]
  /** Where a document's `content` shows what was asked for. */
  spans(content: string): Span[]
}

/** What a query means; nothing but blanks asks for everything. Throws ActionableError that shows the place of a mistake. */
export function readQuestion(text: string, options: { 'default-operator': string }, io: Io): Question {
  if (text.trim() === '') return { condition: { kind: 'all' }, fields: [], spans: () => [] }
  try {
    const query = parseQuery(text, { defaultOperator: options['default-operator'] === 'or' ? 'OR' : 'AND' })
    const condition = resolveQuery(query, catalogue, io.now())
    return {
      condition,
      fields: [...new Set(fieldsNamed(query).map(({ field }) => storedName(field)))],
      spans: (content) => matchingSpans(condition, content),
    }
  } catch (error) {
    if (!(error instanceof QuerySyntaxError)) throw error
    const next = error.next === undefined ? {} : { next: error.next }
    throw new ActionableError(renderSyntaxError(error, text, io.stderr.columns), { ...next, cause: error })
  }
}

/** The name a field is stored under, for a name or an alias people type. */
export function storedName(field: string): string {
  return fieldMeaning(field, catalogue).name
}
