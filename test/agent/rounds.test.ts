import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { CycleContext, Job } from '../../src/agent/cycle.ts'
import { sourceJobs } from '../../src/agent/jobs.ts'
import { Memory } from '../../src/agent/memory.ts'
import { type RoundsReport, type RoundsRequest, takeRounds } from '../../src/agent/rounds.ts'
import { Root } from '../../src/host/root.ts'
import type { Document } from '../../src/snapshot/document.ts'
import type { Collect } from '../../src/sources/source.ts'
import { vmstat } from '../../src/sources/vmstat.ts'
import { zoneinfo } from '../../src/sources/zoneinfo.ts'
import { putFile, treeOf } from '../sources/observed.ts'
import { TestClock } from './test-clock.ts'

const noon = Date.parse('2026-11-18T12:00:00Z')
const quiet = { debug() {}, info() {}, warn() {}, error() {} }

function job(name: string, collect: Collect): Job {
  return { name, path: name, dataset: `mitra.${name}`, frequency: { seconds: 300 }, collect, isRequired: () => false }
}

/** Takes rounds with a clock that passes; what the store got, call by call. */
async function take(jobs: readonly Job[], changes: Partial<RoundsRequest> = {}, clock = new TestClock(noon)) {
  const writes: Document[][] = []
  const context: CycleContext = {
    host: 'web1',
    root: new Root(join(import.meta.dirname, '../fixtures/hosts/numa8-4.15')),
    labels: { role: 'web' },
    store: {
      write: async (documents) => {
        writes.push([...documents])
        return documents.map(() => ({ status: 'stored' }))
      },
    },
    memory: new Memory(),
    log: quiet,
    now: clock.now,
  }
  const request: RoundsRequest = {
    jobs,
    interval_ms: 100,
    for_ms: 2000,
    name: 'low',
    spend: () => true,
    signal: new AbortController().signal,
    clock,
    ...changes,
  }
  let report: RoundsReport | undefined
  const work = takeRounds(request, context).then((ended) => {
    report = ended
  })
  for (let second = 0; second < 600 && report === undefined; second++) await clock.pass(1000)
  await work
  assert.ok(report)
  return { report, writes, documents: writes.flat() }
}

const tables = () => [job('zoneinfo', zoneinfo.create()), job('vmstat', vmstat.create())]

test('takes every source of a round at one time, the next an interval later', async () => {
  const { report, documents } = await take(tables())
  assert.deepEqual(
    { ...report, bytes: 0 },
    { rounds: 20, skipped: 0, documents: 40, bytes: 0, errors: new Map(), ms: 1900, ended: 'time' },
  )
  const rounds = Map.groupBy(documents, (document) => document['@timestamp'])
  assert.deepEqual(
    [...rounds.keys()],
    Array.from({ length: 20 }, (_, round) => new Date(noon + round * 100).toISOString()),
  )
  for (const round of rounds.values())
    assert.deepEqual(
      round.map((document) => document['file.path']),
      ['/proc/zoneinfo', '/proc/vmstat'],
    )
  for (const document of documents)
    assert.deepEqual([document['event.burst'], document['labels.role'], document['host.name']], ['low', 'web', 'web1'])
})

test('writes what about a second has brought at once', async () => {
  const { writes } = await take(tables())
  assert.deepEqual(
    writes.map(({ length }) => length),
    [22, 18],
  )
})

test('ends when no more may be spent, and tells what it was', async () => {
  let left = 150_000
  const { report, documents } = await take(tables(), {
    spend(bytes) {
      left -= bytes
      return left > 0
    },
  })
  assert.equal(report.ended, 'size')
  const bytes = documents.map((document) => JSON.stringify(document).length)
  assert.equal(
    report.bytes,
    bytes.reduce((sum, each) => sum + each, 0),
  )
  assert.equal(report.bytes, 150_000 - left)
  assert.ok(left <= 0 && left > -report.bytes / report.rounds)
})

test('rests as long as a round took, and leaves out the rounds that fall into it', async () => {
  const clock = new TestClock(noon)
  const stamps: number[] = []
  const slow = job('slow', async function* ({ now }) {
    stamps.push(now() - noon)
    yield { path: 'slow', dataset: 'mitra.slow', kind: 'metric', at: now(), fields: {} }
    clock.time += 130
  })
  const { report } = await take([slow], { for_ms: 1000 }, clock)
  assert.deepEqual(stamps, [0, 300, 600, 900])
  assert.deepEqual([report.rounds, report.skipped], [4, 6])
})

test('stores a state once, again when it changes, and counts failures by what they say', async () => {
  let round = 0
  const state = job('state', async function* ({ now, isStored }) {
    round++
    const text = round < 6 ? 'one' : 'two'
    if (isStored?.('state', text, now())) return
    yield {
      path: 'state',
      dataset: 'mitra.state',
      kind: 'state',
      at: now(),
      content: text,
      fields: {},
      fingerprint: text,
    }
  })
  const failing = job('failing', async function* ({ now }) {
    if (round % 2 === 0) throw new Error('no luck')
    yield { path: 'failing', dataset: 'mitra.failing', kind: 'metric', at: now(), fields: {} }
  })
  const { report, documents } = await take([state, failing], { for_ms: 1000 })
  assert.deepEqual(
    documents.filter((document) => document['file.path'] === 'state').map(({ content }) => content),
    ['one', 'two'],
  )
  assert.deepEqual(report.errors, new Map([['no luck', 5]]))
})

test('stops when told, with what it has written', async () => {
  const stop = new AbortController()
  const { report, documents } = await take(tables(), {
    signal: stop.signal,
    onRound: ({ rounds }) => rounds === 3 && stop.abort(),
  })
  assert.deepEqual([report.ended, documents.length], ['stopped', 6])
})

test('leaves the rates of the cycles alone', async () => {
  const base = treeOf()
  const drops = (count: number) => putFile(base, '/proc/net/netstat', `TcpExt: ListenDrops\nTcpExt: ${count}\n`)
  const settings = { root: base, labels: {}, frequency: { seconds: 300 }, sources: [], files: [], formats: [] }
  const [cycle, burst] = [1, 2].map(() =>
    sourceJobs({ ...settings, commands: [], maxBytes: -1, watch: false }, ['netstat']),
  )
  assert.ok(cycle && burst)
  const rateAt = async (jobs: readonly Job[], time: number) => {
    const pass = {
      root: new Root(base),
      now: () => time,
      seconds: () => time / 1000,
      signal: new AbortController().signal,
    }
    const [sample] = await Array.fromAsync(jobs[0]?.collect(pass) ?? [])
    return sample?.fields['netstat_rate.TcpExt.ListenDrops']
  }
  drops(0)
  assert.equal(await rateAt(cycle, noon), undefined)
  await rateAt(burst, noon + 250_000)
  drops(50)
  assert.equal(await rateAt(burst, noon + 250_100), 500)
  drops(300)
  assert.equal(await rateAt(cycle, noon + 300_000), 1)
})

test('does not last when the clock is set back', async () => {
  const clock = new TestClock(noon)
  const { report } = await take(
    tables(),
    { onRound: ({ rounds }) => rounds === 5 && clock.set(noon - 3_600_000) },
    clock,
  )
  assert.deepEqual([report.rounds, report.ended], [5, 'time'])
})
