import assert from 'node:assert/strict'
import nodeFs, { cpSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { NoDataError } from '../../src/errors.ts'
import { FileCalls, type SystemCalls } from '../../src/host/file-calls.ts'
import { Root } from '../../src/host/root.ts'
import type { Observation } from '../../src/snapshot/observation.ts'
import { processes } from '../../src/sources/processes.ts'
import { fixtureRoot, observe, putFile, treeOf } from './observed.ts'

const hosts = join(import.meta.dirname, '../fixtures/hosts')

/** A tree with the kernel’s facts and no process yet. */
function emptyTree(): string {
  return treeOf({ '/proc/stat': 'cpu  1 2 3\nbtime 1763372000\n', '/proc/sys/kernel/random/boot_id': 'aaaaaaaa-1\n' })
}

interface Made {
  name?: string
  pages?: number
  ticks?: number
  uid?: number
  cgroup?: string
}

function putProcess(base: string, pid: number, made: Made = {}): void {
  const { name = 'app', pages = 100, ticks = pid, uid = 0, cgroup = '/' } = made
  putFile(base, `/proc/${pid}/statm`, `1000 ${pages} 0 0 0 0 0\n`)
  putFile(base, `/proc/${pid}/stat`, `${pid} (${name}) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 3 0 ${ticks} 0 0 0\n`)
  putFile(
    base,
    `/proc/${pid}/status`,
    `Name:\t${name}\nUid:\t${uid}\t${uid}\t${uid}\t${uid}\nVmRSS:\t${pages * 4} kB\n`,
  )
  putFile(base, `/proc/${pid}/cgroup`, `0::${cgroup}\n`)
  putFile(base, `/proc/${pid}/cmdline`, `/usr/bin/${name}\0`)
}

const pathsOf = (observations: readonly Observation[]) => observations.map(({ path }) => path)

test('a worker of 37 GB on Linux 3.10 is told heap by heap, without its password', async () => {
  const [summary, worker, ...more] = await observe(processes.create(), fixtureRoot('centos7-3.10'))
  assert.deepEqual(more, [])
  assert.equal(summary?.path, 'processes')
  assert.equal(summary?.fields['processes.count'], 1)
  const { 'process.smaps.duration_ms': ms, 'process.smaps.age_s': age, ...fields } = worker?.fields ?? {}
  assert.ok(typeof ms === 'number' && ms >= 0 && typeof age === 'number')
  assert.deepEqual(fields, {
    'process.entity_id': '2417-181422-6c27009e',
    'process.name': 'worker',
    'process.pid': 2417,
    'process.parent.pid': 1,
    'process.start': '2019-03-08T00:30:14.000Z',
    'process.user.name': '1001',
    'process.command_line': '/opt/worker/bin/worker --config=/etc/worker/worker.conf --db-password=… --threads …',
    'process.cgroup': '/system.slice/worker.service',
    'process.threads': 9,
    'process.fds': 37,
    'process.memory.pss': 38_683_047_936,
    'process.memory.uss': 38_683_033_600,
    'process.memory.anonymous': 38_678_720_512,
    'process.memory.swap': 209_715_200,
    'process.memory.virtual': 42_171_748_352,
    'process.memory.peak': 38_683_664_384,
    'process.memory.rss': 38_683_660_288,
    'process.memory.heap': 16_773_120 + 38_661_885_952,
    'process.heap.1': 16_773_120,
    'process.heap.2': 38_661_885_952,
    'process.memory.source': 'smaps',
  })
})

test('where there is smaps_rollup, smaps is read for the heap alone', async () => {
  const [, memcached] = await observe(processes.create(), fixtureRoot('debian12-6.1'))
  assert.equal(memcached?.path, 'processes/memcached')
  assert.equal(memcached?.fields['process.memory.source'], 'smaps_rollup')
  assert.equal(memcached?.fields['process.memory.pss'], 3191 * 1024)
  assert.equal(memcached?.fields['process.memory.uss'], (1804 + 1232) * 1024)
  assert.equal(memcached?.fields['process.memory.anonymous'], 1232 * 1024)
  assert.ok((memcached?.fields['process.memory.heap'] as number) > 0)
})

test('its text says what its fields say', async () => {
  for (const host of ['centos6-2.6.32', 'centos7-3.10', 'debian12-6.1'] as const)
    for (const { path, content = '', fields } of await observe(processes.create(), fixtureRoot(host)))
      assert.deepEqual(processes.formats.find((format) => format.matches(path))?.fields(content), fields)
})

test('a tree without processes has no data', async () => {
  await assert.rejects(observe(processes.create(), new Root(emptyTree())), NoDataError)
  await assert.rejects(observe(processes.create(), fixtureRoot('numa8-4.15')), NoDataError)
})

test('the largest are watched, and one stays while it is among twice as many', async () => {
  const base = emptyTree()
  for (const [pid, pages] of [
    [1, 50],
    [2, 40],
    [3, 30],
    [4, 20],
    [5, 10],
  ] as const)
    putProcess(base, pid, { name: `p${pid}`, pages })
  const collect = processes.create({ top: 2 })
  const watched = async () => pathsOf(await observe(collect, new Root(base)))
  assert.deepEqual(await watched(), ['processes', 'processes/p1', 'processes/p2'])
  putProcess(base, 3, { name: 'p3', pages: 60 })
  assert.deepEqual(await watched(), ['processes', 'processes/p3', 'processes/p1', 'processes/p2'])
  putProcess(base, 2, { name: 'p2', pages: 5 })
  const [gone, ...rest] = await observe(collect, new Root(base))
  assert.deepEqual([gone?.path, gone?.fields, gone?.content], ['processes/p2', { 'file.exists': false }, undefined])
  assert.deepEqual(pathsOf(rest), ['processes', 'processes/p3', 'processes/p1'])
})

for (const [title, options, pids] of [
  ['name', { names: ['php-fpm*'] }, [10, 20]],
  ['user', { users: ['www-data'] }, [20, 30]],
  ['number of the user', { users: ['33'] }, [20, 30]],
  ['control group', { cgroups: ['/system.slice'] }, [30]],
  ['nothing', {}, []],
] as const)
  test(`processes are named by ${title}`, async () => {
    const base = emptyTree()
    putFile(base, '/etc/passwd', 'root:x:0:0::/:/bin/sh\nwww-data:x:33:33::/:/bin/false\n')
    putProcess(base, 10, { name: 'php-fpm7.4', pages: 9 })
    putProcess(base, 20, { name: 'php-fpm7.4', pages: 8, uid: 33 })
    putProcess(base, 30, { pages: 7, uid: 33, cgroup: '/system.slice/app.service' })
    putProcess(base, 40, { name: 'other', pages: 6, cgroup: '/system.slicer/other.service' })
    const [, ...found] = await observe(processes.create({ top: 0, ...options }), new Root(base))
    assert.deepEqual(
      found.map(({ fields }) => fields['process.pid']),
      pids,
    )
  })

test('another process of the same number is another one, in the same history', async () => {
  const base = emptyTree()
  putProcess(base, 7, { ticks: 100 })
  const collect = processes.create()
  const entity = async () => {
    const [, own] = await observe(collect, new Root(base))
    return [own?.path, own?.fields['process.entity_id']]
  }
  assert.deepEqual(await entity(), ['processes/app', '7-100-aaaaaaaa'])
  putProcess(base, 7, { ticks: 200 })
  assert.deepEqual(await entity(), ['processes/app', '7-200-aaaaaaaa'])
})

test('of several of a name each keeps its path for as long as it lives', async () => {
  const base = emptyTree()
  for (const pid of [30, 10, 20]) putProcess(base, pid, { ticks: pid })
  const collect = processes.create()
  const places = async () => {
    const found = await observe(collect, new Root(base))
    return Object.fromEntries(found.map(({ path, fields }) => [path, fields['process.pid'] ?? fields['file.exists']]))
  }
  const first = { processes: undefined, 'processes/app': 10, 'processes/app#2': 20, 'processes/app#3': 30 }
  assert.deepEqual(await places(), first)
  rmSync(join(base, 'proc/10'), { recursive: true })
  assert.deepEqual(await places(), { ...first, 'processes/app': false })
  putProcess(base, 40, { ticks: 40 })
  assert.deepEqual(await places(), { ...first, 'processes/app': 40 })
})

test('a hostile name makes a harmless path', async () => {
  const base = emptyTree()
  putProcess(base, 5, { name: '../\x1b[2J) a' })
  const [, own] = await observe(processes.create(), new Root(base))
  assert.equal(own?.path, 'processes/____2J__a')
  assert.equal(own?.fields['process.name'], '../ [2J) a')
})

test('smaps is read the more rarely the longer it takes, and its age is told', async () => {
  const base = join(treeOf(), 'host')
  mkdirSync(base)
  cpSync(join(hosts, 'centos7-3.10'), base, { recursive: true })
  const readAt: number[] = []
  let seconds = 0
  const opened: SystemCalls['open'] = ((path: string, flags: number, done: never) => {
    if (path.endsWith('/smaps')) readAt.push(seconds)
    return nodeFs.open(path, flags, done)
  }) as SystemCalls['open']
  const root = new Root(base, new FileCalls({ calls: { ...nodeFs, open: opened } }))
  const collect = processes.create({ names: ['worker'] })
  const pass = async (at: number) => {
    seconds = at
    const [, worker] = await observe(collect, root, { seconds: () => seconds })
    return worker?.fields ?? {}
  }
  const ms = (await pass(0))['process.smaps.duration_ms'] as number
  const again = await pass(ms * 0.5)
  assert.deepEqual(readAt, [0])
  assert.ok(Math.abs((again['process.smaps.age_s'] as number) - ms * 0.5) <= 0.1)
  assert.equal(again['process.heap.2'], 38_661_885_952)
  assert.equal((await pass(ms * 1.1 + 1))['process.smaps.age_s'], 0)
  assert.equal(readAt.length, 2)
})

test('where smaps may not be read, status tells what it can', async () => {
  const base = emptyTree()
  putProcess(base, 5)
  const [summary, own] = await observe(processes.create(), new Root(base))
  assert.equal(own?.fields['process.memory.source'], 'status')
  assert.equal(own?.fields['process.memory.rss'], 409_600)
  assert.equal(own?.fields['process.memory.heap'], undefined)
  assert.equal(summary?.fields['processes.without_smaps'], 1)
})

test('of this process it says what the kernel says', async () => {
  const all = await observe(processes.create({ top: 100 }), new Root())
  const own = all.find(({ fields }) => fields['process.pid'] === process.pid)?.fields ?? {}
  const rss = own['process.memory.rss'] as number
  assert.ok(Math.abs(rss - process.memoryUsage.rss()) < 50e6, `${rss}`)
  assert.ok((own['process.memory.uss'] as number) <= (own['process.memory.pss'] as number))
  assert.ok((own['process.memory.pss'] as number) <= rss * 1.1)
  assert.ok((own['process.fds'] as number) > 2)
  const started = Date.parse(own['process.start'] as string)
  assert.ok(Math.abs(started - (Date.now() - process.uptime() * 1000)) < 5000)
})

test('the kernel’s own threads are known by their parent, and not looked at', async () => {
  const base = emptyTree()
  putFile(base, '/proc/2/comm', 'kthreadd\n')
  putFile(base, '/proc/2/task/2/children', '3 40 ')
  for (const pid of [1, 3, 40, 41]) putProcess(base, pid, { name: `p${pid}` })
  const opened: string[] = []
  class Watched extends Root {
    override readKernelText(path: string): string {
      opened.push(path)
      return super.readKernelText(path)
    }
  }
  const found = await observe(processes.create(), new Watched(base))
  assert.deepEqual(pathsOf(found), ['processes', 'processes/p1', 'processes/p41'])
  assert.ok(opened.includes('/proc/41/statm') && !opened.some((path) => /^\/proc\/(?:3|40)\//.test(path)))
  putFile(base, '/proc/2/comm', 'bash\n')
  assert.equal((await observe(processes.create(), new Root(base))).length, 5)
})
