import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backOffMs } from '../../src/delivery/retry.ts'

const highest = () => 1 - Number.EPSILON

for (const [failures, ceiling] of [
  [1, 1000],
  [2, 2000],
  [6, 32_000],
  [7, 60_000],
  [5000, 60_000],
] as const)
  test(`after ${failures} failures it waits up to ${ceiling} ms`, () => {
    assert.equal(
      backOffMs(failures, () => 0),
      0,
    )
    assert.equal(
      backOffMs(failures, () => 0.25),
      ceiling / 4,
    )
    assert.equal(backOffMs(failures, highest), ceiling)
  })

test('what the store asks for comes before the jitter, within reason', () => {
  assert.equal(
    backOffMs(1, () => 0.5, 5000),
    5500,
  )
  assert.equal(
    backOffMs(1, () => 0, 86_400_000),
    600_000,
  )
  assert.equal(
    backOffMs(1, () => 0.5, -5),
    500,
  )
})
