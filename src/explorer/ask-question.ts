// The query of a page: read, meant, and where it cannot be read, shown with a caret.

import { ActionableError } from '../errors.ts'
import { parseQuery } from '../query/parser.ts'
import { anything, type Question, questionOf } from '../query/question.ts'
import { QuerySyntaxError } from '../query/syntax-error.ts'
import { grouped } from '../terminal/units.ts'
import { limits } from './limits.ts'
import type { Ask } from './page.ts'

/** A query that cannot be read, with the query itself. */
export class QueryProblem extends ActionableError {
  readonly query: string
  readonly offset: number

  constructor(error: QuerySyntaxError, query: string) {
    super(error.message, { cause: error, ...(error.next !== undefined && { next: error.next }) })
    this.query = query
    this.offset = error.offset
  }
}

/** Nothing asks for everything. Throws QueryProblem. */
export function readQuestion(text: string | undefined, { catalogue, now }: Pick<Ask, 'catalogue' | 'now'>): Question {
  if (text === undefined || text.trim() === '') return anything
  if (text.length > limits.query)
    throw new ActionableError(
      `a page takes a query of at most ${grouped(limits.query)} characters, not ${grouped(text.length)}`,
      {
        next: 'ask a shorter one, or ask by the command `mitra search`',
      },
    )
  try {
    return questionOf(parseQuery(text, { defaultOperator: 'AND' }), catalogue, now())
  } catch (error) {
    if (error instanceof QuerySyntaxError) throw new QueryProblem(error, text)
    throw error
  }
}

/** A query narrowed to what has a value: the term is put to what is there, or taken out where it is there already. */
export function toggled(query: string, term: string): string {
  if (hasTerm(query, term)) return ` ${query} `.replace(` ${term} `, ' ').trim()
  if (query.trim() === '') return term
  return /(^|\s)OR(\s|$)|\|\|/.test(query) ? `(${query}) ${term}` : `${query} ${term}`
}

export function hasTerm(query: string, term: string): boolean {
  return ` ${query} `.includes(` ${term} `)
}

const aliases: Readonly<Record<string, string>> = { 'host.name': 'hostname', 'file.path': 'filename' }

/** `field:value` as a query takes it. */
export function termFor(field: string, value: string | number | boolean): string {
  return `${aliases[field] ?? field}:${valueText(String(value))}`
}

function valueText(text: string): string {
  const isPlain = /^(\/?[A-Za-z0-9][\w.-]*)(\/[\w.-]+)*$/.test(text) && !/^(AND|OR|NOT|TO)$/.test(text)
  return isPlain ? text : `"${text.replace(/["\\]/g, '\\$&')}"`
}
