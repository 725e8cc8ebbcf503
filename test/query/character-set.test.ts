import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { anyCharacter, complementOf, contains, setOf, unionOf } from '../../src/query/character-set.ts'

test('merges ranges that touch', () => {
  assert.deepEqual(setOf([5, 6], [1, 2], [3, 4], [9, 9]), [1, 6, 9, 9])
  assert.deepEqual(complementOf(setOf([1, 2])), [0, 0, 3, 0x10ffff])
  assert.deepEqual(complementOf(anyCharacter), [])
})

test('holds what either set holds, or what the set does not', () => {
  const range = fc.tuple(fc.nat(30), fc.nat(10)).map(([first, more]): [number, number] => [first, first + more])
  const set = fc.array(range, { maxLength: 4 }).map((ranges) => setOf(...ranges))
  fc.assert(
    fc.property(set, set, fc.nat(50), (left, right, codePoint) => {
      assert.equal(contains(unionOf(left, right), codePoint), contains(left, codePoint) || contains(right, codePoint))
      assert.equal(contains(complementOf(left), codePoint), !contains(left, codePoint))
    }),
  )
})
