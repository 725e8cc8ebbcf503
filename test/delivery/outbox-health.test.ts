import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createDeadLetters } from '../../src/delivery/dead-letters.ts'
import { openOutbox } from '../../src/delivery/outbox.ts'
import { outboxChecks } from '../../src/delivery/outbox-health.ts'
import { claimStore } from '../../src/sqlite/claim.ts'
import { newFolder, snapshot, start } from './open.ts'

const minute = 60_000

/** Places in a folder of their own, and an outbox there with so many documents. */
async function filled(documents: number, maxBytes = 1e8) {
  const folder = newFolder()
  const place = { path: join(folder, 'outbox.db'), deadLetters: join(folder, 'dead-letters.ndjson'), maxBytes }
  const log = { info() {}, warn() {}, error() {} }
  const outbox = await openOutbox({ path: place.path, maxBytes, log, now: () => start })
  if (documents > 0) outbox.write(Array.from({ length: documents }, (_, at) => snapshot(`/etc/${at}`, `text ${at}`, 0)))
  const look = async (after_ms = 0) => {
    const checks = await outboxChecks(place, start + after_ms)
    return { checks, of: (name: string) => checks.find(({ check }) => check === name) }
  }
  return { outbox, place, look }
}

test('a host that has no outbox has nothing to say, and gets none', async () => {
  const folder = newFolder()
  const path = join(folder, 'outbox.db')
  const checks = await outboxChecks({ path, deadLetters: join(folder, 'dead'), maxBytes: 1e6 }, start)
  assert.deepEqual(
    checks.map(({ check, status }) => [check, status]),
    [
      ['outbox', 'ok'],
      ['dead letters', 'ok'],
    ],
  )
  assert.ok(!existsSync(path))
})

test('an empty outbox is fine', async () => {
  const { look } = await filled(0)
  assert.deepEqual((await look()).of('outbox'), { check: 'outbox', status: 'ok', detail: 'empty; 0 delivered' })
})

test('what waits is counted while the agent has it open, and a warning once it waits long', async () => {
  const { outbox, look } = await filled(3)
  assert.match((await look(2 * minute)).of('outbox')?.detail ?? '', /^3 waiting, 0\.0 MB, the oldest for 2 min; 0 del/)
  assert.equal((await look(2 * minute)).of('outbox')?.status, 'ok')
  const late = (await look(16 * minute)).of('outbox')
  assert.equal(late?.status, 'warning')
  assert.ok(late?.next)
  const [first] = outbox.read(outbox.oldest({ maxBytes: 1e6, maxParcels: 1, busy: new Set() }))
  assert.ok(first)
  outbox.settle([first], [])
  assert.match((await look()).of('outbox')?.detail ?? '', /^2 waiting, .*; 1 delivered$/)
  outbox.close()
})

test('a clock that was set back makes nothing negative', async () => {
  const { look } = await filled(1)
  assert.match((await look(-minute)).of('outbox')?.detail ?? '', /the oldest for 0 min/)
})

test('what was dropped for want of room is a warning', async () => {
  const { outbox, look } = await filled(0, 20_000)
  for (let at = 0; at < 40; at++) {
    const noise = Array.from({ length: 300 }, (_, line) => `${Math.sin(at * 300 + line)}`).join(' ')
    outbox.write([snapshot('/proc/meminfo', noise, at, 'metric')])
  }
  const found = (await look()).of('outbox')
  assert.equal(found?.status, 'warning')
  assert.match(found?.detail ?? '', /[1-9]\d* dropped for want of room$/)
  assert.match(found?.next ?? '', /delivery\.maxsize/)
})

test('dead letters are counted over both files', async () => {
  const { place, look } = await filled(0)
  const letters = createDeadLetters(place.deadLetters)
  for (const path of ['/a', '/b']) letters.add(start, 'no', snapshot(path, 'x', 0))
  writeFileSync(`${place.deadLetters}.1`, readFileSync(place.deadLetters))
  const found = (await look()).of('dead letters')
  assert.equal(found?.status, 'warning')
  assert.match(found?.detail ?? '', /^4 documents were refused for good, see .*ndjson and .*ndjson\.1$/)
})

test('the agent that runs is named', async () => {
  const { place, look } = await filled(0)
  assert.equal((await look()).of('agent')?.detail, 'none runs on this host now')
  const release = await claimStore(place.path, 'agent 7 of h')
  assert.equal((await look()).of('agent')?.detail, 'runs: agent 7 of h')
  release()
})

test('a file that is no outbox is a problem', async () => {
  const { outbox, place, look } = await filled(0)
  outbox.close()
  writeFileSync(place.path, 'garbage '.repeat(2000))
  const found = (await look()).of('outbox')
  assert.equal(found?.status, 'problem')
  assert.match(found?.detail ?? '', /failed to read/)
})
