import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, test } from 'node:test'
import { type CycleContext, type Job, runCycle } from '../../src/agent/cycle.ts'
import { Memory } from '../../src/agent/memory.ts'
import { ProblemLog } from '../../src/agent/problems.ts'
import { Turns } from '../../src/agent/turns.ts'
import { ActionableError, NoDataError } from '../../src/errors.ts'
import { Root } from '../../src/host/root.ts'
import type { Document } from '../../src/snapshot/document.ts'
import type { Observation } from '../../src/snapshot/observation.ts'
import { openEmbeddedStore } from '../../src/store/embedded/driver.ts'
import type { Store } from '../../src/store/store.ts'

const quiet = { debug() {}, info() {}, warn() {}, error() {} }
const never = new AbortController().signal
let now = 0
let store: Store
let context: CycleContext

beforeEach(async () => {
  now = Date.parse('2026-11-18T12:00:00Z')
  store = await openEmbeddedStore(join(mkdtempSync(join(tmpdir(), 'mitra-cycle-')), 'mitra.db'), { mustExist: false })
  context = {
    host: 'h',
    root: new Root('/'),
    labels: { role: 'web' },
    store,
    memory: new Memory(),
    log: quiet,
    now: () => now,
  }
})

function job(name: string, observe: () => Iterable<Partial<Observation>>): Job {
  return {
    name,
    path: `/${name}`,
    dataset: `mitra.${name}`,
    frequency: { seconds: 60 },
    isRequired: (path) => path.startsWith('/required'),
    async *collect() {
      for (const each of observe()) {
        yield { path: `/${name}`, dataset: `mitra.${name}`, kind: 'state', at: now, fields: {}, ...each } as Observation
      }
    },
  }
}

const history = async (path: string) =>
  (
    await Array.fromAsync(
      store.search({
        condition: { kind: 'value', field: 'file.path', value: { text: path } },
        view: { kind: 'history' },
      }),
    )
  ).length

test('stores observations with host, labels and what follows from path and text', async () => {
  const report = await runCycle([job('a', () => [{ path: '/etc/a.conf', content: 'text\n' }])], context, never)
  const document = await store.get('h', '/etc/a.conf')
  assert.equal(document?.['labels.role'], 'web')
  assert.equal(document?.['file.name'], 'a.conf')
  assert.equal(document?.['file.size'], 5)
  assert.equal(document?.['event.dataset'], 'mitra.a')
  assert.equal(report.stored, 1)
  assert.deepEqual(
    report.sources.map(({ name, path, documents, bytes }) => ({ name, path, documents, bytes })),
    [{ name: 'a', path: '/etc/a.conf', documents: 1, bytes: 5 }],
  )
})

test('sends an unchanged state once a day, a sample every time', async () => {
  const jobs = [job('state', () => [{ content: 'same' }]), job('sample', () => [{ kind: 'metric', content: '1' }])]
  await runCycle(jobs, context, never)
  now += 60_000
  const second = await runCycle(jobs, context, never)
  assert.deepEqual([second.stored, second.unchanged], [1, 1])
  now += 86_400_000
  const nextDay = await runCycle(jobs, context, never)
  assert.deepEqual([nextDay.stored, nextDay.unchanged], [1, 1])
  assert.equal((await store.get('h', '/state'))?.['@timestamp'], new Date(now).toISOString())
  assert.equal(await history('/state'), 1)
  assert.equal(await history('/sample'), 3)
})

test('goes by the fingerprint where a source gives one', async () => {
  let noise = 0
  const jobs = [job('a', () => [{ content: `value ${noise++}`, fingerprint: 'same' }])]
  await runCycle(jobs, context, never)
  const second = await runCycle(jobs, context, never)
  assert.equal(second.unchanged, 1)
  assert.equal((await store.get('h', '/a'))?.content, 'value 0')
})

test('tells a source what the store has already', async () => {
  const asked: (boolean | undefined)[] = []
  const curious: Job = {
    ...job('a', () => []),
    async *collect(pass) {
      asked.push(pass.isStored?.('/a', 'print', now))
      yield { path: '/a', dataset: 'mitra.a', kind: 'state', at: now, content: 'x', fields: {}, fingerprint: 'print' }
    },
  }
  await runCycle([curious], context, never)
  await runCycle([curious], context, never)
  now += 86_400_000
  await runCycle([curious], context, never)
  assert.deepEqual(asked, [false, true, false])
})

test('makes a failing source a document and goes on with the others', async () => {
  const failing = job('bad', () => {
    throw new Error('EIO: i/o error')
  })
  const absent = job('absent', () => {
    throw new NoDataError('no such table')
  })
  const report = await runCycle([failing, absent, job('good', () => [{ content: 'good' }])], context, never)
  assert.equal((await store.get('h', '/bad'))?.['error.message'], 'EIO: i/o error')
  assert.equal(await store.get('h', '/absent'), undefined)
  assert.equal((await store.get('h', '/good'))?.content, 'good')
  assert.deepEqual(report.errors, [{ path: '/bad', message: 'EIO: i/o error', allowed: true }])
})

test('keeps what a source gave before it failed', async () => {
  const half: Job = {
    ...job('half', () => []),
    async *collect() {
      yield { path: '/half/one', dataset: 'mitra.half', kind: 'state', at: now, content: 'one', fields: {} }
      throw new Error('then it broke')
    },
  }
  await runCycle([half], context, never)
  assert.equal((await store.get('h', '/half/one'))?.content, 'one')
  assert.equal((await store.get('h', '/half'))?.['error.message'], 'then it broke')
})

test('says which failures the configuration does not allow', async () => {
  const fields = { 'error.message': 'no such file', 'file.exists': false }
  const report = await runCycle(
    [
      job('files', () => [
        { path: '/required/x', fields },
        { path: '/other', fields },
      ]),
    ],
    context,
    never,
  )
  assert.deepEqual(
    report.errors.map(({ allowed }) => allowed),
    [false, true],
  )
})

test('remembers nothing the store did not accept, and brings it again', async () => {
  const jobs = [job('a', () => [{ content: 'precious' }])]
  const full = { ...store, write: () => Promise.reject(new ActionableError('the disk is full')) } as Store
  await assert.rejects(runCycle(jobs, { ...context, store: full }, never), /the disk is full/)
  const again = await runCycle(jobs, context, never)
  assert.equal(again.stored, 1)
})

test('counts what the store rejects, with the reason', async () => {
  const said: unknown[] = []
  const problems = new ProblemLog({ ...quiet, error: (_message, fields) => said.push(fields) })
  const jobs = [job('a', () => [{ path: '', content: 'x' }])]
  const report = await runCycle(jobs, { ...context, problems }, never)
  assert.match(report.errors[0]?.message ?? '', /not stored: file.path is missing/)
  await runCycle(jobs, { ...context, problems }, never)
  assert.deepEqual(said, [{ path: '', reason: 'file.path is missing' }])
})

test('writes many documents in batches and stops between two on the signal', async () => {
  const stop = new AbortController()
  const many = job('many', function* () {
    for (let index = 0; index < 100; index++) {
      if (index === 50) stop.abort()
      yield { path: `/many/${index}`, content: `text ${index}` }
    }
  })
  const report = await runCycle([many, job('late', () => [{ content: 'late' }])], context, stop.signal)
  assert.equal(report.documents, 51)
  assert.equal((await store.get('h', '/many/50'))?.content, 'text 50')
  assert.equal(await store.get('h', '/late'), undefined)
})

test('tells a problem when it begins, when it changes and when it ends', () => {
  const said: string[] = []
  const log = {
    ...quiet,
    warn: (m: string, f?: object) => void said.push(`${m} ${JSON.stringify(f)}`),
    info: (m: string) => void said.push(m),
    error: (m: string) => void said.push(m),
  }
  const problems = new ProblemLog(log)
  for (const each of ['x', 'x', 'y', undefined, undefined]) problems.tell('/a', each, now)
  for (const each of ['full', 'full', undefined, undefined]) problems.tellStore(each)
  assert.deepEqual(said, [
    'source failed {"path":"/a","cause":"x"}',
    'source failed {"path":"/a","cause":"y"}',
    'source readable again',
    'store failed',
    'store works again',
  ])
})

test('forgets problems of what no cycle came across for a whole day', () => {
  const said: string[] = []
  const say = (message: string, fields?: Record<string, unknown>) => void said.push(`${message} ${fields?.['path']}`)
  const problems = new ProblemLog({ ...quiet, warn: say, info: say })
  const dayMs = 86_400_000
  for (const path of ['/gone', '/stays']) problems.tell(path, 'x', now)
  for (const days of [1, 2, 3]) problems.tell('/stays', 'x', now + days * dayMs)
  assert.deepEqual(said, ['source failed /gone', 'source failed /stays', 'failed source is gone /gone'])
  problems.tell('/gone', 'x', now + 3 * dayMs)
  assert.equal(said.at(-1), 'source failed /gone')
})

test('remembers paths of the newest day only', () => {
  const memory = new Memory()
  const dayMs = 86_400_000
  for (let number = 0; number < 100; number++) memory.accept(`/${number}`, 'one', now)
  assert.ok(memory.has('/1', 'one', now))
  memory.accept('/1', 'one', now + dayMs)
  assert.equal(memory.size, 1)
  assert.ok(memory.has('/1', 'one', now + dayMs))
  assert.ok(!memory.has('/2', 'one', now))
})

test('tells problems of paths as it observes them', async () => {
  const said: string[] = []
  const say = (message: string, fields?: Record<string, unknown>) => void said.push(`${message} ${fields?.['path']}`)
  const problems = new ProblemLog({ ...quiet, warn: say, info: say })
  let fields = { 'error.message': 'no such file' } as Observation['fields']
  const jobs = [job('files', () => [{ path: '/a', fields }, { path: '/b' }])]
  await runCycle(jobs, { ...context, problems }, never)
  await runCycle([job('other', () => [{}])], { ...context, problems }, never)
  fields = {}
  await runCycle(jobs, { ...context, problems }, never)
  assert.deepEqual(said, ['source failed /a', 'source readable again /a'])
})

test('stores what a job gave before another takes its turn', async () => {
  const turns = new Turns()
  const events: string[] = []
  const taking = (name: string): Job => ({
    ...job(name, () => []),
    turns,
    async *collect() {
      events.push(`begin ${name}`)
      await new Promise((resolve) => setTimeout(resolve, 5))
      yield { path: '/same', dataset: 'd', kind: 'state', at: now, content: name, fields: {} }
      events.push(`end ${name}`)
    },
  })
  const recording = {
    write: (documents: readonly Document[]) => {
      events.push(...documents.map(({ content }) => `write ${content}`))
      return store.write(documents)
    },
  }
  const given = { ...context, store: recording }
  await Promise.all([runCycle([taking('one')], given, never), runCycle([taking('two')], given, never)])
  assert.deepEqual(events, ['begin one', 'end one', 'write one', 'begin two', 'end two', 'write two'])
})

test('a job that found nothing new costs no write of its own', async () => {
  const turns = new Turns()
  let writes = 0
  const counting = {
    write: (documents: readonly Document[]) => {
      writes++
      return store.write(documents)
    },
  }
  const given = { ...context, store: counting }
  const state = { ...job('files', () => [{ path: '/f', content: 'same' }]), turns }
  const sample = job('sample', () => [{ path: '/s', kind: 'metric', content: '1' }])
  await runCycle([sample, state], given, never)
  assert.equal(writes, 1, 'what waits is written with it')
  await runCycle([sample, state, { ...sample, name: 'other' }], given, never)
  assert.equal(writes, 2)
})

test('the event loop gets its turn between sources, and before what they gave is written', async () => {
  const events: string[] = []
  const slow = (name: string): Job =>
    job(name, () => {
      const end = performance.now() + 5
      while (performance.now() < end);
      events.push(name)
      return [{ path: `/${name}`, content: name }]
    })
  const recording = {
    write: (documents: readonly Document[]) => {
      events.push('write')
      return store.write(documents)
    },
  }
  let turning = true
  const turn = () => {
    if (events.at(-1) !== 'turn') events.push('turn')
    if (turning) setImmediate(turn)
  }
  setImmediate(turn)
  await runCycle([slow('one'), slow('two')], { ...context, store: recording }, never)
  turning = false
  assert.deepEqual(events.slice(events.indexOf('one'), events.indexOf('write') + 1), [
    'one',
    'turn',
    'two',
    'turn',
    'write',
  ])
})
