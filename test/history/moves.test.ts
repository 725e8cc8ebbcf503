import assert from 'node:assert/strict'
import { test } from 'node:test'
import { movesOf } from '../../src/history/moves.ts'

const seconds = Array.from({ length: 20 }, (_, index) => index)
const start = 10_000

/** Series by what a field says at each second; the window begins with the tenth. */
function moves(
  fields: Record<string, (second: number) => number>,
  options: { flags?: string[]; boots?: number[] } = {},
) {
  const series = new Map(
    Object.entries(fields).map(([name, value]) => [
      name,
      seconds.map((each) => ({ at: each * 1000, value: value(each) })),
    ]),
  )
  const source = { path: 'p', states: [], observed: [], series, flags: new Set(options.flags) }
  const amountOf = (field: string) => ({ unit: 'count' as const, isCounter: field.startsWith('netstat.') })
  return movesOf(source, { start, boots: options.boots ?? [], amountOf })
}

const isLate = (second: number) => second >= 12

test('of a counter and the rate that came with it, the counter is judged', () => {
  const found = moves({
    'netstat.Drops': (second) => (isLate(second) ? (second - 11) * 50 : 0),
    'netstat_rate.Drops': (second) => (isLate(second) ? 50 : 0),
    'other_rate.Drops': () => 0,
  })
  assert.deepEqual(
    found.map(({ field, kind, score, farthest }) => [field, kind, score, farthest]),
    [
      ['netstat.Drops', 'counter', 50, 50],
      ['other_rate.Drops', 'level', 0, 0],
    ],
  )
})

test('a level that is tiny beside the move of another of its unit is no move, few drops beside many packets are', () => {
  const scores = (prefix: string) =>
    moves({
      [`${prefix}small`]: (second) => (isLate(second) ? second * 20 : 0),
      [`${prefix}large`]: (second) => (isLate(second) ? second * 1e6 : 0),
    }).map(({ score }) => score >= 2)
  assert.deepEqual(scores('level.'), [false, true])
  assert.deepEqual(scores('netstat.'), [true, true])
})

test('a flag that was never so before scores 100, one that was now and then does not', () => {
  const options = { flags: ['rare', 'common'] }
  const found = moves({ rare: (second) => Number(second === 15), common: (second) => second % 2 }, options)
  assert.deepEqual(
    found.map(({ field, kind, score }) => [field, kind, score]),
    [
      ['rare', 'flag', 100],
      ['common', 'flag', 1],
    ],
  )
})

test('no rate goes across a reboot, whether the counter is lower after it or higher', () => {
  const lower = moves({ 'netstat.Packets': (second) => (isLate(second) ? second * 3 : 1000 + second) })
  const higher = moves(
    { 'netstat.Packets': (second) => (isLate(second) ? 5000 + second : second) },
    { boots: [11_500] },
  )
  assert.deepEqual([lower[0]?.farthest, higher[0]?.farthest], [3, 1])
  assert.equal(higher[0]?.samples, 9)
})
