import assert from 'node:assert/strict'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { ActionableError } from '../../src/errors.ts'
import { newFolder, snapshot, start, TestDelivery, until } from './open.ts'

const soon = () => AbortSignal.timeout(5000)

test('delivers what was written, oldest first', async () => {
  const run = new TestDelivery()
  const delivery = await run.open()
  const outcomes = await delivery.write([snapshot('/a', 'one', 0), snapshot('/b', 'one', 0)])
  assert.deepEqual(outcomes, [{ status: 'stored' }, { status: 'stored' }])
  await delivery.write([snapshot('/a', 'two', 1)])
  assert.deepEqual(await delivery.drained(soon()), { documents: 0 })
  assert.deepEqual(
    run.receiver.seen.map(({ document }) => `${document['file.path']} ${document.content}`),
    ['/a one', '/b one', '/a two'],
  )
  assert.equal(run.receiver.latest.get('/a')?.content, 'two')
  await delivery.close()
  assert.ok(run.receiver.isClosed)
  assert.equal(statSync(run.path).mode & 0o777, 0o600)
})

test('refuses a document that no store can take', async () => {
  const run = new TestDelivery()
  const delivery = await run.open()
  const nameless = { ...snapshot('/a', 'x', 0), 'host.name': '' }
  const timeless = { ...snapshot('/a', 'x', 0), '@timestamp': 'soon' }
  assert.deepEqual(await delivery.write([nameless, timeless, snapshot('/a', 'x', 0)]), [
    { status: 'rejected', reason: 'host.name is missing' },
    { status: 'rejected', reason: '@timestamp is not a time: "soon"' },
    { status: 'stored' },
  ])
  await run.drain()
  assert.equal(run.receiver.seen.length, 1)
  await delivery.close()
})

test('sends only the items that were not taken again, and tells of the pause once', async () => {
  const run = new TestDelivery()
  const delivery = await run.open()
  run.receiver.fault = ({ document }, attempt) =>
    document['file.path'] === '/b' && attempt < 4 ? { status: 'retry', reason: 'busy' } : undefined
  await delivery.write([snapshot('/a', 'x', 0), snapshot('/b', 'x', 0), snapshot('/c', 'x', 0)])
  for (let pauses = 1; pauses <= 3; pauses++) {
    await until(() => run.sleeps.length === pauses)
    assert.equal(delivery.figures().state, 'paused')
    assert.equal(delivery.figures().paused_since, start)
    assert.equal(delivery.figures().reason, 'busy')
    assert.equal(delivery.figures().queued_documents, 1)
    run.now += 2000
    run.passTime()
  }
  await until(() => delivery.figures().queued_documents === 0)
  assert.deepEqual(run.receiver.bulks, [3, 1, 1, 1])
  await until(() => delivery.figures().state === 'idle')
  assert.deepEqual(run.said, ['warn delivery paused: busy', 'info delivery goes on'])
  await delivery.close()
})

test('waits longer with each failure in a row, and as long as the store asks', async () => {
  const run = new TestDelivery()
  run.random = 0.999999
  const delivery = await run.open()
  run.receiver.fault = (_parcel, attempt) => ({
    status: 'retry',
    reason: 'too many requests',
    ...(attempt === 9 && { after_ms: 30_000 }),
  })
  await delivery.write([snapshot('/a', 'x', 0)])
  for (let pauses = 1; pauses <= 9; pauses++) {
    await until(() => run.sleeps.length === pauses)
    run.passTime()
  }
  assert.deepEqual(run.sleeps.slice(0, 9), [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 90_000])
  run.receiver.fault = () => undefined
  await run.drain()
  await delivery.close()
})

test('a pause that the store asked for is not cut short', async () => {
  const run = new TestDelivery()
  const delivery = await run.open()
  run.receiver.fault = () => ({ status: 'retry', reason: 'too many requests', after_ms: 30_000 })
  await delivery.write([snapshot('/a', 'x', 0)])
  await until(() => run.sleeps.length === 1)
  assert.deepEqual(await delivery.drained(soon()), { documents: 1, reason: 'too many requests' })
  assert.equal(run.receiver.bulks.length, 1)
  assert.deepEqual(await delivery.close(), { documents: 1, reason: 'too many requests' })
})

test('a receiver that throws is asked again, one that cannot be opened too', async () => {
  const run = new TestDelivery()
  let opened = 0
  const delivery = await run.open({
    receiver: async () => {
      opened++
      if (opened < 3) throw new ActionableError('wrong password', { next: 'mend it' })
      return run.receiver
    },
  })
  run.receiver.before = async () => {
    if (run.sleeps.length < 4) throw new Error('no connection')
  }
  await delivery.write([snapshot('/a', 'x', 0)])
  const reasons = ['wrong password', 'wrong password', 'no connection', 'no connection']
  for (const [index, reason] of reasons.entries()) {
    await until(() => run.sleeps.length === index + 1)
    assert.equal(delivery.figures().reason, reason)
    run.passTime()
  }
  await until(() => delivery.figures().queued_documents === 0)
  assert.equal(opened, 3)
  assert.deepEqual(run.said, ['warn delivery paused: wrong password', 'info delivery goes on'])
  await delivery.close()
})

test('pauses when the queue itself cannot be worked with', async () => {
  const run = new TestDelivery()
  const delivery = await run.open()
  const other = new DatabaseSync(run.path)
  other.exec(`CREATE TRIGGER no_delete BEFORE DELETE ON parcel BEGIN SELECT raise(ABORT, 'no room to delete'); END`)
  await delivery.write([snapshot('/a', 'x', 0)])
  await until(() => run.sleeps.length === 1)
  assert.deepEqual(run.said, ['warn delivery paused: no room to delete'])
  other.exec('DROP TRIGGER no_delete')
  other.close()
  run.passTime()
  await until(() => delivery.figures().queued_documents === 0)
  assert.equal(run.receiver.seen.length, 2, 'it is sent again, with the same version')
  assert.equal(run.receiver.history.get('/a')?.length, 1)
  await delivery.close()
})

test('says what is left and why when an attempt fails', async () => {
  const run = new TestDelivery()
  const delivery = await run.open()
  run.receiver.fault = ({ document }) =>
    document['file.path'] === '/b' ? { status: 'retry', reason: 'no connection' } : undefined
  await delivery.write([snapshot('/a', 'x', 0), snapshot('/b', 'x', 0)])
  assert.deepEqual(await delivery.drained(soon()), { documents: 1, reason: 'no connection' })
  run.receiver.fault = () => undefined
  assert.deepEqual(await delivery.drained(soon()), { documents: 0 }, 'a second call cuts the pause short')
  await delivery.close()
})

test('a receiver that hangs is left behind on close, and what it had is sent next time', async () => {
  const run = new TestDelivery()
  const delivery = await run.open()
  let aborted = false
  run.receiver.before = (signal) =>
    new Promise(() =>
      signal.addEventListener('abort', () => {
        aborted = true
      }),
    )
  await delivery.write([snapshot('/a', 'x', 0)])
  await until(() => delivery.figures().state === 'sending')
  const started = performance.now()
  assert.deepEqual(await delivery.close({ within_ms: 50 }), { documents: 1, reason: 'out of time' })
  assert.ok(performance.now() - started < 3000)
  assert.ok(aborted, 'the request is told to end')
  const again = new TestDelivery(run.folder)
  await again.open()
  await again.drain()
  assert.equal(again.receiver.latest.get('/a')?.content, 'x')
  await again.delivery.close()
})

test('an answer too few is sent again', async () => {
  const run = new TestDelivery()
  const delivery = await run.open()
  const deliver = run.receiver.deliver.bind(run.receiver)
  let attempts = 0
  run.receiver.deliver = async (parcels, signal) => {
    const answers = await deliver(parcels, signal)
    return attempts++ === 0 ? answers.slice(0, 1) : answers
  }
  await delivery.write([snapshot('/a', 'x', 0), snapshot('/b', 'x', 0)])
  await run.drain()
  assert.deepEqual(run.receiver.bulks, [2, 1])
  await delivery.close()
})

test('sets aside what the store never takes, with the reason', async () => {
  const run = new TestDelivery()
  const delivery = await run.open()
  run.receiver.fault = ({ document }) =>
    document['file.path'] === '/bad' ? { status: 'rejected', reason: 'mapping' } : undefined
  await delivery.write([snapshot('/bad', 'x', 0), snapshot('/good', 'x', 0)])
  await delivery.write([snapshot('/bad', 'y', 1)])
  await run.drain()
  const { rejected_total, delivered_total, queued_documents } = delivery.figures()
  assert.deepEqual(
    { rejected_total, delivered_total, queued_documents },
    {
      rejected_total: 2,
      delivered_total: 1,
      queued_documents: 0,
    },
  )
  const letters = readFileSync(run.deadLetters, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.deepEqual(letters[0], {
    time: new Date(start).toISOString(),
    reason: 'mapping',
    document: snapshot('/bad', 'x', 0),
  })
  assert.equal(letters.length, 2)
  assert.equal(statSync(run.deadLetters).mode & 0o777, 0o600)
  assert.deepEqual(run.said, ['error document rejected by the store: mapping'])
  await delivery.close()
})

test('goes on when a rejected document cannot be set aside', async () => {
  const run = new TestDelivery()
  writeFileSync(join(run.folder, 'file'), '')
  const delivery = await run.open({ deadLetters: join(run.folder, 'file', 'letters') })
  run.receiver.fault = () => ({ status: 'rejected', reason: 'mapping' })
  await delivery.write([snapshot('/bad', 'x', 0)])
  await run.drain()
  assert.ok(run.said.includes('error rejected document cannot be set aside'), run.said.join())
  await delivery.close()
})

test('bounds a bulk by bytes and by number', async () => {
  const run = new TestDelivery()
  const delivery = await run.open({ bulkBytes: 10_000, concurrency: 1 })
  const large = 'x'.repeat(4000)
  await delivery.write([
    snapshot('/huge', 'x'.repeat(20_000), 0),
    ...['/1', '/2', '/3'].map((path) => snapshot(path, large, 0)),
    ...Array.from({ length: 600 }, (_, index) => snapshot(`/small${index}`, '', 0)),
  ])
  await run.drain()
  assert.deepEqual(run.receiver.bulks.slice(0, 2), [1, 2], 'one that is larger than a bulk goes alone')
  assert.equal(
    run.receiver.bulks.reduce((sum, bulk) => sum + bulk),
    604,
  )
  await delivery.close()

  const other = new TestDelivery()
  await other.open({ concurrency: 1 })
  await other.delivery.write(Array.from({ length: 1100 }, (_, index) => snapshot(`/${index}`, '', 0)))
  await other.drain()
  assert.deepEqual(other.receiver.bulks, [500, 500, 100])
  await other.delivery.close()
})

test('a bulk that fails as a whole shrinks, and grows again when it is taken', async () => {
  const run = new TestDelivery()
  const delivery = await run.open({ concurrency: 1 })
  const sizes: number[] = []
  const deliver = run.receiver.deliver.bind(run.receiver)
  run.receiver.deliver = async (parcels, signal) => {
    sizes.push(parcels.length)
    if (parcels.length > 70) throw new Error('timed out')
    return deliver(parcels, signal)
  }
  const round = (number: number) =>
    Array.from({ length: 500 }, (_, index) => snapshot(`/${index}`, '', number, 'metric'))
  await delivery.write(round(0))
  await run.drain()
  assert.deepEqual(sizes.slice(0, 5), [500, 250, 125, 63, 125], 'half of it each time, until it goes')
  assert.equal(run.receiver.latest.size, 500)
  run.receiver.deliver = deliver
  run.receiver.bulks.length = 0
  for (let number = 1; number <= 3; number++) await delivery.write(round(number))
  await run.drain()
  assert.equal(run.receiver.bulks.at(-2), 500)
  await delivery.close()
})

test('what the store cannot take for now does not hold up the others', async () => {
  const run = new TestDelivery()
  const delivery = await run.open({ bulkBytes: 10_000 })
  const text = 'x'.repeat(4000)
  const isStuck = (path: string) => path.startsWith('/stuck')
  run.receiver.fault = ({ document }) =>
    isStuck(document['file.path']) ? { status: 'retry', reason: 'shard is away' } : undefined
  await delivery.write(Array.from({ length: 10 }, (_, index) => snapshot(`/stuck${index}`, text, 0)))
  await delivery.write(Array.from({ length: 10 }, (_, index) => snapshot(`/fine${index}`, text, 1)))
  for (let pauses = 1; run.receiver.latest.size < 10; pauses++) {
    assert.ok(pauses < 40)
    await until(() => run.sleeps.length >= pauses || run.receiver.latest.size === 10)
    run.passTime()
  }
  assert.ok([...run.receiver.latest.keys()].every((path) => !isStuck(path)))
  run.receiver.fault = () => undefined
  await run.drain()
  assert.equal(run.receiver.latest.size, 20)
  await delivery.close()
})

test('with two bulks under way no path is in both', async () => {
  const run = new TestDelivery()
  const delivery = await run.open({ concurrency: 2, bulkBytes: 1500 })
  const under = new Set<string>()
  let most = 0
  const deliver = run.receiver.deliver.bind(run.receiver)
  run.receiver.deliver = async (parcels, signal) => {
    const paths = new Set(parcels.map(({ document }) => document['file.path']))
    for (const path of paths) assert.ok(!under.has(path), `${path} is in two bulks`)
    for (const path of paths) under.add(path)
    most = Math.max(most, under.size)
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 3))
    for (const path of paths) under.delete(path)
    return deliver(parcels, signal)
  }
  for (let round = 0; round < 20; round++)
    await delivery.write(Array.from({ length: 15 }, (_, index) => snapshot(`/${index}`, `round ${round}`, round)))
  await run.drain()
  assert.ok(most > 8, `${most} paths at a time`)
  for (let index = 0; index < 15; index++) {
    const contents = run.receiver.history.get(`/${index}`)?.map(({ content }) => content)
    assert.deepEqual(
      contents,
      Array.from({ length: 20 }, (_, round) => `round ${round}`),
    )
  }
  await delivery.close()
})

test('one agent has the outbox', async () => {
  const run = new TestDelivery()
  const delivery = await run.open()
  await delivery.claim('agent one')
  run.receiver.before = async () => {
    throw new Error('no connection')
  }
  await delivery.write([snapshot('/a', 'x', 0)])
  const other = await new TestDelivery(run.folder).open({ receiver: () => assert.fail('it is not its to send') })
  await assert.rejects(other.claim('agent two'), (error: ActionableError) => {
    assert.equal(error.message, `another agent keeps the outbox "${run.path}": agent one`)
    assert.match(String(error.next), /an outbox of its own/)
    return true
  })
  assert.deepEqual(await other.close(), { documents: 1 })
  await delivery.close()
  const next = new TestDelivery(run.folder)
  await next.open()
  await next.delivery.claim('agent two')
  await until(() => next.receiver.latest.size === 1)
  await next.delivery.close()
})

test('two processes at one outbox lose nothing', async () => {
  const one = new TestDelivery()
  const other = new TestDelivery(one.folder)
  await one.open()
  await other.open()
  for (let round = 0; round < 30; round++) {
    const writer = round % 2 === 0 ? one : other
    await writer.delivery.write([
      snapshot(`/own${round}`, 'x', round),
      snapshot('/shared', `${round}`, round),
      snapshot('/same', 'x', round),
    ])
    if (round % 5 === 0) await new Promise((resolve) => setTimeout(resolve, 2))
  }
  await Promise.all([one.drain(), other.drain()])
  const seen = [...one.receiver.seen, ...other.receiver.seen]
  const versions = new Map<string, Set<number>>()
  for (const { document, version } of seen) {
    const path = document['file.path']
    versions.set(path, (versions.get(path) ?? new Set()).add(version))
  }
  assert.equal(versions.get('/shared')?.size, 30)
  assert.equal(versions.get('/same')?.size, 1)
  for (let round = 0; round < 30; round++) assert.equal(versions.get(`/own${round}`)?.size, 1)
  await one.delivery.close()
  await other.delivery.close()
})

test('closing twice is closing once, and an empty outbox does not open the store', async () => {
  const run = new TestDelivery()
  const delivery = await run.open({ receiver: () => assert.fail('nothing is to be sent') })
  const [one, other] = await Promise.all([delivery.close(), delivery.close()])
  assert.deepEqual(one, { documents: 0 })
  assert.equal(one, other)
  assert.ok(!existsSync(run.deadLetters))
})

test('says that the outbox is full, and when it has room again', async () => {
  const run = new TestDelivery(newFolder())
  const delivery = await run.open({ maxBytes: 20_000 })
  run.receiver.before = async () => {
    throw new Error('no connection')
  }
  const noise = () => Array.from({ length: 300 }, () => Math.random()).join()
  for (let sample = 0; sample < 40; sample++)
    await delivery.write([snapshot('/proc/vmstat', noise(), sample, 'metric')])
  const { dropped_total, queued_bytes, queued_documents } = delivery.figures()
  assert.ok(dropped_total > 20 && dropped_total + queued_documents === 40, `${dropped_total} dropped`)
  assert.ok(queued_bytes <= 20_000)
  run.receiver.before = async () => {}
  await run.drain()
  await delivery.write([snapshot('/proc/vmstat', noise(), 50, 'metric')])
  assert.deepEqual(
    run.said.filter((line) => line.includes('outbox')),
    ['warn outbox is full, the oldest go', 'info outbox has room again'],
  )
  await run.drain()
  await delivery.close()
})
