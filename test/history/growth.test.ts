import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Growth, growthOf, growthOfSeries } from '../../src/history/growth.ts'
import { documentOf } from '../store/document-of.ts'
import { hostDocument, stored } from './stored.ts'

const hour = 3_600_000
const from = Date.UTC(2026, 10, 14)
const to = from + 7 * 24 * hour
const megabyte = 1e6

const series = (values: readonly number[], entities: readonly string[] = []) => ({
  host: 'a',
  path: 'processes/x',
  readings: values.map((value, index) => ({
    at: from + index * hour,
    value,
    ...(entities[index] !== undefined && { entity: entities[index] }),
  })),
})
const grown = (values: readonly number[], entities: readonly string[] = [], isCounter = false) =>
  growthOfSeries(series(values, entities), { boots: [], isCounter })

test('a straight line has its own slope', () => {
  const found = grown([10, 12, 14, 16, 18])
  assert.deepEqual([found?.growth, found?.per_day, found?.steadiness, found?.resets], [8, 48, 1, 0])
})

test('a peak, and one odd reading, are no growth', () => {
  const noise = Array.from({ length: 99 }, (_, index) => 100 + (index % 3))
  const peak = noise.map((value, index) => (index > 60 && index < 66 ? 10_000 : value))
  assert.ok(Math.abs(grown(peak)?.growth ?? 9) < 2)
  assert.ok(Math.abs(grown(peak)?.steadiness ?? 1) < 0.2)
  assert.ok(Math.abs(grown([...noise, 10_000])?.growth ?? 9) < 2)
})

test('another process of the same number and path is no growth', () => {
  const values = [100, 100, 101, 5000, 5000, 5001, 5001]
  assert.ok((grown(values)?.growth ?? 0) > 1000)
  const found = grown(values, ['7-1', '7-1', '7-1', '7-2', '7-2', '7-2', '7-2'])
  assert.equal(found?.resets, 1)
  assert.ok((found?.growth ?? 9) <= 5)
})

test('what leaks from restart to restart grows all the same', () => {
  const values = [0, 10, 20, 30, 0, 10, 20, 30, 0, 10, 20, 30]
  const found = grown(
    values,
    values.map((_, index) => `7-${Math.floor(index / 4)}`),
  )
  assert.deepEqual([found?.growth, found?.per_day, found?.steadiness, found?.resets], [90, 240, 1, 2])
})

test('a counter that began anew is no fall', () => {
  const found = grown([100, 200, 300, 50, 150, 250], [], true)
  assert.deepEqual([found?.per_day, found?.resets], [2400, 1])
})

test('fewer than three readings say nothing', () => {
  assert.equal(grown([1, 2]), undefined)
  assert.equal(grown([1, 2, 3], ['a', 'b', 'c']), undefined)
})

/** The slope by putting all slopes in order. */
function plainSlope(readings: readonly { at: number; value: number }[]): number {
  const pairs = readings.flatMap((later, index) =>
    readings
      .slice(0, index)
      .map(({ at, value }) => ({ slope: (later.value - value) / (later.at - at), weight: later.at - at })),
  )
  pairs.sort((one, other) => one.slope - other.slope)
  let half = pairs.reduce((sum, { weight }) => sum + weight, 0) / 2
  for (const { slope, weight } of pairs) {
    half -= weight
    if (half <= 0) return slope
  }
  return Number.NaN
}

test('the slope is the median of the slopes of all pairs by their weight', () => {
  const reading = fc.record({ step: fc.integer({ min: 1, max: 9 }), value: fc.integer({ min: -5, max: 5 }) })
  fc.assert(
    fc.property(fc.array(reading, { minLength: 3, maxLength: 60 }), (steps) => {
      let at = from
      const readings = steps.map(({ step, value }) => {
        at += step
        return { at, value }
      })
      const found = growthOfSeries({ host: 'a', path: 'x', readings }, { boots: [], isCounter: false })
      const expected = plainSlope(readings) * 24 * hour
      assert.ok(Math.abs((found?.per_day ?? Number.NaN) - expected) <= Math.abs(expected) * 1e-5, `${expected}`)
    }),
  )
})

test('thinning moves the slope of a noisy line by little, and many readings take little time', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 400, maxLength: 3000 }), (noise) => {
      const found = grown(noise.map((each, index) => index * 10 + each))
      assert.ok(found && found.per_day > 220 && found.per_day < 260, `${found?.per_day}`)
    }),
    { numRuns: 10 },
  )
})

/** Readings every six hours for a week, of a number by the hours since its beginning. */
function samples(host: string, path: string, value: (hours: number) => number, entity?: (hours: number) => string) {
  return Array.from({ length: 28 }, (_, index) => {
    const hours = index * 6
    return {
      ...documentOf(host, path, new Date(from + hours * hour).toISOString(), {
        'event.kind': 'metric',
        'event.dataset': 'mitra.processes',
      }),
      'process.memory.rss': value(hours),
      'meminfo.Slab': value(hours),
      ...(entity && { 'process.entity_id': entity(hours) }),
    }
  })
}

const line = ({ host, path, growth, resets }: Growth) => `${host} ${path} ${Math.round(growth / megabyte)} ${resets}`
const all = { condition: { kind: 'all' }, from, to, isCounter: false } as const

test('sources are ranked by what they grew, with reboots and restarts as resets', async () => {
  const documents = [
    ...samples(
      'a',
      'processes/leak',
      (hours) => (50 + hours) * megabyte,
      () => '1-1',
    ),
    ...samples(
      'a',
      'processes/calm',
      (hours) => (900 + (hours % 5)) * megabyte,
      () => '2-1',
    ),
    ...samples(
      'b',
      'processes/leak',
      (hours) => (hours < 84 ? hours : hours - 84) * 3 * megabyte,
      (hours) => (hours < 84 ? '1-1' : '1-9'),
    ),
    ...samples(
      'b',
      'processes/big',
      (hours) => (hours < 84 ? 10 : 4000) * megabyte,
      (hours) => (hours < 84 ? '3-1' : '3-7'),
    ),
    ...[0, 40, 84, 120].map((hours) =>
      hostDocument('b', new Date(from + hours * hour).toISOString(), hours < 84 ? 'one' : 'two', 60),
    ),
  ]
  const store = await stored(documents)
  const found = await growthOf(store, { ...all, field: 'process.memory.rss' })
  assert.deepEqual(found.map(line), [
    'b processes/leak 468 1',
    'a processes/leak 162 0',
    'a processes/calm 0 0',
    'b processes/big 0 1',
  ])
  const slab = await growthOf(store, { ...all, field: 'meminfo.Slab' })
  assert.deepEqual(
    slab.map(({ resets }) => resets),
    [1, 0, 0, 1],
  )
  assert.deepEqual(await growthOf(store, { ...all, field: 'process.memory.rss', to: from + hour }), [])
})

test('of a state what held when the window began counts, and what holds when it ends', async () => {
  const store = await stored(
    [
      [-50, 100],
      [60, 160],
      [100, 200],
    ].map(([hours = 0, count = 0]) => ({
      ...documentOf('a', 'packages', new Date(from + hours * hour).toISOString(), {}),
      'package.count': count,
    })),
  )
  const [found] = await growthOf(store, { ...all, field: 'package.count' })
  assert.deepEqual([found?.first, found?.last, found?.since, found?.until, found?.readings], [100, 200, from, to, 4])
  assert.ok((found?.growth ?? 0) > 80)
})
