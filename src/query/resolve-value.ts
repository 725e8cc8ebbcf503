// What is typed for a field of whole values becomes conditions on them, read as the field's type wants it.
import { ActionableError } from '../errors.ts'
import type { Bound, Condition, Edge, Query, Value } from './ast.ts'
import { parseTime } from './date-math.ts'
import type { FieldMeaning } from './field-meaning.ts'
import { addressKey, blockEdges } from './ip-address.ts'
import { automaticDistance } from './patterns.ts'
import { allOf, anyOf } from './resolve-words.ts'
import { QuerySyntaxError, quoted } from './syntax-error.ts'

type Leaf = Exclude<Query, { kind: 'all' | 'bool' | 'exists' }>
type Range = Extract<Query, { kind: 'range' }>

/** A condition on the values of one field; throws QuerySyntaxError for what the declared type cannot be. */
export function valueCondition(query: Leaf, meaning: FieldMeaning, now: number): Condition {
  switch (query.kind) {
    case 'term':
    case 'phrase':
      return equalCondition(query.text, query.at, meaning, now)
    case 'range':
      return query.lower || query.upper ? rangeCondition(query, meaning, now) : { kind: 'exists', field: meaning.name }
    case 'wildcard':
      if (meaning.type === 'ip') return wildBlock(query.pattern, query.at, meaning)
      refusePattern(meaning, query.at)
      return { kind: 'value_pattern', field: meaning.name, pattern: { kind: 'wildcard', source: query.pattern } }
    case 'regexp':
      refusePattern(meaning, query.at)
      return { kind: 'value_pattern', field: meaning.name, pattern: { kind: 'regexp', source: query.pattern } }
    case 'fuzzy': {
      refusePattern(meaning, query.at)
      const { text: source } = query
      const distance = query.distance === 'auto' ? automaticDistance(source) : query.distance
      return { kind: 'value_pattern', field: meaning.name, pattern: { kind: 'fuzzy', source, distance } }
    }
    default:
      return query satisfies never
  }
}

function equalCondition(text: string, at: number, meaning: FieldMeaning, now: number): Condition {
  const { name: field } = meaning
  switch (meaning.type) {
    case 'date': {
      const lower = { value: readTime(text, at, false, now), inclusive: true }
      return {
        kind: 'range',
        field,
        on: 'date',
        lower,
        upper: { value: readTime(text, at, true, now), inclusive: true },
      }
    }
    case 'ip':
      return addressCondition(text, at, field)
    case 'boolean':
      if (text !== 'true' && text !== 'false') throw mistake(meaning, 'true or false', text, at)
      return { kind: 'value', field, value: { text } }
    case 'long':
    case 'double':
    case 'mixed':
      return numbersCondition(text, at, meaning)
    case 'keyword':
    case 'text':
      return { kind: 'value', field, value: valueIn(text, meaning) }
    default:
      return meaning.type satisfies never
  }
}

/** Several numbers mean a field that holds each of them, such as tcp_rmem. */
function numbersCondition(text: string, at: number, meaning: FieldMeaning): Condition {
  const { name: field } = meaning
  const whole: Condition = { kind: 'value', field, value: valueIn(text, meaning) }
  const parts = text.split(/[\s,]+/).filter((part) => part !== '')
  if (parts.length > 1 && parts.every((part) => readNumber(part, meaning) !== undefined)) {
    const each = allOf(parts.map((part) => ({ kind: 'value', field, value: valueIn(part, meaning) })))!
    return meaning.type === 'mixed' ? anyOf([whole, each])! : each
  }
  if (meaning.strict && whole.value.number === undefined) throw mistake(meaning, 'a number', text, at)
  return whole
}

function valueIn(text: string, meaning: FieldMeaning): Value {
  const number = readNumber(text, meaning)
  if (number === undefined) return { text }
  return { text: isPlainNumber(text) ? text : String(number), number }
}

const magnitudes: Record<string, number> = { '': 0, k: 1, m: 2, g: 3, t: 4, p: 5 }

/** A decimal number; where the unit is bytes also `4k`, `10MB`, `1.5GiB`, all by 1024. */
function readNumber(text: string, { unit }: FieldMeaning): number | undefined {
  if (isPlainNumber(text)) {
    const number = Number(text)
    return Number.isFinite(number) ? number : undefined
  }
  const sized = unit === 'bytes' ? /^(\d+(?:\.\d+)?) ?(?:([kmgtp])(?:i?b)?|b)$/i.exec(text) : null
  return sized ? Math.round(Number(sized[1]) * 1024 ** magnitudes[(sized[2] ?? '').toLowerCase()]!) : undefined
}

function isPlainNumber(text: string): boolean {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i.test(text)
}

function rangeCondition({ lower, upper, at }: Range, meaning: FieldMeaning, now: number): Condition {
  const { name: field } = meaning
  switch (meaning.type) {
    case 'date':
      return {
        kind: 'range',
        field,
        on: 'date',
        ...edges(lower, upper, ({ text, inclusive }, side) =>
          readTime(text, at, (side === 'upper') === inclusive, now),
        ),
      }
    case 'ip':
      return {
        kind: 'range',
        field,
        on: 'ip',
        ...edges(lower, upper, ({ text }) => {
          if (addressKey(text) === undefined) throw mistake(meaning, 'an address', text, at)
          return text
        }),
      }
    case 'boolean':
      throw mistake(meaning, 'true or false', 'a range', at)
    case 'keyword':
    case 'text':
      return { kind: 'range', field, on: 'text', ...edges(lower, upper, ({ text }) => text) }
    case 'long':
    case 'double':
    case 'mixed': {
      const odd = [lower, upper].find((bound) => bound && readNumber(bound.text, meaning) === undefined)
      if (odd && meaning.strict) throw mistake(meaning, 'a number', odd.text, at)
      if (odd) return { kind: 'range', field, on: 'text', ...edges(lower, upper, ({ text }) => text) }
      return { kind: 'range', field, on: 'number', ...edges(lower, upper, ({ text }) => readNumber(text, meaning)!) }
    }
    default:
      return meaning.type satisfies never
  }
}

type Side = 'lower' | 'upper'

function edges(
  lower: Bound | undefined,
  upper: Bound | undefined,
  read: (bound: Bound, side: Side) => number | string,
): { lower?: Edge; upper?: Edge } {
  return {
    ...(lower ? { lower: { value: read(lower, 'lower'), inclusive: lower.inclusive } } : {}),
    ...(upper ? { upper: { value: read(upper, 'upper'), inclusive: upper.inclusive } } : {}),
  }
}

function addressCondition(text: string, at: number, field: string): Condition {
  const block = addressKey(text) === undefined ? blockEdges(text) : { first: text, last: text }
  if (!block) {
    const message = `"${field}" holds addresses: expected an address or a block such as 10.0.0.0/8, found ${quoted(text)}`
    throw new QuerySyntaxError(message, at)
  }
  const lower = { value: block.first, inclusive: true }
  return { kind: 'range', field, on: 'ip', lower, upper: { value: block.last, inclusive: true } }
}

/** `10.0.*` is the block it looks like. */
function wildBlock(pattern: string, at: number, { name: field }: FieldMeaning): Condition {
  const [, sure] = /^((?:\d{1,3}\.){1,3})\*(?:\.\*){0,2}$/.exec(pattern) ?? []
  const octets = sure?.split('.').slice(0, -1) ?? []
  const address = [...octets, '0', '0', '0'].slice(0, 4).join('.')
  return addressCondition(sure === undefined ? pattern : `${address}/${octets.length * 8}`, at, field)
}

function refusePattern(meaning: FieldMeaning, at: number): void {
  const { type, strict, name } = meaning
  if (!strict || type === 'keyword' || type === 'text' || type === 'mixed') return
  const kind = { long: 'numbers', double: 'numbers', date: 'times', boolean: 'true or false', ip: 'addresses' }[type]
  const next = type === 'date' ? 'write 2026-11 for a whole month, or a range' : 'write a value or a range'
  throw new QuerySyntaxError(`"${name}" holds ${kind}: expected a value or a range, found a pattern`, at, { next })
}

function mistake({ name }: FieldMeaning, expected: string, found: string, at: number): QuerySyntaxError {
  return new QuerySyntaxError(`expected ${expected} for "${name}", found ${quoted(found)}`, at)
}

function readTime(text: string, at: number, roundUp: boolean, now: number): number {
  try {
    return parseTime(text, { now, roundUp, timeZone: 'utc' })
  } catch (error) {
    if (!(error instanceof ActionableError)) throw error
    throw new QuerySyntaxError(error.message, at, { ...(error.next ? { next: error.next } : {}), cause: error })
  }
}
