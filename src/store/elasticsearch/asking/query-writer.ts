// Condition to query DSL. A leaf asks the field itself where the index holds its values natively, and the exact terms for all
// that it does not, so that both stores answer alike whatever the mapping made of a value.
import type { Condition, Edge, Pattern } from '../../../query/ast.ts'
import { fieldTest } from '../../../query/field-meaning.ts'
import { addressKey } from '../../../query/ip-address.ts'
import { wildcardParts } from '../../../query/wildcard.ts'
import type { FieldType } from '../../../snapshot/field.ts'
import { escapedName, sortableNumber, tagged, termStart, termsField } from '../mapping/exact-terms.ts'
import { type FieldTypes, isHeldNatively } from '../mapping/field-types.ts'
import { textRangeRegexp } from './text-range.ts'

export type Query = Readonly<Record<string, unknown>>

type Leaf<Kind extends Condition['kind']> = Extract<Condition, { kind: Kind }>

/** What is known of the fields: their types, and the mapped names that a pattern of names may mean. */
export interface KnownFields {
  types: FieldTypes
  /** Names in the mappings of the indices asked; needed only for conditions with a pattern of names. */
  mapped: readonly string[]
}

const everything: Query = { match_all: {} }
const nothing: Query = { match_none: {} }
/** Every term counts, however many a pattern finds. */
const rewrite = 'constant_score'

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
      return valueQuery(condition, known)
    case 'value_pattern':
      return valuePatternQuery(condition, known)
    case 'range':
      return condition.on === 'words' ? wordRangeQuery(condition) : rangeQuery(condition, known)
    case 'exists':
      return existsQuery(condition.field, known)
    default:
      return condition satisfies never
  }
}

/** Whether a condition names fields by a pattern, for which the mapped names must be known. */
export function hasFieldPattern(condition: Condition): boolean {
  if (condition.kind === 'bool')
    return [...condition.must, ...condition.should, ...condition.must_not].some(hasFieldPattern)
  return 'field' in condition && condition.field.includes('*')
}

/** Nested conjunctions become one: Elasticsearch limits how deep a query may go. */
function boolQuery({ must, should, must_not }: Leaf<'bool'>, known: KnownFields): Query {
  const filter = must.flatMap(partsOf).map((each) => queryOf(each, known))
  const excluded = must_not.flatMap((each) => (isDisjunction(each) ? each.should : [each]))
  return {
    bool: {
      ...(filter.length > 0 && { filter }),
      ...(must.length === 0 && should.length > 0 && anyOf(alternativesOf(should).map((each) => queryOf(each, known)))),
      ...(excluded.length > 0 && { must_not: excluded.map((each) => queryOf(each, known)) }),
    },
  }
}

function partsOf(condition: Condition): Condition[] {
  return isConjunction(condition) ? condition.must.flatMap(partsOf) : [condition]
}

function isConjunction(condition: Condition): condition is Leaf<'bool'> {
  return condition.kind === 'bool' && condition.must.length > 0 && condition.must_not.length === 0
}

function isDisjunction(condition: Condition): condition is Leaf<'bool'> {
  const isBool = condition.kind === 'bool' && condition.must.length === 0 && condition.must_not.length === 0
  return isBool && condition.should.length > 0
}

function alternativesOf(conditions: readonly Condition[]): Condition[] {
  return conditions.flatMap((each) => (isDisjunction(each) ? alternativesOf(each.should) : [each]))
}

function anyOf(queries: readonly Query[]): Query {
  return { should: queries, minimum_should_match: 1 }
}

function either(queries: readonly Query[]): Query {
  if (queries.length === 0) return nothing
  return queries.length === 1 ? queries[0]! : { bool: anyOf(queries) }
}

/** The analysed form of a field: `content` is nothing but analysed. */
function wordField(field: string): string {
  return field === 'host.name' || field === 'file.path' ? `${field}.words` : field
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

function regexpQuery(field: string, source: string): Query {
  return { regexp: { [field]: { value: source, flags: 'ALL', max_determinized_states: 100_000, rewrite } } }
}

function wordRangeQuery({ field, lower, upper }: Leaf<'range'>): Query {
  return { range: { [wordField(field)]: boundsOf(lower, upper, (edge) => String(edge.value)) } }
}

/** The fields a name means: itself, or every mapped and declared one that a pattern with `*` covers. */
function nativeFields(field: string, { types, mapped }: KnownFields): { name: string; type: FieldType }[] {
  const names = field.includes('*') ? namesLike(field, types, mapped) : [field]
  return names.flatMap((name) => {
    const type = types.nativeType(name)
    return type === undefined ? [] : [{ name, type }]
  })
}

function namesLike(pattern: string, types: FieldTypes, mapped: readonly string[]): string[] {
  const declared = types.single.map(({ name }) => name)
  return [...new Set([...declared, ...mapped])].filter(fieldTest(pattern))
}

function valueQuery({ field, value: { text, number } }: Leaf<'value'>, known: KnownFields): Query {
  const queries: Query[] = []
  for (const { name, type } of nativeFields(field, known)) {
    const value = nativeValue(type, text, number)
    if (value !== undefined) queries.push({ term: { [name]: { value } } })
  }
  const values = number === undefined ? [text] : [number, text]
  const tags = [...values.map(tagged), ...(text === 'true' || text === 'false' ? [tagged(text === 'true')] : [])]
  queries.push(
    field.includes('*')
      ? regexpQuery(termsField, `${nameRegexp(field)}(${tags.map(regexpLiteral).join('|')})`)
      : { terms: { [termsField]: tags.map((tag) => termStart(field) + tag) } },
  )
  return either(queries)
}

/** The value in a field's own type; undefined when it can hold no such. */
function nativeValue(type: FieldType, text: string, number: number | undefined): unknown {
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

function rangeQuery(condition: Leaf<'range'>, known: KnownFields): Query {
  const { field, on, lower, upper } = condition
  const queries: Query[] = nativeFields(field, known).flatMap(
    ({ name, type }) => nativeRange(name, type, condition) ?? [],
  )
  const isPattern = field.includes('*')
  for (const [tag, encode] of encodings[on]) {
    const from = lower && { text: encode(lower.value), inclusive: lower.inclusive }
    const to = upper && { text: encode(upper.value), inclusive: upper.inclusive }
    if (isPattern) queries.push(regexpQuery(termsField, `${nameRegexp(field)}${tag}(${textRangeRegexp(from, to)})`))
    else queries.push(termRange(termStart(field) + tag, from, to))
  }
  return either(queries)
}

/** How the bounds of a range are written in the exact terms of each tag. */
const encodings = {
  // a number in a field of times counts as milliseconds
  date: [['n', (value: number | string) => sortableNumber(Number(value))]],
  words: [],
  number: [['n', (value: number | string) => sortableNumber(Number(value))]],
  ip: [['a', (value: number | string) => addressKey(String(value)) ?? '']],
  text: [
    ['s', String],
    ['b', String],
  ],
} as const

interface TextBound {
  text: string
  inclusive: boolean
}

function termRange(start: string, from: TextBound | undefined, to: TextBound | undefined): Query {
  const lower = from ? { [from.inclusive ? 'gte' : 'gt']: start + from.text } : { gte: start }
  const upper = to ? { [to.inclusive ? 'lte' : 'lt']: start + to.text } : { lt: after(start) }
  return { range: { [termsField]: { ...lower, ...upper } } }
}

/** The first text that does not begin so. */
function after(start: string): string {
  return start.slice(0, -1) + String.fromCharCode(start.charCodeAt(start.length - 1) + 1)
}

/** Nothing where the type of the field has no such order. */
function nativeRange(name: string, type: FieldType, { on, lower, upper }: Leaf<'range'>): Query[] {
  switch (type) {
    case 'long':
      return on === 'number' ? [wholeNumberRange(name, lower, upper)] : []
    case 'double':
      return on === 'number' ? [{ range: { [name]: boundsOf(lower, upper, ({ value }) => value) } }] : []
    case 'date':
      if (on !== 'date') return []
      return [{ range: { [name]: { ...boundsOf(lower, upper, ({ value }) => value), format: 'epoch_millis' } } }]
    case 'ip':
      return on === 'ip' ? [{ range: { [name]: boundsOf(lower, upper, ({ value }) => value) } }] : []
    case 'keyword':
      return on === 'text' ? [{ range: { [name]: boundsOf(lower, upper, ({ value }) => value) } }] : []
    case 'boolean':
    case 'text':
      return []
    default:
      return type satisfies never
  }
}

/** The bounds as whole numbers of 64 bits. */
function wholeNumberRange(name: string, lower: Edge | undefined, upper: Edge | undefined): Query {
  const most = 2 ** 63
  const bounds: Record<string, number> = {}
  if (lower) {
    const value = Number(lower.value)
    if (value >= most) return nothing
    if (value > -most) bounds[lower.inclusive || !Number.isInteger(value) ? 'gte' : 'gt'] = Math.ceil(value)
  }
  if (upper) {
    const value = Number(upper.value)
    if (value <= -most) return nothing
    if (value < most) bounds[upper.inclusive || !Number.isInteger(value) ? 'lte' : 'lt'] = Math.floor(value)
  }
  return Object.keys(bounds).length === 0 ? { exists: { field: name } } : { range: { [name]: bounds } }
}

function boundsOf<Value>(
  lower: Edge | undefined,
  upper: Edge | undefined,
  read: (edge: Edge) => Value,
): Record<string, Value> {
  return {
    ...(lower && { [lower.inclusive ? 'gte' : 'gt']: read(lower) }),
    ...(upper && { [upper.inclusive ? 'lte' : 'lt']: read(upper) }),
  }
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

/** The names a pattern means, with the `=` that ends them. */
function nameRegexp(pattern: string): string {
  return `${pattern
    .split('*')
    .map((part) => regexpLiteral(escapedName(part)))
    .join('[^=]*')}=`
}

function wildcardRegexp(source: string): string {
  return wildcardParts(source)
    .map((part) => (part === 'any' ? '.*' : part === 'one' ? '.' : regexpLiteral(part.literal)))
    .join('')
}

function wildcardLiteral(text: string): string {
  return text.replace(/[\\*?]/g, '\\$&')
}

/** Letters and digits stand for themselves, everything else behind a backslash. */
function regexpLiteral(text: string): string {
  return text.replace(/[^\p{L}\p{N}]/gu, '\\$&')
}
