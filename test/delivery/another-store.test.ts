// A store that was emptied, or is another than before, gets every state again; one that is met for the first time does not.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newFolder, snapshot, TestDelivery, until } from './open.ts'

const soon = () => AbortSignal.timeout(5000)
const day = 86_400
const told = 'info store is another than before or was emptied, every state is sent again'

/** What was sent, as `path content mark`. */
function sent(run: TestDelivery): string[] {
  return run.receiver.seen.map(
    ({ document, unchanged }) => `${document['file.path']} ${document.content}${unchanged ? ' unchanged' : ''}`,
  )
}

async function opened(store: string, folder = newFolder(), options: Parameters<TestDelivery['open']>[0] = {}) {
  const run = new TestDelivery(folder)
  run.receiver.store = store
  return { run, delivery: await run.open(options) }
}

test('states that only the store before was told are sent again, once', async () => {
  const { run, delivery } = await opened('one')
  await delivery.write([snapshot('/a', 'x', 0), snapshot('/b', 'x', 0), snapshot('/load', '1', 0, 'metric')])
  await run.drain()
  const before = run.receiver.latest.get('/a')?.version ?? 0
  run.receiver.become('two')
  assert.deepEqual(await delivery.write([snapshot('/a', 'x', 1)]), [{ status: 'unchanged' }])
  await delivery.write([snapshot('/load', '2', 1, 'metric')])
  await run.drain()
  assert.equal(delivery.figures().replaced, 1)
  assert.deepEqual(run.said, [told])
  const again = [snapshot('/a', 'x', 2), snapshot('/b', 'x', 2)]
  assert.deepEqual(await delivery.write(again), [{ status: 'stored' }, { status: 'stored' }])
  assert.deepEqual(await delivery.write(again), [{ status: 'unchanged' }, { status: 'unchanged' }])
  await run.drain()
  for (const path of ['/a', '/b'])
    assert.deepEqual(
      run.receiver.history.get(path)?.map(({ content }) => content),
      ['x'],
    )
  assert.ok((run.receiver.latest.get('/a')?.version ?? 0) > before)
  assert.deepEqual(run.said, [told])
  await delivery.close()
})

test('a clock that was set back does not make the versions for another store smaller', async () => {
  const { run, delivery } = await opened('one')
  await delivery.write([snapshot('/a', 'x', 1000)])
  await run.drain()
  const before = run.receiver.latest.get('/a')?.version ?? 0
  run.receiver.become('two')
  await delivery.meet(soon())
  await delivery.write([snapshot('/a', 'x', 0)])
  await run.drain()
  assert.equal(run.receiver.latest.get('/a')?.version, before + 1)
  await delivery.close()
})

test('the store that is met first is no other, whatever was queued before', async () => {
  const run = new TestDelivery()
  const delivery = await run.open()
  run.receiver.identity = async () => {
    throw new Error('no network yet')
  }
  await delivery.write([snapshot('/a', 'x', 0)])
  await until(() => run.sleeps.length === 1)
  assert.deepEqual(run.said, ['warn delivery paused: no network yet'])
  assert.equal(run.receiver.seen.length, 0, 'nothing is sent to a store that is not known')
  run.receiver.identity = async () => 'one'
  await run.drain()
  assert.deepEqual(await delivery.write([snapshot('/a', 'x', 1)]), [{ status: 'unchanged' }])
  await run.drain()
  assert.deepEqual(sent(run), ['/a x'])
  assert.equal(delivery.figures().replaced, 0)
  assert.ok(!run.said.includes(told))
  await delivery.close()
})

test('it is noticed after a restart, before anything is written where that is asked for', async () => {
  const { run, delivery } = await opened('one')
  await delivery.write([snapshot('/a', 'x', 0)])
  await run.drain()
  await delivery.close()
  const same = await opened('one', run.folder)
  await same.delivery.meet(soon())
  assert.deepEqual(await same.delivery.write([snapshot('/a', 'x', 1)]), [{ status: 'unchanged' }])
  await same.delivery.close()
  const other = await opened('two', run.folder)
  await other.delivery.meet(soon())
  assert.deepEqual(other.run.said, [told])
  assert.deepEqual(await other.delivery.write([snapshot('/a', 'x', 2)]), [{ status: 'stored' }])
  assert.deepEqual(await other.delivery.close(), { documents: 0 })
  assert.deepEqual(sent(other.run), ['/a x'])
})

test('what waits goes on to another store, unchanged only after what waits as well', async () => {
  const { run, delivery } = await opened('one')
  await delivery.write([snapshot('/a', 'x', 0), snapshot('/b', 'x', 0), snapshot('/c', 'x', 0)])
  await run.drain()
  run.receiver.before = async () => {
    throw new Error('no connection')
  }
  await delivery.write([snapshot('/a', 'x', day), snapshot('/b', 'y', day)])
  await delivery.write([snapshot('/a', 'x', 2 * day), snapshot('/b', 'y', 2 * day)])
  await delivery.close()
  const other = await opened('two', run.folder)
  await other.run.drain()
  assert.deepEqual(sent(other.run), ['/a x', '/b y', '/a x unchanged', '/b y unchanged'])
  const now = ['/a x', '/b y', '/c x'].map((words) => snapshot(words.slice(0, 2), words.slice(3), 2 * day + 60))
  assert.deepEqual(
    (await other.delivery.write(now)).map(({ status }) => status),
    ['unchanged', 'unchanged', 'stored'],
    'only what did not wait is new to it',
  )
  await other.delivery.close()
})

test('what follows on a state that overtook the one waiting is not unchanged for another store', async () => {
  const { run, delivery } = await opened('one')
  run.receiver.fault = ({ document }) => (document.content === 'late' ? { status: 'retry', reason: 'busy' } : undefined)
  await delivery.write([snapshot('/a', 'late', 0)])
  await delivery.write([snapshot('/a', 'x', 1)])
  await until(() => run.receiver.latest.get('/a')?.content === 'x')
  await delivery.write([snapshot('/a', 'x', day)])
  await delivery.close()
  const other = await opened('two', run.folder)
  await other.run.drain()
  assert.deepEqual(sent(other.run), ['/a late', '/a x'])
  await other.delivery.close()
})

test('a store that is emptied under a bulk gets it with marks that hold', async () => {
  const { run, delivery } = await opened('one')
  await delivery.write([snapshot('/a', 'x', 0)])
  await run.drain()
  run.receiver.fault = () => {
    run.receiver.become('two')
    run.receiver.fault = () => undefined
    return { status: 'retry', reason: 'no such index' }
  }
  await delivery.write([snapshot('/a', 'x', day)])
  await run.drain()
  assert.deepEqual(sent(run), ['/a x', '/a x unchanged', '/a x'])
  assert.equal(run.receiver.history.get('/a')?.length, 1)
  assert.equal(delivery.figures().replaced, 1)
  await delivery.close()
})

test('a store found to be another after the last bulk is noticed without a next one', async () => {
  const { run, delivery } = await opened('one')
  run.receiver.fault = () => {
    run.receiver.become('two')
    return undefined
  }
  await delivery.write([snapshot('/a', 'x', 0)])
  await until(() => delivery.figures().replaced === 1)
  assert.deepEqual(await delivery.write([snapshot('/a', 'x', 1)]), [{ status: 'stored' }])
  run.receiver.fault = () => undefined
  await run.drain()
  await delivery.close()
})

test('a bulk under way to the store before is sent again when another finds out', async () => {
  const { run, delivery } = await opened('one', newFolder(), { concurrency: 2, bulkBytes: 1 })
  let answer: () => void = () => {}
  const deliver = run.receiver.deliver.bind(run.receiver)
  run.receiver.deliver = async (parcels, signal) => {
    const answers = await deliver(parcels, signal)
    if (parcels.some(({ document }) => document['file.path'] === '/slow') && run.receiver.store === 'one')
      await new Promise<void>((resolve) => {
        answer = resolve
      })
    return answers
  }
  await delivery.write([snapshot('/slow', 'x', 0)])
  await until(() => run.receiver.latest.has('/slow'))
  run.receiver.become('two')
  await delivery.write([snapshot('/b', 'x', 0)])
  await until(() => run.receiver.latest.has('/b'))
  answer()
  await until(() => run.receiver.latest.has('/slow'))
  await run.drain()
  assert.deepEqual(sent(run), ['/slow x', '/b x', '/slow x'])
  await delivery.close()
})

test('a receiver that cannot tell changes nothing, and neither does meeting one out of reach', async () => {
  const { run, delivery } = await opened('one')
  await delivery.write([snapshot('/a', 'x', 0)])
  await run.drain()
  run.receiver.store = undefined
  assert.deepEqual(await delivery.write([snapshot('/b', 'x', 0)]), [{ status: 'stored' }])
  await run.drain()
  run.receiver.identity = async () => {
    throw new Error('no connection')
  }
  await delivery.meet(soon())
  run.receiver.identity = () => new Promise(() => {})
  await delivery.meet(AbortSignal.timeout(5))
  assert.deepEqual(await delivery.write([snapshot('/a', 'x', 1)]), [{ status: 'unchanged' }])
  assert.equal(delivery.figures().replaced, 0)
  await delivery.close({ within_ms: 10 })
})
