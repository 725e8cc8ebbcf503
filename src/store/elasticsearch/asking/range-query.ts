// Ranges as query DSL: of the field itself where the index holds its values natively, and of the exact terms.
import type { Edge } from '../../../query/ast.ts'
import { addressKey } from '../../../query/ip-address.ts'
import type { FieldType } from '../../../snapshot/field.ts'
import { sortableNumber, termStart, termsField } from '../mapping/exact-terms.ts'
import {
  either,
  type KnownFields,
  type Leaf,
  nameRegexp,
  nativeFields,
  nothing,
  type Query,
  regexpQuery,
  wordField,
} from './query-parts.ts'
import { textRangeRegexp } from './text-range.ts'

/** The query of a range. */
export function rangeQuery(condition: Leaf<'range'>, known: KnownFields): Query {
  return condition.on === 'words' ? wordRangeQuery(condition) : valueRangeQuery(condition, known)
}

function wordRangeQuery({ field, lower, upper }: Leaf<'range'>): Query {
  return { range: { [wordField(field)]: boundsOf(lower, upper, (edge) => String(edge.value)) } }
}

function valueRangeQuery(condition: Leaf<'range'>, known: KnownFields): Query {
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
