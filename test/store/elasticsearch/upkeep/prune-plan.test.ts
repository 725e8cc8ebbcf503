// What a prune decides where no test server can show it: lifecycle policies, mixed moves, places.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DailyIndex } from '../../../../src/store/elasticsearch/upkeep/daily-indices.ts'
import { allocationAt, placeOf, placeText } from '../../../../src/store/elasticsearch/upkeep/places.ts'
import { planOf } from '../../../../src/store/elasticsearch/upkeep/prune-plan.ts'
import type { Move } from '../../../../src/store/store.ts'

const warm: Move = { after_hours: 48, to: { tier: 'data_warm' } }
const slow: Move = { after_hours: 48, to: { attribute: { box_type: 'warm', disk: 'slow' } } }
const cold: Move = { after_hours: 168, to: { attribute: { box_type: 'cold' } } }

const index = (more: Partial<DailyIndex> = {}): DailyIndex => ({
  name: 'mitra_1970.01.11',
  view: 'days',
  day: 10,
  isOpen: true,
  documents: 5,
  shards: 1,
  segments: 7,
  allocation: { 'include._tier_preference': 'data_content' },
  hasLifecycle: false,
  ...more,
})
const now = Date.UTC(1970, 1, 1)

test('an index with a lifecycle policy is neither moved nor merged, and goes when it is too old', () => {
  const retention = { merge: true, moves: [warm] }
  const plan = planOf([index()], retention, now)
  assert.deepEqual([plan.moved.length, plan.merged.length], [1, 1])
  const left = planOf([index({ hasLifecycle: true })], retention, now)
  assert.deepEqual(left, { removed: [], moved: [], merged: [] })
  assert.equal(planOf([index({ hasLifecycle: true })], { ...retention, days: 5 }, now).removed.length, 1)
})

test('what is removed is not moved or merged before', () => {
  const plan = planOf([index()], { days: 5, merge: true, moves: [warm] }, now)
  assert.deepEqual([plan.removed.length, plan.moved.length, plan.merged.length], [1, 0, 0])
})

test('an index is merged when it has more segments than shards', () => {
  const merged = (more: Partial<DailyIndex>) => planOf([index(more)], { merge: true }, now).merged.length
  assert.equal(merged({ shards: 3, segments: 3 }), 0)
  assert.equal(merged({ shards: 3, segments: 4 }), 1)
  assert.equal(merged({ segments: 0 }), 0)
  assert.equal(planOf([index()], {}, now).merged.length, 0)
})

test('the last move whose time has come holds, whatever their order', () => {
  const hours = (count: number) => placeOf(10, [cold, warm], Date.UTC(1970, 0, 12, count))
  assert.deepEqual([hours(47.9), hours(48), hours(168)], [undefined, warm.to, cold.to])
})

test('a move takes back what another had set', () => {
  assert.deepEqual(allocationAt(cold.to, [slow, cold]), {
    'include._tier_preference': null,
    'require.box_type': 'cold',
    'require.disk': null,
  })
  assert.deepEqual(allocationAt(warm.to, [warm, cold]), {
    'include._tier_preference': 'data_warm,data_hot,data_content',
    'require.box_type': null,
  })
  assert.equal(placeText(slow.to), 'box_type=warm, disk=slow')
})

test('an attribute of somebody else is left alone', () => {
  const pinned = { 'include._tier_preference': 'data_warm', 'require.rack': 'r1' }
  assert.deepEqual(planOf([index({ allocation: pinned })], { moves: [warm, cold] }, Date.UTC(1970, 0, 15)).moved, [])
})
