import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Root } from '../../src/host/root.ts'
import { diskstats } from '../../src/sources/diskstats.ts'
import { fixtureRoot, observeOne, putFile, treeOf } from './observed.ts'

test('every kernel’s disks are told, and no partition', async () => {
  for (const [host, disks] of [
    ['centos6-2.6.32', ['sda', 'dm-0', 'dm-1', 'total']],
    ['centos7-3.10', ['sda', 'sdb', 'dm-0', 'dm-1', 'dm-2', 'total']],
    ['alpine316-5.15', ['vda', 'total']],
    ['debian12-6.1', ['sda', 'total']],
  ] as const) {
    const { path, fields } = await observeOne(diskstats.create(), fixtureRoot(host))
    assert.equal(path, '/proc/diskstats')
    const names = new Set(Object.keys(fields).map((name) => name.split('.')[1]))
    assert.deepEqual([...names].sort(), [...disks].sort(), host)
  }
})

/** Figures of a disk: reads, sectors, ms of them; writes, sectors, ms of them; in flight, busy ms, weighted ms. */
type Figures = [number, number, number, number, number, number, number, number, number]

function hostWithDisks() {
  const base = treeOf()
  const collect = diskstats.create()
  return async (seconds: number, disks: Record<string, Figures>, boot = 'a') => {
    const lines = Object.entries(disks).map(([name, [r, rs, rm, w, ws, ...rest]]) => {
      const [wm, ...more] = rest
      return `   8       0 ${name} ${r} 0 ${rs} ${rm} ${w} 0 ${ws} ${wm} ${more.join(' ')}\n`
    })
    putFile(base, 'proc/diskstats', lines.join(''))
    putFile(base, 'proc/sys/kernel/random/boot_id', `${boot}\n`)
    const { fields } = await observeOne(collect, new Root(base), { seconds: () => seconds })
    return Object.fromEntries(Object.entries(fields).filter(([name]) => /rate|busiest/.test(name)))
  }
}

const begin: Figures = [100, 800, 50, 10, 80, 5, 0, 1000, 2000]

test('rates, waits and utilisation are of the time between two passes, and the busiest disk is named', async () => {
  const ratesAt = hostWithDisks()
  assert.deepEqual(await ratesAt(0, { sda: begin, 'dm-0': begin, sdab: begin }), {})
  const rates = await ratesAt(10, {
    sda: [150, 1600, 250, 10, 80, 5, 1, 6000, 4000],
    'dm-0': [150, 1600, 260, 10, 80, 5, 1, 2000, 4000],
    sdab: [200, 800, 50, 30, 180, 25, 0, 9500, 12000],
  })
  assert.deepEqual(rates, {
    'diskstats_rate.sda.reads': 5,
    'diskstats_rate.sda.read_bytes': 40_960,
    'diskstats_rate.sda.writes': 0,
    'diskstats_rate.sda.written_bytes': 0,
    'diskstats_rate.sda.queue_length': 0.2,
    'diskstats_rate.sda.utilisation_pct': 50,
    'diskstats_rate.sda.read_await_ms': 4,
    'diskstats_rate.dm-0.reads': 5,
    'diskstats_rate.dm-0.read_bytes': 40_960,
    'diskstats_rate.dm-0.writes': 0,
    'diskstats_rate.dm-0.written_bytes': 0,
    'diskstats_rate.dm-0.queue_length': 0.2,
    'diskstats_rate.dm-0.utilisation_pct': 10,
    'diskstats_rate.dm-0.read_await_ms': 4.2,
    'diskstats_rate.other.reads': 10,
    'diskstats_rate.other.read_bytes': 0,
    'diskstats_rate.other.writes': 2,
    'diskstats_rate.other.written_bytes': 5120,
    'diskstats_rate.total.reads': 15,
    'diskstats_rate.total.read_bytes': 40_960,
    'diskstats_rate.total.writes': 2,
    'diskstats_rate.total.written_bytes': 5120,
    'diskstats_rate.busiest_pct': 85,
    'diskstats.busiest': 'sdab',
  })
})

test('where no disk had anything to do none is the busiest', async () => {
  const ratesAt = hostWithDisks()
  await ratesAt(0, { sda: begin })
  const rates = await ratesAt(10, { sda: begin })
  assert.equal(rates['diskstats_rate.busiest_pct'], 0)
  assert.equal(rates['diskstats.busiest'], undefined)
})

test('a reboot leaves no rate', async () => {
  const ratesAt = hostWithDisks()
  await ratesAt(0, { sda: begin })
  assert.deepEqual(await ratesAt(900, { sda: begin.map((value) => value * 9) as Figures }, 'b'), {})
})
