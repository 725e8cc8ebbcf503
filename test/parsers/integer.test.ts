import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isLong, parseInteger } from '../../src/parsers/integer.ts'

test('reads integers within 64 bits with a sign', () => {
  const cases: [string, number][] = [
    ['0', 0],
    ['-0', 0],
    ['007', 7],
    ['-1', -1],
    ['9007199254740993', 9007199254740992],
    ['9223372036854771712', 2 ** 63 - 4096],
    ['-9223372036854771712', 4096 - 2 ** 63],
  ]
  for (const [text, number] of cases) assert.equal(parseInteger(text), number, text)
  assert.ok(Object.is(parseInteger('-0'), 0))
})

test('takes nothing else for an integer', () => {
  const others = ['', ' ', '-', '+1', '1.0', '1e3', '0x1f', '1 ', ' 1', '1\n', '--1', '٣', 'NaN', 'Infinity']
  // The nearest double of the first is a step beyond 64 bits.
  const wrapped = [
    '9223372036854775807',
    '9223372036854775808',
    '18446744073709551615',
    '-9223372036854775808',
    '9'.repeat(400),
  ]
  for (const text of [...others, ...wrapped]) assert.equal(parseInteger(text), undefined, text)
  assert.equal(parseInteger(undefined), undefined)
})

test('agrees with Number on every safe integer', () => {
  fc.assert(fc.property(fc.maxSafeInteger(), (number) => parseInteger(String(number)) === number))
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => Number.isFinite(parseInteger(text) ?? 0)))
})

test('tells what 64 bits hold', () => {
  assert.ok(isLong(0) && isLong(-(2 ** 62)))
  assert.ok(!isLong(2 ** 63) && !isLong(Number.NaN) && !isLong(Number.POSITIVE_INFINITY))
})
