import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Parcel } from '../../src/store/store.ts'
import { writeUntilKilled } from '../killed-writer.ts'
import { TestDelivery } from './open.ts'

const writer = join(import.meta.dirname, 'crash-writer.ts')
const fullDisk = join(import.meta.dirname, 'full-disk.ts')

test('what was accepted is delivered, however often the agent is killed, and the newest is the latest', async () => {
  const run = new TestDelivery()
  const reported: number[] = []
  for (let round = 0; round < 8; round++) {
    const first = (reported.at(-1) ?? -1) + 1
    reported.push(await writeUntilKilled(writer, run.folder, first, 10 + round * 60))
  }
  const takenBefore = existsSync(join(run.folder, 'taken.ndjson'))
    ? readFileSync(join(run.folder, 'taken.ndjson'), 'utf8').split('\n').filter(Boolean)
    : []
  const signal = new AbortController().signal
  await run.receiver.deliver(
    takenBefore.map((line) => JSON.parse(line) as Parcel),
    signal,
  )
  await run.open()
  await run.drain()
  await run.delivery.close()
  const last = reported.at(-1) ?? 0
  assert.ok(last > 20, `${last} batches`)
  assert.ok(takenBefore.length > 20, 'some was delivered before')
  for (let batch = 0; batch <= last; batch++)
    assert.equal(run.receiver.latest.get(`/file${batch}`)?.content, `file of batch ${batch}`)
  const states = new Set(run.receiver.history.get('/state')?.map(({ content }) => content))
  for (let batch = 0; batch <= last; batch++) assert.ok(states.has(`state of batch ${batch}`), `state ${batch}`)
  // a batch may have been accepted and its report not read
  assert.match(
    String(run.receiver.latest.get('/state')?.content),
    new RegExp(`^state of batch (${last}|${last + 1}|${last + 2})$`),
  )
  assert.equal(run.receiver.history.get('/same')?.length, 1, 'no restart sends an unchanged state as a change')
})

test('says that the disk is full, keeps what was accepted and goes on when there is room again', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'mitra-full-'))
  const script = `mount -t tmpfs -o size=1m tmpfs "${folder}" && exec "${process.execPath}" "${fullDisk}" "${folder}"`
  const mounted = ['--map-root-user', undefined].map((option) =>
    spawnSync('unshare', [...(option ? [option] : []), '--mount', 'sh', '-c', script], { encoding: 'utf8' }),
  )
  const run = mounted.find(({ stdout }) => stdout)
  if (!run) {
    context.skip(`a file system of its own needs unshare and mount: ${mounted[0]?.stderr}`)
    return
  }
  assert.equal(
    run.stdout,
    'failed to write the outbox: the disk is full; free some space; what was accepted before is safe\n' +
      'in order\naccepted and not there: 0\nafter room was made: stored\ndelivered and not deleted: 0\n',
    run.stderr,
  )
})
