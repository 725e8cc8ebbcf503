import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { statisticsOf } from '../../src/history/statistics.ts'
import type { Scalar } from '../../src/snapshot/document.ts'

const rows = (counts: readonly (readonly [value: Scalar, hosts: number])[]) =>
  counts.map(([value, hosts]) => ({ value, hosts, documents: hosts, examples: [] }))

test('each number counts once for each host that has it', () => {
  const figures = statisticsOf(
    rows([
      [60, 95],
      [10, 4],
      [1, 1],
    ]),
  )
  assert.deepEqual(figures, {
    count: 100,
    left_out: 0,
    min: 1,
    p5: 10,
    p50: 60,
    p95: 60,
    p99: 60,
    max: 60,
    mean: 57.41,
  })
})

test('a quantile is the number at the nearest rank', () => {
  const hundred = rows(Array.from({ length: 100 }, (_, index) => [index + 1, 1] as const))
  const { p5, p50, p95, p99 } = statisticsOf(hundred) ?? {}
  assert.deepEqual([p5, p50, p95, p99], [5, 50, 95, 99])
})

test('what is no number is left out and counted', () => {
  const figures = statisticsOf(
    rows([
      ['10 # lower', 3],
      [true, 1],
      [-2.5, 2],
    ]),
  )
  assert.deepEqual([figures?.count, figures?.left_out, figures?.min, figures?.mean], [2, 2, -2.5, -2.5])
  assert.equal(statisticsOf(rows([['text', 1]])), undefined)
  assert.equal(statisticsOf([]), undefined)
})

test('weights mean repetition: the same as of the numbers one by one', () => {
  const counts = fc.uniqueArray(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 1, max: 30 })), {
    selector: ([value]) => value,
    minLength: 1,
    maxLength: 12,
  })
  fc.assert(
    fc.property(counts, (given) => {
      const all = given.flatMap(([value, hosts]) => Array<number>(hosts).fill(value)).sort((a, b) => a - b)
      const figures = statisticsOf(rows(given))
      for (const percent of [5, 50, 95, 99] as const) {
        const quantile = figures?.[`p${percent}`] ?? Number.NaN
        assert(all.filter((each) => each <= quantile).length * 100 >= all.length * percent)
        assert(all.filter((each) => each < quantile).length * 100 < all.length * percent)
      }
      assert.deepEqual([figures?.min, figures?.max, figures?.count], [all[0], all.at(-1), all.length])
    }),
    { numRuns: 200 },
  )
})
