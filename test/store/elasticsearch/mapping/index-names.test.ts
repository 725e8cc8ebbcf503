import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  dayIndex,
  dayName,
  historyIndex,
  indicesOf,
  meaningOf,
} from '../../../../src/store/elasticsearch/mapping/index-names.ts'

const dayOf = (date: string) => Date.parse(date) / 86_400_000
const days = (from: string, to: string) => indicesOf('mitra_', { kind: 'days', from: dayOf(from), to: dayOf(to) })

test('a question names just the days it needs', () => {
  assert.deepEqual(indicesOf('mitra_', { kind: 'latest' }), ['mitra_latest'])
  assert.deepEqual(days('2026-11-20', '2026-11-21'), ['mitra_2026.11.20', 'mitra_2026.11.21'])
  assert.deepEqual(days('2026-10-30', '2026-12-01'), [
    'mitra_2026.10.30',
    'mitra_2026.10.31',
    'mitra_2026.11.*',
    'mitra_2026.12.01',
  ])
  assert.deepEqual(days('2024-01-01', '2026-01-02'), [
    'mitra_2024.*',
    'mitra_2025.*',
    'mitra_2026.01.01',
    'mitra_2026.01.02',
  ])
  assert.deepEqual(indicesOf('mitra_', { kind: 'days', from: 0, to: 20_000 }), ['mitra_days'])
  assert.deepEqual(
    indicesOf('mitra_', {
      kind: 'history',
      from: Date.parse('2026-11-20T23:59Z'),
      to: Date.parse('2026-11-21T00:01Z'),
    }),
    ['mitra_history_2026.11.20', 'mitra_history_2026.11.21'],
  )
  assert.deepEqual(indicesOf('mitra_', { kind: 'history', from: 0 }), ['mitra_history'])
})

test('the names cover every day of a span, no other, and fit into a request', () => {
  fc.assert(
    fc.property(fc.integer({ min: 15_000, max: 22_000 }), fc.nat(900), fc.nat(40), (from, length, beside) => {
      const to = from + length
      const names = indicesOf('mitra_', { kind: 'days', from, to })
      const covers = (day: number) =>
        names.some(
          (name) =>
            name === 'mitra_days' ||
            (name.endsWith('*')
              ? dayIndex('mitra_', day).startsWith(name.slice(0, -1))
              : name === dayIndex('mitra_', day)),
        )
      for (let day = from; day <= to; day += 7) assert.ok(covers(day), dayName(day))
      if (!names.includes('mitra_days')) assert.ok(!covers(from - 1 - beside) && !covers(to + 1 + beside))
      assert.ok(names.join(',').length < 3000)
    }),
  )
})

test('an index tells its view and day, and is told from what is not mitra’s', () => {
  const day = dayOf('2026-11-21')
  assert.deepEqual(meaningOf('mitra_', dayIndex('mitra_', day)), { view: 'days', day })
  assert.deepEqual(meaningOf('mitra_', historyIndex('mitra_', day)), { view: 'history', day })
  for (const name of [
    'mitra_latest_v1',
    'mitra_2026.13.45',
    'mitra_2026.11.21-old',
    'other_2026.11.21',
    'mitra_history_',
  ])
    assert.equal(meaningOf('mitra_', name), undefined, name)
})
