import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BurstRule, type BurstSettings, Bursts } from '../../src/agent/bursts.ts'
import type { CycleContext } from '../../src/agent/cycle.ts'
import { sourceJobs } from '../../src/agent/jobs.ts'
import { Memory } from '../../src/agent/memory.ts'
import { catalogue } from '../../src/commands/declared-fields.ts'
import { Root } from '../../src/host/root.ts'
import { compileMatcher } from '../../src/query/matcher.ts'
import { parseQuery } from '../../src/query/parser.ts'
import { resolveQuery } from '../../src/query/resolve.ts'
import type { Document } from '../../src/snapshot/document.ts'
import { fixtureRoot, putFile, treeOf } from '../sources/observed.ts'
import { TestClock } from './test-clock.ts'

const noon = Date.parse('2026-11-18T12:00:00Z')

const when = (query: string) => compileMatcher(resolveQuery(parseQuery(query), catalogue))
const rule = (changes: Partial<BurstRule> = {}): BurstRule => ({
  name: 'low',
  matches: when('loadavg.load1:>8'),
  sources: ['loadavg'],
  interval_ms: 100,
  for_ms: 2000,
  rest_ms: 60_000,
  look_ms: 10_000,
  ...changes,
})

/** A host whose load a test sets, and the bursts over it. */
function started(settings: Partial<BurstSettings> = {}, root?: Root, write?: CycleContext['store']['write']) {
  const base = treeOf({ '/proc/loadavg': '0.10 0.10 0.10 1/100 1\n' })
  const clock = new TestClock(noon)
  const stop = new AbortController()
  const stored: Document[] = []
  const said: string[] = []
  const say = (level: string) => (message: string, fields?: Readonly<Record<string, unknown>>) =>
    void said.push(
      [level, message, ...Object.entries(fields ?? {}).map(([name, value]) => `${name}=${value}`)].join(' '),
    )
  const log = { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') }
  const context: CycleContext = {
    host: 'web1',
    root: root ?? new Root(base),
    labels: {},
    store: {
      write:
        write ??
        (async (documents) => {
          stored.push(...documents)
          return documents.map(() => ({ status: 'stored' }))
        }),
    },
    memory: new Memory(),
    log,
    now: clock.now,
  }
  const agent = {
    root: base,
    labels: {},
    frequency: { seconds: 300 },
    sources: [],
    files: [],
    formats: [],
    commands: [],
    maxBytes: -1,
    watch: false,
  }
  const bursts = new Bursts({
    settings: { rules: [rule()], maxBytesPerDay: 100_000_000, ...settings },
    jobsOf: ({ sources }) => sourceJobs(agent, sources),
    context: () => context,
    log,
    signal: stop.signal,
    clock,
  })
  const watching = bursts.watch()
  return {
    bursts,
    clock,
    stored,
    said,
    load: (figure: number) => putFile(base, '/proc/loadavg', `${figure.toFixed(2)} 0.10 0.10 1/100 1\n`),
    async end() {
      stop.abort()
      await clock.pass(0)
      await watching
    },
  }
}

const told = (said: readonly string[], what: string) => said.filter((line) => line.includes(what))

test('begins when a look at its sources finds the condition, and stores the burst alone', async () => {
  const { clock, stored, said, load, bursts, end } = started()
  await clock.pass(35_000)
  assert.deepEqual([stored, said], [[], []])
  load(9.5)
  await clock.pass(15_000)
  assert.equal(stored.length, 20)
  assert.deepEqual(new Set(stored.map((document) => document['event.burst'])), new Set(['low']))
  assert.equal(said[0], 'info burst began rule=low because=/proc/loadavg sources=loadavg interval_ms=100 for_ms=2000')
  assert.match(
    said[1] ?? '',
    /^info burst ended rule=low documents=20 rounds=20 skipped=0 bytes=\d+ ms=1900 ended=time$/,
  )
  assert.deepEqual(
    { ...bursts.figures, bytes_total: 0 },
    {
      total: 1,
      documents_total: 20,
      bytes_total: 0,
      refused_total: 0,
      rule: 'low',
      began: '2026-11-18T12:00:40.000Z',
    },
  )
  await end()
})

test('begins at once with a document of a cycle, of whatever source', async () => {
  const { clock, stored, bursts, end } = started({ rules: [rule({ matches: when('socket.listen.pct:>80') })] })
  const sample = (fill: number): Document => ({
    '@timestamp': new Date(noon).toISOString(),
    'host.name': 'web1',
    'file.path': 'sockets',
    'event.dataset': 'mitra.sockets',
    'event.kind': 'metric',
    'socket.listen.pct': [1, fill],
  })
  bursts.offer(sample(80))
  await clock.pass(5000)
  assert.equal(stored.length, 0)
  bursts.offer(sample(81))
  bursts.offer(sample(82))
  await clock.pass(5000)
  assert.equal(stored.length, 20)
  await end()
})

test('takes several sources of a real host at one time', async () => {
  const rules = [rule({ matches: when('zoneinfo.node0.Normal.free:>0'), sources: ['zoneinfo', 'buddyinfo', 'vmstat'] })]
  const { clock, stored, end } = started({ rules }, fixtureRoot('numa8-4.15'))
  await clock.pass(13_000)
  const rounds = Map.groupBy(stored, (document) => document['@timestamp'])
  assert.equal(rounds.size, 20)
  for (const round of rounds.values())
    assert.deepEqual(round.map((document) => document['file.path']).sort(), [
      '/proc/buddyinfo',
      '/proc/vmstat',
      '/proc/zoneinfo',
    ])
  await end()
})

test('rests after a burst while the condition goes on', async () => {
  const { clock, said, load, end } = started()
  load(20)
  await clock.pass(600_000)
  // a look every 10 s, a burst of 2 s, a rest of 60 s
  const begun = told(said, 'burst began').length
  assert.ok(begun >= 8 && begun <= 10, `${begun} bursts`)
  await end()
})

test('a clock that was years ahead makes no rest of years', async () => {
  const { clock, said, load, end } = started()
  clock.set(Date.parse('2031-01-01T12:00:00Z'))
  load(20)
  await clock.pass(15_000)
  assert.equal(told(said, 'burst began').length, 1)
  clock.set(noon)
  await clock.pass(15_000)
  assert.equal(told(said, 'burst began').length, 2)
  await end()
})

test('fills no more than the size of a day, however the condition comes and goes', async () => {
  const maxBytesPerDay = 60_000
  const { clock, stored, said, load, bursts, end } = started({ maxBytesPerDay })
  for (let minute = 0; minute < 60; minute++) {
    load(minute % 2 === 0 ? 20 : 0)
    await clock.pass(60_000)
  }
  const bytes = stored.reduce((sum, document) => sum + JSON.stringify(document).length, 0)
  const largest = Math.max(...stored.map((document) => JSON.stringify(document).length))
  assert.ok(bytes >= maxBytesPerDay && bytes < maxBytesPerDay + largest, `${bytes} bytes`)
  assert.equal(bursts.figures.bytes_total, bytes)
  assert.ok(bursts.figures.refused_total > 5)
  assert.equal(told(said, 'warn bursts have reached their size of the day').length, 1)
  load(20)
  clock.set(Date.parse('2026-11-19T00:00:01Z'))
  await clock.pass(15 * 60_000)
  assert.ok(stored.some((document) => document['@timestamp'].startsWith('2026-11-19')))
  await end()
})

test('several rules take turns, each with its own rounds', async () => {
  const rules = [rule(), rule({ name: 'other', interval_ms: 200, matches: when('loadavg.load1:>5') })]
  const { clock, stored, load, end } = started({ rules })
  load(10)
  await clock.pass(14_000)
  const counts = Map.groupBy(stored, (document) => document['event.burst'])
  assert.deepEqual([counts.get('low')?.length, counts.get('other')?.length], [20, 10])
  await end()
})

test('a store that fails ends the burst, and the rule rests', async () => {
  let isDown = true
  const kept: Document[] = []
  const { clock, said, load, end } = started({}, undefined, async (documents) => {
    if (isDown) throw new Error('disk full')
    kept.push(...documents)
    return documents.map(() => ({ status: 'stored' }))
  })
  load(10)
  await clock.pass(30_000)
  assert.deepEqual(told(said, 'failed'), ['error burst failed rule=low cause=disk full'])
  isDown = false
  await clock.pass(60_000)
  assert.equal(kept.length, 20)
  await end()
})
