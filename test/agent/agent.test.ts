import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type AgentOptions, type AgentStore, runAgent, runOnce } from '../../src/agent/agent.ts'
import type { CycleReport } from '../../src/agent/cycle.ts'
import { systemClock } from '../../src/agent/schedule.ts'
import type { AgentSettings } from '../../src/agent/settings.ts'
import { openEmbeddedStore } from '../../src/store/embedded/driver.ts'
import type { Store } from '../../src/store/store.ts'

let base = ''
let store: Store
let stop: AbortController
let said: string[]
let running: Promise<void> | undefined

const path = (name: string) => join(base, name)
const open = () => openEmbeddedStore(path('mitra.db'), { mustExist: false })

beforeEach(async () => {
  base = mkdtempSync(join(tmpdir(), 'mitra-agent-'))
  mkdirSync(path('root/etc'), { recursive: true })
  writeFileSync(path('root/etc/hostname'), 'fixture\n')
  store = await open()
  stop = new AbortController()
  said = []
  running = undefined
})
afterEach(async () => {
  stop.abort()
  await running
  await store.close()
  rmSync(base, { recursive: true, force: true })
})

function told(changes: Partial<AgentSettings> = {}, options: Partial<AgentOptions> = {}): AgentOptions {
  const say = (level: string) => (message: string, fields?: Record<string, unknown>) =>
    void said.push(`${level} ${message}${fields?.['path'] === undefined ? '' : ` ${fields['path']}`}`)
  return {
    settings: {
      root: path('root'),
      labels: { role: 'test' },
      frequency: { seconds: 3600 },
      sources: [],
      files: [],
      formats: [],
      commands: [],
      maxBytes: 1_000_000,
      watch: false,
      ...changes,
    },
    store,
    signal: stop.signal,
    log: { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') },
    ...options,
  }
}

const file = (name: string, required = false) => ({ path: name, required })
const write = (name: string, text: string) => writeFileSync(path(`root${name}`), text)

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1000 && !(await condition()); tries++) await sleep(10)
  assert.ok(await condition(), said.join('\n'))
}

/** Starts the agent; resolves when the first cycle is over. */
function start(options: AgentOptions): Promise<CycleReport> {
  return new Promise((resolve, reject) => {
    running = runAgent({
      ...options,
      onFirstCycle: async (report) => resolve(report),
    })
    running.catch(reject)
  })
}

const contentOf = async (name: string) => (await store.get('fixture', name))?.content

test('one cycle stores files, commands and kernel tables, and reports', async () => {
  write('/etc/a.conf', 'a\n')
  const report = await runOnce(
    told({
      root: '/',
      host: 'fixture',
      sources: [{ name: 'loadavg' }, { name: 'host' }],
      files: [file(path('root/etc/a.conf')), file('/no/such', true)],
      commands: [{ path: 'echo', run: ['echo', 'hello'], timeout_s: 10, maxBytes: 1000 }],
    }),
  )
  assert.equal(await contentOf(path('root/etc/a.conf')), 'a\n')
  assert.equal(await contentOf('echo'), 'hello\n')
  const host = await store.get('fixture', 'host')
  assert.match(String(host?.['agent.version']), /^\d+\.\d+/)
  assert.equal(host?.['labels.role'], 'test')
  assert.deepEqual(
    report.sources.map(({ name }) => name),
    ['loadavg', 'files', 'command', 'host'],
  )
  assert.deepEqual(report.errors, [{ path: '/no/such', message: 'no such file', allowed: false }])
  assert.deepEqual(said, [], 'a report needs no log')
})

test('takes the name of the host from its root', async () => {
  assert.equal((await runOnce(told())).host, 'fixture')
})

test('leaves a path that a source reads to that source', async () => {
  mkdirSync(path('root/proc'))
  write('/proc/loadavg', '0.1 0.2 0.3 1/100 1234\n')
  const report = await runOnce(told({ sources: [{ name: 'loadavg' }], files: [file('/proc/loadavg'), file('/proc')] }))
  assert.equal(report.documents, 1)
})

test('what vanished while no agent ran becomes a tombstone', async () => {
  write('/etc/sysctl.conf', 'vm.swappiness = 1\n')
  write('/etc/f', 'x')
  const settings = { files: [file('/etc/sysctl.conf'), file('/etc/f')] }
  await runOnce(told(settings))
  rmSync(path('root/etc/sysctl.conf'))
  rmSync(path('root/etc/f'))
  await runOnce(told(settings))
  for (const name of ['/etc/sysctl.conf', '/etc/f']) {
    const document = await store.get('fixture', name)
    assert.deepEqual([document?.['file.exists'], document?.content], [false, undefined])
  }
})

test('a changed, replaced, removed or new file is stored when it happens', async () => {
  write('/etc/f', 'one')
  await start(told({ files: [file('/etc/f'), file('/etc/d/*.conf')], watch: true }))
  await until(() => said.some((line) => line === 'debug files changed'))
  write('/etc/f', 'two')
  await until(async () => (await contentOf('/etc/f')) === 'two')
  write('/etc/f.new', 'three')
  renameSync(path('root/etc/f.new'), path('root/etc/f'))
  await until(async () => (await contentOf('/etc/f')) === 'three')
  rmSync(path('root/etc/f'))
  await until(async () => (await store.get('fixture', '/etc/f'))?.['file.exists'] === false)
  write('/etc/f', 'four')
  await until(async () => (await contentOf('/etc/f')) === 'four')
  mkdirSync(path('root/etc/d'))
  write('/etc/d/x.conf', 'new')
  await until(async () => (await contentOf('/etc/d/x.conf')) === 'new')
  write('/etc/d/x.conf', 'newer')
  await until(async () => (await contentOf('/etc/d/x.conf')) === 'newer')
})

test('a change is stored while a slow command still runs', async () => {
  write('/etc/f', 'one')
  const slow = { path: 'slow', run: ['sleep', '3600'], timeout_s: 3600, maxBytes: 10, frequency: { seconds: 0.2 } }
  let isFirst = true
  const options = told({ files: [file('/etc/f')], watch: true, commands: [slow] })
  // The first cycle ends with its command; only the second is left running.
  options.settings = {
    ...options.settings,
    commands: [
      {
        ...slow,
        get run() {
          const argv = isFirst ? ['true'] : slow.run
          isFirst = false
          return argv
        },
      },
    ],
  }
  await start(options)
  await until(() => said.includes('debug files changed'))
  await sleep(300)
  write('/etc/f', 'two')
  await until(async () => (await contentOf('/etc/f')) === 'two')
})

test('runs again as often as each source says', async () => {
  let beats = 0
  const count = { path: 'count', run: ['true'], timeout_s: 10, maxBytes: 10, kind: 'metric' as const }
  const options = told({
    commands: [
      { ...count, frequency: { seconds: 0.05 } },
      { ...count, path: 'rare', frequency: { cron: '0 0 1 1 *' } },
    ],
  })
  const counting = {
    ...options,
    onProgress: ({ source }: { source: string }) => void (source === 'command' && beats++),
  }
  await start(counting)
  await until(() => beats > 4)
})

test('tells once that a source fails, and once that it works again', async () => {
  await start(told({ files: [{ ...file('/etc/late', true), frequency: { seconds: 0.05 } }] }))
  await until(() => said.filter((line) => line === 'debug cycle').length > 2)
  write('/etc/late', 'here')
  await until(() => said.includes('info source readable again /etc/late'))
  assert.equal(said.filter((line) => line === 'warn source failed /etc/late').length, 1)
})

test('goes on when the store fails, tells it once, and stores what it could not', async () => {
  write('/etc/f', 'one')
  let isFull = false
  const failing = {
    claim: (agent: string) => store.claim(agent),
    paths: (host: string, dataset: string) => store.paths(host, dataset),
    write: (documents: Parameters<Store['write']>[0]) =>
      isFull ? Promise.reject(new Error('the disk is full')) : store.write(documents),
  } as Store
  await start(told({ files: [{ ...file('/etc/f'), frequency: { seconds: 0.05 } }] }, { store: failing }))
  isFull = true
  write('/etc/f', 'two')
  await until(() => said.includes('error store failed'))
  await sleep(200)
  isFull = false
  await until(() => said.includes('info store works again'))
  await until(async () => (await contentOf('/etc/f')) === 'two')
  assert.equal(said.filter((line) => line === 'error store failed').length, 1)
})

test('a second agent on the same store is refused', async () => {
  await start(told())
  const other = await open()
  try {
    await assert.rejects(runAgent(told({}, { store: other })), { name: 'ActionableError' })
  } finally {
    await other.close()
  }
})

test('ends soon on the signal, whatever hangs', async () => {
  const hanging = { path: 'slow', run: ['sleep', '60'], timeout_s: 60, maxBytes: 10 }
  running = runAgent(told({ commands: [hanging] }))
  await sleep(100)
  const began = performance.now()
  stop.abort()
  await running
  assert.ok(performance.now() - began < 2000)
})

/** A store that takes all it is given and keeps none of it. */
const taking = (own: Partial<AgentStore>): AgentStore => ({
  claim: async () => {},
  paths: async () => [],
  write: async (documents) => documents.map(() => ({ status: 'stored' })),
  ...own,
})

test('ends in the middle of a write that never returns', async () => {
  const stuck = taking({ write: () => new Promise<never>(() => {}) })
  write('/etc/f', 'x')
  running = runAgent(told({ files: [file('/etc/f')] }, { store: stuck }))
  await sleep(50)
  stop.abort()
  await running
})

test('prunes once a day', async () => {
  let prunes = 0
  const pruning = taking({
    prune: async () => {
      prunes++
      return { days: 1, versions: 2, hosts: [], bytes_before: 0, bytes_after: 0 }
    },
  })
  const entry = { ...file('/etc/f'), frequency: { seconds: 0.02 } }
  await start(told({ files: [entry] }, { store: pruning, retention: { days: 1 } }))
  await until(() => said.filter((line) => line === 'debug cycle').length > 3)
  assert.equal(prunes, 1)
  assert.ok(said.includes('info pruned'))
})

test('tries a prune that failed again on the same day', async () => {
  let prunes = 0
  let aheadMs = 0
  const pruning = taking({
    prune: async () => {
      if (++prunes === 1) throw new Error('the disk is full')
      return { days: 1, versions: 0, hosts: [], bytes_before: 0, bytes_after: 0 }
    },
  })
  const noon = Date.UTC(2026, 10, 21, 12) - Date.now()
  const clock = { ...systemClock, now: () => Date.now() + noon + aheadMs }
  const entry = { ...file('/etc/f'), frequency: { seconds: 0.02 } }
  await start(told({ files: [entry] }, { store: pruning, retention: { days: 1 }, clock }))
  const cycles = () => said.filter((line) => line === 'debug cycle').length
  await until(() => cycles() > 3)
  assert.equal(prunes, 1)
  assert.ok(said.includes('error store failed'))
  aheadMs = 20 * 60_000
  const before = cycles()
  await until(() => cycles() > before + 3)
  assert.equal(prunes, 2)
  assert.ok(said.includes('info pruned'))
})

test('prunes as a cron expression says, and then not daily', async () => {
  const times: number[] = []
  const pruning = taking({
    prune: async () => {
      times.push(Date.now())
      return { days: 1, versions: 0, hosts: [], bytes_before: 0, bytes_after: 0 }
    },
  })
  const entry = { ...file('/etc/f'), frequency: { seconds: 0.02 } }
  await start(told({ files: [entry] }, { store: pruning, retention: { days: 1 }, pruneCron: '* * * * * *' }))
  await until(() => times.length === 2)
  assert.ok(times[1]! - times[0]! > 500, 'a second apart, not every cycle')
  assert.ok(said.filter((line) => line === 'debug cycle').length > 3)
})

test('goes on with its cycles while it prunes for the fleet, and ends the prune when it stops', async () => {
  let ended = false
  const delivery = {
    claim: async () => {},
    paths: async () => [],
    write: async (documents: readonly unknown[]) => documents.map(() => ({ status: 'stored' as const })),
  }
  let begun = 0
  const pruneForFleet: NonNullable<AgentOptions['pruneForFleet']> = async ({ signal }) => {
    begun = said.length
    await sleep(60_000, undefined, { signal }).catch(() => {
      ended = true
    })
    return { status: 'done', at: 0 }
  }
  const justBeforeTwo = Date.UTC(2026, 10, 22, 1, 59) - Date.now()
  const clock = { ...systemClock, now: () => Date.now() + justBeforeTwo }
  const entry = { ...file('/etc/f'), frequency: { seconds: 0.02 } }
  await start(told({ files: [entry] }, { store: delivery, retention: { days: 1 }, pruneForFleet, clock }))
  await until(() => begun > 0)
  await until(() => said.slice(begun).filter((line) => line === 'debug cycle').length > 3)
  assert.equal(ended, false)
  stop.abort()
  await running
  assert.equal(ended, true)
})
