// Reads Lucene's query-string syntax into the tree of what was typed. Clauses are joined as Lucene's classic parser joins them:
// AND makes the clause before it required, OR (where AND is the default) makes it optional; there is no other precedence.
import type { Clause, Occur, Query } from './ast.ts'
import { type Token, tokensOf } from './lexer.ts'
import { QuerySyntaxError, quoted } from './syntax-error.ts'

export interface ParseOptions {
  /** How clauses without an operator between them are joined; AND when not given. */
  defaultOperator?: 'AND' | 'OR'
}

/** Longest query, in UTF-16 units, and deepest nesting of parentheses that are read. */
export const longestQuery = 65_536
export const deepestQuery = 100

/** The largest edit distance of a fuzzy term: what is asked beyond it counts as this, as in Lucene. */
const largestDistance = 2

/** The tree of a query; the empty query asks for all. Throws QuerySyntaxError. */
export function parseQuery(text: string, { defaultOperator = 'AND' }: ParseOptions = {}): Query {
  if (text.length > longestQuery) {
    const message = `the query has ${text.length} characters, at most ${longestQuery} are read`
    throw new QuerySyntaxError(message, longestQuery, { next: 'ask in several queries' })
  }
  const input = inputOf(text, defaultOperator)
  if (isNext(input, 'end')) return { kind: 'all' }
  const query = readClauses(input, undefined, 0)
  if (!isNext(input, 'end')) throw unexpected(input, 'an operator or a term')
  return query
}

interface Input {
  text: string
  /** The token to be read next. */
  token: Token
  /** Moves on, returning the token left behind. */
  advance(): Token
  defaultOperator: 'AND' | 'OR'
}

function inputOf(text: string, defaultOperator: 'AND' | 'OR'): Input {
  const tokens = tokensOf(text)
  const end: Token = { kind: 'end', start: text.length, end: text.length }
  const read = () => tokens.next().value ?? end
  return {
    text,
    token: read(),
    advance() {
      const left = this.token
      this.token = read()
      return left
    },
    defaultOperator,
  }
}

function isNext({ token }: Input, ...kinds: readonly Token['kind'][]): boolean {
  return kinds.includes(token.kind)
}

type Conjunction = 'none' | 'and' | 'or'
type Modifier = 'none' | 'required' | 'prohibited'

function readClauses(input: Input, field: string | undefined, depth: number): Query {
  const clauses: Clause[] = []
  do {
    const conjunction = clauses.length === 0 ? 'none' : readConjunction(input)
    const modifier = readModifier(input)
    addClause(clauses, input.defaultOperator, conjunction, modifier, readClause(input, field, depth))
  } while (!isNext(input, 'end', 'rparen'))
  const [only] = clauses
  return clauses.length === 1 && only && only.occur !== 'must_not' ? only.query : { kind: 'bool', clauses }
}

function readConjunction(input: Input): Conjunction {
  const { kind } = input.token
  if (kind !== 'and' && kind !== 'or') return 'none'
  input.advance()
  return kind
}

function readModifier(input: Input): Modifier {
  const { kind } = input.token
  if (kind !== 'plus' && kind !== 'minus' && kind !== 'not') return 'none'
  input.advance()
  return kind === 'plus' ? 'required' : 'prohibited'
}

/** Lucene's QueryParserBase.addClause, rule by rule. */
function addClause(
  clauses: Clause[],
  defaultOperator: 'AND' | 'OR',
  conjunction: Conjunction,
  modifier: Modifier,
  query: Query,
): void {
  const previous = clauses.at(-1)
  if (previous && previous.occur !== 'must_not') {
    if (conjunction === 'and') previous.occur = 'must'
    if (conjunction === 'or' && defaultOperator === 'AND') previous.occur = 'should'
  }
  clauses.push({ occur: occurOf(defaultOperator, conjunction, modifier), query })
}

function occurOf(defaultOperator: 'AND' | 'OR', conjunction: Conjunction, modifier: Modifier): Occur {
  if (modifier === 'prohibited') return 'must_not'
  if (defaultOperator === 'AND') return conjunction === 'or' ? 'should' : 'must'
  return modifier === 'required' || conjunction === 'and' ? 'must' : 'should'
}

function readClause(input: Input, outerField: string | undefined, depth: number): Query {
  const named = input.token.kind === 'field' ? input.token : undefined
  if (named) input.advance()
  const field = named ? named.name : outerField
  if (!isNext(input, 'lparen')) return readTerm(input, field, named)
  const opening = input.advance()
  if (depth >= deepestQuery) {
    throw new QuerySyntaxError(`expected at most ${deepestQuery} nested parentheses, found more`, opening.start)
  }
  const query = readClauses(input, field, depth + 1)
  if (!isNext(input, 'rparen')) throw unexpected(input, 'a closing parenthesis')
  input.advance()
  if (isNext(input, 'boost')) input.advance()
  return query
}

function readTerm(input: Input, field: string | undefined, named: Token | undefined): Query {
  const { token } = input
  switch (token.kind) {
    case 'word':
      input.advance()
      return readWordQuery(input, field, token)
    case 'quoted': {
      input.advance()
      const number = readSuffix(input)?.number ?? 0
      if (field === '_exists_') return existsQuery(token.text, token.start)
      return { kind: 'phrase', ...inField(field), text: token.text, slop: Math.floor(number), at: token.start }
    }
    case 'regexp':
      input.advance()
      readSuffix(input)
      refuseExists(field, token)
      return { kind: 'regexp', ...inField(field), pattern: token.pattern, at: token.start }
    case 'range': {
      input.advance()
      if (isNext(input, 'boost')) input.advance()
      refuseExists(field, token)
      const { lower, upper, start: at } = token
      return { kind: 'range', ...inField(field), ...(lower ? { lower } : {}), ...(upper ? { upper } : {}), at }
    }
    default:
      throw unexpected(input, named ? `a value after ${quoted(input.text.slice(named.start, named.end))}` : 'a term')
  }
}

function readWordQuery(input: Input, field: string | undefined, word: Extract<Token, { kind: 'word' }>): Query {
  const { text, pattern, wild, raw, start: at } = word
  if (field !== undefined && /^[<>]/.test(raw)) return readComparison(input, field, word)
  const suffix = readSuffix(input)
  if (field === '_exists_') return existsQuery(text, at)
  if (wild && /^\*+$/.test(pattern))
    return field === undefined || field === '*' ? { kind: 'all' } : existsQuery(field, at)
  if (wild) return { kind: 'wildcard', ...inField(field), pattern, at }
  if (!suffix) return { kind: 'term', ...inField(field), text, at }
  return { kind: 'fuzzy', ...inField(field), text, distance: distanceOf(suffix, text), at }
}

/** `>5`, `>=5`, `<5`, `<=5`, with the value quoted or behind a space if need be. */
function readComparison(input: Input, field: string, word: Extract<Token, { kind: 'word' }>): Query {
  const operator = /^[<>]=?/.exec(word.raw)?.[0] ?? ''
  const { text, open } = comparedValue(input, operator, word)
  if (isNext(input, 'boost')) input.advance()
  refuseExists(field, word)
  const at = word.start
  if (open) return { kind: 'range', field, at }
  const bound = { text, inclusive: operator.endsWith('=') }
  return operator.startsWith('>')
    ? { kind: 'range', field, lower: bound, at }
    : { kind: 'range', field, upper: bound, at }
}

function comparedValue(
  input: Input,
  operator: string,
  word: Extract<Token, { kind: 'word' }>,
): { text: string; open: boolean } {
  let value: Token = word
  let text = word.text.slice(operator.length)
  if (text === '') {
    if (input.token.kind !== 'word' && input.token.kind !== 'quoted')
      throw unexpected(input, `a value after "${operator}"`)
    value = input.token
    text = input.token.text
    input.advance()
  }
  if (value.kind !== 'word' || !value.wild) return { text, open: false }
  if (text === '*') return { text, open: true }
  throw new QuerySyntaxError(`expected a plain value after "${operator}", found a wildcard`, value.start)
}

/** A boost and a fuzzy mark in either order; the boost is dropped, for mitra filters and does not rank. */
function readSuffix(input: Input): Extract<Token, { kind: 'fuzzy' }> | undefined {
  const { token } = input
  if (token.kind === 'boost') {
    input.advance()
    const { token: second } = input
    if (second.kind !== 'fuzzy') return undefined
    input.advance()
    return second
  }
  if (token.kind !== 'fuzzy') return undefined
  input.advance()
  if (isNext(input, 'boost')) input.advance()
  return token
}

/** Lucene's reading of the number: below 1 the similarity of old, from 1 on whole edits. */
function distanceOf({ number, start }: { number?: number; start: number }, text: string): number | 'auto' {
  if (number === undefined) return 'auto'
  if (number >= 1 && !Number.isInteger(number)) {
    throw new QuerySyntaxError(`expected a whole number of edits after "~", found ${number}`, start)
  }
  const edits = number >= 1 || number === 0 ? number : Math.floor((1 - number) * Array.from(text).length)
  return Math.min(edits, largestDistance)
}

function existsQuery(field: string, at: number): Query {
  return /^\*+$/.test(field) ? { kind: 'all' } : { kind: 'exists', field, at }
}

function refuseExists(field: string | undefined, token: Token): void {
  if (field !== '_exists_') return
  throw new QuerySyntaxError('expected a field name after "_exists_:"', token.start)
}

function inField(field: string | undefined): { field?: string } {
  return field === undefined ? {} : { field }
}

function unexpected({ token, text }: Input, expected: string): QuerySyntaxError {
  const found = token.kind === 'end' ? 'end of query' : quoted(text.slice(token.start, token.end))
  return new QuerySyntaxError(`expected ${expected}, found ${found}`, token.start)
}
