// A query of the command line: read, meant, and ready to ask a store; a mistake in it is shown with a caret.
import { ActionableError } from '../errors.ts'
import { type Catalogue, fieldMeaning } from '../query/field-meaning.ts'
import { parseQuery } from '../query/parser.ts'
import { anything, type Question, questionOf } from '../query/question.ts'
import { fieldsNamed } from '../query/resolve.ts'
import { QuerySyntaxError, renderSyntaxError } from '../query/syntax-error.ts'
import { coreFields } from '../snapshot/core-fields.ts'
import type { Io } from '../terminal/io.ts'
import { shellLine } from '../terminal/shell-word.ts'

export type { Question } from '../query/question.ts'

/** What a query means; nothing but blanks asks for everything. Throws ActionableError that shows the place of a mistake. */
export async function readQuestion(text: string, options: { 'default-operator': string }, io: Io): Promise<Question> {
  if (text.trim() === '') return anything
  try {
    const query = parseQuery(text, { defaultOperator: options['default-operator'] === 'or' ? 'OR' : 'AND' })
    return questionOf(query, await catalogueFor(fieldsNamed(query).map(({ field }) => field)), io.now())
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

/** The same name, where it is that of one field: values of several do not compare. Throws ActionableError for a pattern. */
export function oneField(field: string): string {
  if (field.includes('*'))
    throw new ActionableError(`"${field}" stands for several fields`, {
      next: `name one of them: \`${shellLine(['mitra', 'fields', field])}\` lists them`,
    })
  return field
}

/** Core fields are known without the sources, whose loading takes a quarter of a small search. */
async function catalogueFor(fields: readonly string[]): Promise<Catalogue> {
  const isCore = (field: string) => coreFields.some(({ name, alias }) => name === field || alias === field)
  return fields.every(isCore) ? { fields: [] } : (await import('./declared-fields.ts')).catalogue
}
