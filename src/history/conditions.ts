// Conditions that a program makes rather than a person types.
import type { Condition } from '../query/ast.ts'

export const everything: Condition = { kind: 'all' }

export function hasValue(field: string, text: string): Condition {
  return { kind: 'value', field, value: { text } }
}

/** One of these values; nothing when there are none. */
export function isOneOf(field: string, values: readonly string[]): Condition {
  return anyOf(values.map((text) => hasValue(field, text)))
}

/** A text from `first` to `last`, in the order of code points. */
export function isBetween(field: string, first: string, last: string): Condition {
  const edge = (value: string) => ({ value, inclusive: true })
  return { kind: 'range', field, on: 'text', lower: edge(first), upper: edge(last) }
}

export function allOf(...must: Condition[]): Condition {
  const real = must.filter(({ kind }) => kind !== 'all')
  const [only = everything] = real
  return real.length < 2 ? only : { kind: 'bool', must: real, should: [], must_not: [] }
}

/** One of these; nothing when there are none. */
export function anyOf(should: Condition[]): Condition {
  return should.length === 0 ? { kind: 'none' } : { kind: 'bool', must: [], should, must_not: [] }
}

export function not(condition: Condition): Condition {
  return { kind: 'bool', must: [], should: [], must_not: [condition] }
}
