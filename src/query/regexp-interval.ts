// `<n-m>` of a regular expression as a tree: the decimal numbers from n to m.
import { setOf } from './character-set.ts'
import type { RegexpTree } from './regexp-syntax.ts'

/** Written with as many digits each, numbers have just these; else any number of leading zeros is allowed. */
export function intervalTree(one: string, other: string): RegexpTree {
  const [low, high] = Number(one) <= Number(other) ? [one, other] : [other, one]
  if (one.length === other.length) return between(low, high)
  const from = String(Number(low))
  const to = String(Number(high))
  const lengths: RegexpTree[] = []
  for (let length = from.length; length <= to.length; length++) {
    const least = length === from.length ? from : `1${'0'.repeat(length - 1)}`
    lengths.push(between(least, length === to.length ? to : '9'.repeat(length)))
  }
  const zeros: RegexpTree = { kind: 'repeat', part: digits(0, 0), least: 0 }
  return { kind: 'concat', parts: [zeros, { kind: 'union', parts: lengths }] }
}

/** Numbers of the same length, digit by digit. */
function between(low: string, high: string): RegexpTree {
  if (low === '') return { kind: 'empty' }
  const first = Number(low[0])
  const last = Number(high[0])
  const lowRest = low.slice(1)
  const highRest = high.slice(1)
  if (first === last) return sequence(digits(first, first), between(lowRest, highRest))
  const rest = lowRest.length
  const parts = [
    sequence(digits(first, first), between(lowRest, '9'.repeat(rest))),
    sequence(digits(last, last), between('0'.repeat(rest), highRest)),
  ]
  if (last - first > 1) parts.push(sequence(digits(first + 1, last - 1), anyDigits(rest)))
  return { kind: 'union', parts }
}

function anyDigits(count: number): RegexpTree {
  return { kind: 'repeat', part: digits(0, 9), least: count, most: count }
}

function digits(first: number, last: number): RegexpTree {
  return { kind: 'set', set: setOf([48 + first, 48 + last]) }
}

function sequence(...parts: RegexpTree[]): RegexpTree {
  return { kind: 'concat', parts }
}
