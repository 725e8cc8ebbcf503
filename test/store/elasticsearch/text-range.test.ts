import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { textWithin } from '../../../src/query/code-point-order.ts'
import { compilePattern } from '../../../src/query/patterns.ts'
import { textRangeRegexp } from '../../../src/store/elasticsearch/text-range.ts'

const text = fc.string({
  unit: fc.constantFrom('\0', '0', '9', 'a', 'f', 'g', '-', '\\', ']', '日', '\u{1f600}', '\u{10ffff}'),
  maxLength: 4,
})
const bound = fc.option(fc.record({ text, inclusive: fc.boolean() }), { nil: undefined })

test('the expression matches the texts of the range and no other', () => {
  fc.assert(
    fc.property(bound, bound, text, (lower, upper, candidate) => {
      const within = textWithin(
        lower && { value: lower.text, inclusive: lower.inclusive },
        upper && { value: upper.text, inclusive: upper.inclusive },
      )
      const matches = compilePattern({ kind: 'regexp', source: textRangeRegexp(lower, upper) })
      assert.equal(matches(candidate), within(candidate))
    }),
    { numRuns: 3000 },
  )
})
