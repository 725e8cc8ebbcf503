// Texts no parser may stumble over: junk, and real text that was cut, spoilt, doubled or shuffled on its way.
import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Fields } from '../../src/snapshot/document.ts'

const huge = ['18446744073709551615', '9223372036854775807', '9'.repeat(400), '-1', '1e9', 'NaN', '0x10']
const odd = ['', '\0', '\x1b[2J', '\r\n', '\n\n', ' ', '\t', ':', '=', '%', '=\n', '\ud800', '🐧', '__proto__', ...huge]

/** Random text, and real text with random harm done to it. */
export function malformed(...real: string[]): fc.Arbitrary<string> {
  const harm = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 40 }), fc.constantFrom(...odd)), {
    minLength: 1,
    maxLength: 6,
  })
  const spoilt = fc.tuple(fc.constantFrom(...real), harm).map(([text, places]) =>
    places.reduce((before, [place, length, put]) => {
      const at = place % (before.length + 1)
      return before.slice(0, at) + put + before.slice(at + length)
    }, text),
  )
  const cut = fc
    .tuple(fc.constantFrom(...real), fc.nat())
    .map(([text, place]) => text.slice(0, place % (text.length + 1)))
  const shuffled = fc.tuple(fc.constantFrom(...real), fc.array(fc.nat(), { maxLength: 30 })).map(([text, order]) => {
    const lines = text.split('\n')
    return order.map((place) => lines[place % lines.length]).join('\n')
  })
  return fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), spoilt, cut, shuffled)
}

/** One line of very many characters, and very many lines: shapes that regular expressions lose themselves in. */
export function enormous(...starts: string[]): string[] {
  const parts = ['a', '1', ' ', '\n', 'a.', 'a/', '1 ', 'a ', 'a-', ' \n', '"', ':', '=', '\t']
  return ['', ...starts].flatMap((start) => parts.map((part) => `${start}${part.repeat(50_000)}!`))
}

/** Runs a parser over `malformed` and `enormous` texts; `check` says what must hold of whatever comes out. */
export function survives<Result>(
  parse: (text: string) => Result,
  real: string[],
  check: (result: Result) => void,
): void {
  fc.assert(fc.property(malformed(...real), (text) => check(parse(text))))
  for (const text of enormous(...real.map((each) => each.slice(0, each.search(/[\d\n]|$/))))) check(parse(text))
}

/** Holds fields to a family of names and to values that a store takes. */
export function areFieldsOf(family: string): (fields: Fields) => void {
  return (fields) => {
    for (const [name, value] of Object.entries(fields)) {
      assert.ok(name.startsWith(`${family}.`), name)
      for (const each of Array.isArray(value) ? value : [value])
        if (typeof each === 'number') assert.ok(Number.isFinite(each) && Math.abs(each) < 2 ** 63, `${name}: ${each}`)
        else assert.ok(typeof each === 'boolean' || typeof each === 'string', name)
    }
  }
}

/** The same text as a system of other habits writes it. */
export function withCarriageReturns(text: string): string {
  return text.replaceAll('\n', '\r\n')
}
