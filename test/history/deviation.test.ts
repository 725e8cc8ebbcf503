import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { deviationOf, type Reading } from '../../src/history/deviation.ts'

const readings = (values: readonly number[], from = 0): Reading[] =>
  values.map((value, index) => ({ at: from + index * 10_000, value }))
const noisy = [100, 110, 90, 105, 95, 100, 108, 92]

test('the score is how many times farther a series went than it does', () => {
  const found = deviationOf(readings(noisy), readings([104, 150, 200, 160], 80_000), 1)
  assert.deepEqual(found, {
    score: 10,
    usual: 100,
    farthest: 200,
    at: 100_000,
    since: 90_000,
    samples: 4,
    samples_before: 8,
  })
})

test('falls count as rises do', () => {
  const found = deviationOf(readings(noisy), readings([100, 0], 80_000), 1)
  assert.deepEqual([found?.score, found?.farthest, found?.since], [10, 0, 90_000])
})

test('a move that only swings back to the other side does not begin there', () => {
  const found = deviationOf(readings(noisy), readings([40, 100, 200], 80_000), 1)
  assert.deepEqual([found?.farthest, found?.since], [200, 100_000])
})

const floors: [before: number[], after: number, trifle: number, score: number][] = [
  [[0, 0, 0], 1, 1, 1],
  [[0, 0, 0], 50, 1, 50],
  [[0, 0, 0], 1e9, 1, 100],
  [[1e9, 1e9, 1e9], 0, 1, 100],
  [[-5, -5, -5], 5, 0, 200],
  [[5, 5, 5], 7, 1, 2],
  [[1000, 1000, 1000], 1000, 1, 0],
]
for (const [before, after, trifle, score] of floors)
  test(`from a constant ${before[0]} to ${after} is ${score}: no noise is no alarm`, () => {
    assert.equal(deviationOf(readings(before), readings([after]), trifle)?.score, score)
  })

test('fewer than three readings before, or none after, say nothing', () => {
  assert.equal(deviationOf(readings([1, 1]), readings([100]), 1), undefined)
  assert.equal(deviationOf(readings([1, 1, 1]), [], 1), undefined)
})

test('a series that goes on as before scores 1 at most, in whatever order and of whatever size', () => {
  const series = fc.array(fc.double({ min: -1e12, max: 1e12, noNaN: true }), { minLength: 3, maxLength: 19 })
  fc.assert(
    fc.property(series, (values) => {
      const { score = Number.NaN } = deviationOf(readings(values), readings(values.toReversed()), 1) ?? {}
      assert(score >= 0 && score <= 1)
    }),
    { numRuns: 300 },
  )
})
