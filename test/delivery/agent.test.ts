// The agent with an outbox in place of a store: it watches on while the store is away, and says what waits.
import assert from 'node:assert/strict'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { runAgent, runOnce } from '../../src/agent/agent.ts'
import { newFolder, TestDelivery, until } from './open.ts'

function host(): { root: string; settings: Parameters<typeof runOnce>[0]['settings'] } {
  const root = newFolder()
  mkdirSync(join(root, 'etc'))
  writeFileSync(join(root, 'etc/hostname'), 'fixture\n')
  writeFileSync(join(root, 'etc/a.conf'), 'one\n')
  const settings = {
    root,
    labels: {},
    frequency: { seconds: 0.05 },
    sources: [{ name: 'host' }],
    files: [{ path: '/etc/*.conf', required: false }],
    formats: [],
    commands: [],
    maxBytes: 1_000_000,
    watch: false,
  }
  return { root, settings }
}

const log = { debug() {}, info() {}, warn() {}, error: (message: string) => assert.fail(message) }

test('watches on while the store is away, and the host says what waits', async () => {
  const { root, settings } = host()
  const run = new TestDelivery()
  run.now = Date.now()
  run.receiver.before = async () => {
    throw new Error('no connection')
  }
  const store = await run.open()
  const stop = new AbortController()
  const agent = runAgent({ settings, store, log, signal: stop.signal })
  await until(() => store.figures().state === 'paused' && store.figures().queued_documents > 3)
  writeFileSync(join(root, 'etc/a.conf'), 'two\n')
  const before = store.figures().queued_documents
  await until(() => store.figures().queued_documents > before + 2)
  run.receiver.before = async () => {}
  run.passTime()
  await until(() => run.receiver.latest.get('/etc/a.conf')?.content === 'two\n')
  stop.abort()
  await agent
  assert.deepEqual(await store.close(), { documents: 0 })
  const waited = run.receiver.seen.filter(
    ({ document }) => document['file.path'] === 'host' && Number(document['agent.outbox.documents']) > 0,
  )
  assert.ok(waited.length > 1, 'the host document tells what waits')
  for (const { document } of waited) {
    assert.ok(Number(document['agent.outbox.bytes']) > 100)
    assert.equal(document['agent.outbox.dropped_total'], 0)
    assert.equal(document['agent.outbox.rejected_total'], 0)
  }
  assert.deepEqual(
    run.receiver.history.get('/etc/a.conf')?.map(({ content }) => content),
    ['one\n', 'two\n'],
  )
})

test('what a damaged outbox has lost is brought again', async () => {
  const { settings } = host()
  const run = new TestDelivery()
  run.receiver.before = async () => {
    throw new Error('no connection')
  }
  const store = await run.open({ now: Date.now })
  const stop = new AbortController()
  const said: string[] = []
  const told = { ...log, error: (message: string) => void said.push(message) }
  const agent = runAgent({ settings, store, log: told, signal: stop.signal })
  await until(() => store.figures().state === 'paused' && store.figures().queued_documents > 3)
  const other = new DatabaseSync(run.path)
  other.exec(
    `UPDATE parcel SET data = x'00' WHERE path_id = (SELECT id FROM path WHERE path = '/etc/a.conf'); PRAGMA wal_checkpoint`,
  )
  other.close()
  run.receiver.before = async () => {}
  run.passTime()
  await until(() => run.receiver.latest.get('/etc/a.conf')?.content === 'one\n')
  stop.abort()
  await agent
  await store.close()
  assert.ok(run.said.includes('error outbox was damaged, a new one is made'))
  assert.deepEqual(said, [], 'the agent itself has nothing to complain of')
})

test('what vanished between two runs becomes a tombstone, and what did not change is not sent again', async () => {
  const { root, settings } = host()
  writeFileSync(join(root, 'etc/b.conf'), 'stays\n')
  const folder = newFolder()
  const cycle = async () => {
    const run = new TestDelivery(folder)
    const store = await run.open({ now: Date.now })
    const report = await runOnce({ settings, store, log, signal: new AbortController().signal })
    assert.deepEqual(await store.drained(AbortSignal.timeout(5000)), { documents: 0 })
    await store.close()
    const sent = run.receiver.seen.map(({ document }) => `${document['file.path']} ${document['file.exists'] ?? true}`)
    return { report, sent }
  }
  assert.deepEqual((await cycle()).sent, ['/etc/a.conf true', '/etc/b.conf true', 'host true'])
  rmSync(join(root, 'etc/a.conf'))
  const { report, sent } = await cycle()
  assert.deepEqual(sent, ['/etc/a.conf false', 'host true'])
  assert.equal(report.stored, 2)
  assert.equal(report.unchanged, 1)
  assert.deepEqual((await cycle()).sent, ['host true'])
})

test('a store that is emptied under a running agent has everything within a cycle', async () => {
  const { root, settings } = host()
  writeFileSync(join(root, 'etc/b.conf'), 'stays\n')
  const run = new TestDelivery()
  run.receiver.store = 'one'
  const store = await run.open({ now: Date.now })
  const stop = new AbortController()
  const agent = runAgent({ settings, store, log, signal: stop.signal })
  const hosts = () => run.receiver.seen.filter(({ document }) => document['file.path'] === 'host').length
  await until(() => run.receiver.latest.size === 3 && hosts() > 2)
  run.receiver.become('two')
  const before = hosts()
  await until(() => run.receiver.latest.size === 3)
  // one may be under way, the next finds it out, and the one after brings everything
  assert.ok(hosts() <= before + 3, `${hosts() - before} cycles`)
  stop.abort()
  await agent
  await store.close()
  const contents = ['/etc/a.conf', '/etc/b.conf'].map((path) =>
    run.receiver.history.get(path)?.map(({ content }) => content),
  )
  assert.deepEqual(contents, [['one\n'], ['stays\n']])
})
