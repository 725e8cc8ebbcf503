// Condition to query DSL. A leaf asks the field itself where the index holds its values natively, and the exact terms for all
// that it does not, so that both stores answer alike whatever the mapping made of a value.
import type { Condition, Pattern, Value } from '../../../query/ast.ts'
import { leavesOf } from '../../../query/named.ts'
import { wildcardParts } from '../../../query/wildcard.ts'
import type { Scalar } from '../../../snapshot/document.ts'
import type { FieldType } from '../../../snapshot/field.ts'
import { escapedName, tagged, termStart, termsField } from '../mapping/exact-terms.ts'
import { isHeldNatively } from '../mapping/field-types.ts'
import {
  anyOf,
  either,
  everything,
  type KnownFields,
  type Leaf,
  nameRegexp,
  nativeFields,
  nothing,
  type Query,
  regexpLiteral,
  regexpQuery,
  rewrite,
  wordField,
} from './query-parts.ts'
import { rangeQuery } from './range-query.ts'

/** The query of a condition. */
export function queryOf(condition: Condition, known: KnownFields): Query {
  switch (condition.kind) {
    case 'all':
      return everything
    case 'none':
      return nothing
    case 'bool':
      return boolQuery(condition, known)
    case 'words':
      return wordsQuery(condition)
    case 'word_pattern':
      return patternQuery(wordField(condition.field), condition.pattern)
    case 'value':
      return valuesQuery(condition.field, [condition.value], known)
    case 'value_pattern':
      return valuePatternQuery(condition, known)
    case 'range':
      return rangeQuery(condition, known)
    case 'exists':
      return existsQuery(condition.field, known)
    default:
      return condition satisfies never
  }
}

/** Whether a condition names fields by a pattern, for which the mapped names must be known. */
export function hasFieldPattern(condition: Condition): boolean {
  return leavesOf(condition).some((leaf) => 'field' in leaf && leaf.field.includes('*'))
}

/** Nested conjunctions become one: Elasticsearch limits how deep a query may go. */
function boolQuery({ must, should, must_not }: Leaf<'bool'>, known: KnownFields): Query {
  const filter = must.flatMap(partsOf).map((each) => queryOf(each, known))
  const excluded = alternativeQueries(alternativesOf(must_not), known)
  return {
    bool: {
      ...(filter.length > 0 && { filter }),
      ...(must.length === 0 && should.length > 0 && anyOf(alternativeQueries(alternativesOf(should), known))),
      ...(excluded.length > 0 && { must_not: excluded }),
    },
  }
}

function partsOf(condition: Condition): Condition[] {
  return isConjunction(condition) ? condition.must.flatMap(partsOf) : [condition]
}

/** All of some conditions and no more. */
export function isConjunction(condition: Condition): condition is Leaf<'bool'> {
  return condition.kind === 'bool' && condition.must.length > 0 && condition.must_not.length === 0
}

function isDisjunction(condition: Condition): condition is Leaf<'bool'> {
  const isBool = condition.kind === 'bool' && condition.must.length === 0 && condition.must_not.length === 0
  return isBool && condition.should.length > 0
}

function alternativesOf(conditions: readonly Condition[]): Condition[] {
  return conditions.flatMap((each) => (isDisjunction(each) ? alternativesOf(each.should) : [each]))
}

/** Values of one field are one list, however many: Elasticsearch limits how many queries one may hold. */
function alternativeQueries(conditions: readonly Condition[], known: KnownFields): Query[] {
  const queries: Query[] = []
  const values = new Map<string, Value[]>()
  for (const condition of conditions) {
    if (condition.kind !== 'value' || condition.field.includes('*')) queries.push(queryOf(condition, known))
    else if (values.get(condition.field)?.push(condition.value) === undefined)
      values.set(condition.field, [condition.value])
  }
  for (const [field, some] of values) queries.push(valuesQuery(field, some, known))
  return queries
}

function wordsQuery({ field, words, slop }: Leaf<'words'>): Query {
  const name = wordField(field)
  const [only = ''] = words
  if (words.length === 1) return { term: { [name]: { value: only } } }
  return { match_phrase: { [name]: { query: words.join(' '), ...(slop > 0 && { slop }) } } }
}

function patternQuery(field: string, pattern: Pattern, before = ''): Query {
  switch (pattern.kind) {
    case 'wildcard':
      return { wildcard: { [field]: { value: wildcardLiteral(before) + pattern.source, rewrite } } }
    case 'regexp':
      return regexpQuery(field, before === '' ? pattern.source : `${regexpLiteral(before)}(${pattern.source || '()'})`)
    case 'fuzzy': {
      const value = before + pattern.source
      const prefix_length = Array.from(before).length
      const fuzziness = Math.min(pattern.distance, 2)
      return { fuzzy: { [field]: { value, fuzziness, prefix_length, rewrite } } }
    }
    default:
      return pattern satisfies never
  }
}

/** Documents whose field has one of these values. */
function valuesQuery(field: string, values: readonly Value[], known: KnownFields): Query {
  const queries: Query[] = []
  for (const { name, type } of nativeFields(field, known)) {
    const own = values.flatMap(({ text, number }) => nativeValue(type, text, number) ?? [])
    queries.push(...termsQueries(name, own))
  }
  const tags = values.flatMap(tagsOf)
  if (field.includes('*'))
    queries.push(regexpQuery(termsField, `${nameRegexp(field)}(${tags.map(regexpLiteral).join('|')})`))
  else
    queries.push(
      ...termsQueries(
        termsField,
        tags.map((tag) => termStart(field) + tag),
      ),
    )
  return either(queries)
}

/** Of `index.max_terms_count`, 65,536. */
const mostTerms = 60_000

function termsQueries(name: string, terms: readonly Scalar[]): Query[] {
  const queries: Query[] = []
  for (let at = 0; at < terms.length; at += mostTerms)
    queries.push({ terms: { [name]: terms.slice(at, at + mostTerms) } })
  return queries
}

/** The forms that a value may have as a term. */
function tagsOf({ text, number }: Value): string[] {
  const values = number === undefined ? [text] : [number, text]
  return [...values.map(tagged), ...(text === 'true' || text === 'false' ? [tagged(text === 'true')] : [])]
}

/** The value in a field's own type; undefined when it can hold no such. */
function nativeValue(type: FieldType, text: string, number: number | undefined): Scalar | undefined {
  switch (type) {
    case 'long':
      return isHeldNatively(type, number ?? Number.NaN) ? number : undefined
    case 'double':
      return number
    case 'boolean':
      return text === 'true' || text === 'false' ? text === 'true' : undefined
    case 'keyword':
    case 'date':
    case 'ip':
      return isHeldNatively(type, text) ? text : undefined
    case 'text':
      return undefined
    default:
      return type satisfies never
  }
}

function valuePatternQuery({ field, pattern }: Leaf<'value_pattern'>, known: KnownFields): Query {
  const queries = nativeFields(field, known)
    .filter(({ type }) => type === 'keyword')
    .map(({ name }) => patternQuery(name, pattern))
  if (!field.includes('*')) return either([...queries, patternQuery(termsField, pattern, `${termStart(field)}s`)])
  return either([...queries, namedPatternQuery(field, pattern)])
}

/** Both name and value are patterns: one expression for the whole term. */
function namedPatternQuery(field: string, pattern: Pattern): Query {
  const name = `${nameRegexp(field)}s`
  if (pattern.kind === 'regexp') return regexpQuery(termsField, `${name}(${pattern.source || '()'})`)
  if (pattern.kind === 'wildcard') return regexpQuery(termsField, `${name}${wildcardRegexp(pattern.source)}`)
  // no query has a distance of a part only: names that end in anything are asked for the value as it is
  return regexpQuery(termsField, `${name}${regexpLiteral(pattern.source)}`)
}

function existsQuery(field: string, known: KnownFields): Query {
  if (field === '*') return everything
  const natives = nativeFields(field, known).map(({ name }): Query => ({ exists: { field: name } }))
  if (!field.includes('*'))
    return either([...natives, { prefix: { [termsField]: { value: termStart(field), rewrite } } }])
  const [start = '', ...rest] = field.split('*')
  const isPrefix = rest.length === 1 && rest[0] === ''
  const terms = isPrefix
    ? { prefix: { [termsField]: { value: escapedName(start), rewrite } } }
    : regexpQuery(termsField, `${nameRegexp(field)}.*`)
  return either([...natives, terms])
}

function wildcardRegexp(source: string): string {
  return wildcardParts(source)
    .map((part) => (part === 'any' ? '.*' : part === 'one' ? '.' : regexpLiteral(part.literal)))
    .join('')
}

function wildcardLiteral(text: string): string {
  return text.replace(/[\\*?]/g, '\\$&')
}
