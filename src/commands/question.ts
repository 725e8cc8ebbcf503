// A query of the command line: read, meant, and ready to ask a store; a mistake in it is shown with a caret.
import { ActionableError } from '../errors.ts'
import type { Condition } from '../query/ast.ts'
import { type Catalogue, fieldMeaning } from '../query/field-meaning.ts'
import { matchingSpans } from '../query/highlight.ts'
import { parseQuery } from '../query/parser.ts'
import { fieldsNamed, resolveQuery } from '../query/resolve.ts'
import { QuerySyntaxError, renderSyntaxError } from '../query/syntax-error.ts'
import { coreFields } from '../snapshot/core-fields.ts'
import type { Span } from '../terminal/highlight.ts'
import type { Io } from '../terminal/io.ts'

export interface Question {
  condition: Condition
  /** The fields it names, by their stored names; some may be patterns. */
  fields: readonly string[]
  /** Where a document's `content` shows what was asked for. */
  spans(content: string): Span[]
}

/** What a query means; nothing but blanks asks for everything. Throws ActionableError that shows the place of a mistake. */
export async function readQuestion(text: string, options: { 'default-operator': string }, io: Io): Promise<Question> {
  if (text.trim() === '') return { condition: { kind: 'all' }, fields: [], spans: () => [] }
  try {
    const query = parseQuery(text, { defaultOperator: options['default-operator'] === 'or' ? 'OR' : 'AND' })
    const named = [...new Set(fieldsNamed(query).map(({ field }) => field))]
    const catalogue = await catalogueFor(named)
    const condition = resolveQuery(query, catalogue, io.now())
    return {
      condition,
      fields: [...new Set(named.map((field) => fieldMeaning(field, catalogue).name))],
      spans: (content) => matchingSpans(condition, content),
    }
  } catch (error) {
    if (!(error instanceof QuerySyntaxError)) throw error
    const next = error.next === undefined ? {} : { next: error.next }
    throw new ActionableError(renderSyntaxError(error, text, io.stderr.columns), { ...next, cause: error })
  }
}

/** The name a field is stored under, for a name or an alias people type. */
export async function storedName(field: string): Promise<string> {
  return fieldMeaning(field, await catalogueFor([field])).name
}

/** Core fields are known without the sources, whose loading takes a quarter of a small search. */
async function catalogueFor(fields: readonly string[]): Promise<Catalogue> {
  const isCore = (field: string) => coreFields.some(({ name, alias }) => name === field || alias === field)
  return fields.every(isCore) ? { fields: [] } : (await import('./declared-fields.ts')).catalogue
}
