import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pacer } from '../src/pacer.ts'

function spend(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

test('a slice is over when its time is, looked at every so many steps', () => {
  const pace = pacer(5, 4)
  spend(6)
  assert.deepEqual(
    Array.from({ length: 8 }, () => pace.isOver()),
    [false, false, false, true, false, false, false, true],
  )
})

test('a slice that has time left is not over', () => {
  const pace = pacer(60_000, 1)
  assert.equal(pace.isOver(), false)
})

test('a rest lets the event loop turn and begins a new slice', async () => {
  const pace = pacer(60_000, 1)
  let turned = false
  setImmediate(() => {
    turned = true
  })
  await pace.rest()
  assert.equal(turned, true)
  assert.equal(pace.isOver(), false)
})
