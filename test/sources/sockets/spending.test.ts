import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Spending } from '../../../src/sources/sockets/spending.ts'

function spendingBy(clock: { ms: number }) {
  const spending = new Spending(() => clock.ms)
  const pay = (kind: string, ms: number) =>
    spending.pay(kind, async () => {
      clock.ms += ms
    })
  return { spending, pay }
}

test('what took long is affordable again after a hundred times as long', async () => {
  const clock = { ms: 0 }
  const { spending, pay } = spendingBy(clock)
  assert.ok(spending.affords('each'))
  await pay('each', 50)
  clock.ms += 4999
  assert.ok(!spending.affords('each'))
  clock.ms += 1
  assert.ok(spending.affords('each'))
})

test('a cheaper kind is affordable sooner', async () => {
  const clock = { ms: 0 }
  const { spending, pay } = spendingBy(clock)
  await pay('each', 50)
  await pay('few', 2)
  clock.ms += 200
  assert.deepEqual([spending.affords('few'), spending.affords('each')], [true, false])
})

test('work that fails has cost what it has cost', async () => {
  const clock = { ms: 0 }
  const { spending } = spendingBy(clock)
  const work = spending.pay('each', async () => {
    clock.ms += 10
    throw new Error('gone')
  })
  await assert.rejects(work, /gone/)
  assert.ok(!spending.affords('each'))
})
