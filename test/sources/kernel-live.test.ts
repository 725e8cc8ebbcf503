// What sources say of this very machine, against the files themselves, read apart by nothing but columns, and against the tools people
// ask. Ours is read between two of theirs: equal where theirs stood still, between them where they moved.
import assert from 'node:assert/strict'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Root } from '../../src/host/root.ts'
import type { Fields } from '../../src/snapshot/document.ts'
import { diskstats } from '../../src/sources/diskstats.ts'
import { meminfo } from '../../src/sources/meminfo.ts'
import { mounts } from '../../src/sources/mounts.ts'
import { pressure } from '../../src/sources/pressure.ts'
import { processes } from '../../src/sources/processes.ts'
import { softnet } from '../../src/sources/softnet.ts'
import type { Collect, SourceDefinition } from '../../src/sources/source.ts'
import { stat } from '../../src/sources/stat.ts'
import { vmstat } from '../../src/sources/vmstat.ts'
import { observe, observeOne } from './observed.ts'

type Figures = Record<string, number>

const root = new Root('/')
const lines = (path: string) => readFileSync(path, 'utf8').trimEnd().split('\n')
const words = (line: string) => line.trim().split(/\s+/)
const absent = (tool: string) => spawnSync('which', [tool]).status !== 0 && `${tool} is not installed`

/** Levels go both ways: they are tried until nothing moves, counters need not stand still. */
async function agrees(
  source: SourceDefinition,
  theirs: () => Figures,
  isLevel = (_name: string) => false,
  inTheirUnit = (value: number) => value,
) {
  const collect = source.create()
  for (let tries = 1; ; tries++) {
    const before = theirs()
    const { fields } = await observeOne(collect, root)
    const after = theirs()
    const moved = Object.keys(before).some((name) => isLevel(name) && before[name] !== after[name])
    if (moved && tries < 50) continue
    assert.ok(Object.keys(before).length > 0)
    for (const [name, first] of Object.entries(before)) {
      const own = inTheirUnit(Number(fields[name]))
      const last = after[name] ?? Number.NaN
      if (first === last) assert.equal(own, first, name)
      else if (!isLevel(name)) assert.ok(own >= first && own <= last, `${name}: ${first} ${own} ${last}`)
    }
    return Object.keys(before).length
  }
}

function statFigures(): Figures {
  const figures: Figures = {}
  for (const [name = '', ...columns] of lines('/proc/stat').map(words)) {
    if (['ctxt', 'intr', 'processes', 'softirq', 'btime'].includes(name)) figures[`stat.${name}`] = Number(columns[0])
    if (name === 'softirq') figures['stat.softirq.NET_RX'] = Number(columns[4])
    if (name !== 'cpu') continue
    for (const [index, state] of ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal'].entries())
      figures[`stat.cpu.${state}`] = Number(columns[index]) * 10
  }
  return figures
}

// waiting for a disk is told by processor as it comes, and may go down
const isWaiting = (name: string) => name === 'stat.cpu.iowait'

const disks = () =>
  lines('/proc/diskstats')
    .map(words)
    .filter(([, , name = '']) => /^([sv]d[a-z]|nvme\dn\d)$/.test(name))

function diskFigures(): Figures {
  const figures: Figures = {}
  for (const [, , name, ...columns] of disks()) {
    const [reads, , readSectors, readMs, writes, , writtenSectors, writeMs, , ioMs, queueMs] = columns.map(Number)
    if (!reads) continue
    const [readBytes, writtenBytes] = [(readSectors ?? 0) * 512, (writtenSectors ?? 0) * 512]
    const all = {
      reads,
      read_bytes: readBytes,
      read_ms: readMs,
      writes,
      written_bytes: writtenBytes,
      write_ms: writeMs,
    }
    for (const [figure, value] of Object.entries({ ...all, io_ms: ioMs, queue_ms: queueMs }))
      figures[`diskstats.${name}.${figure}`] = Number(value)
  }
  return figures
}

function softnetFigures(): Figures {
  const sums = { processed: 0, dropped: 0, time_squeeze: 0 }
  for (const [processed = '', dropped = '', squeezed = ''] of lines('/proc/net/softnet_stat').map(words)) {
    sums.processed += Number.parseInt(processed, 16)
    sums.dropped += Number.parseInt(dropped, 16)
    sums.time_squeeze += Number.parseInt(squeezed, 16)
  }
  return Object.fromEntries(Object.entries(sums).map(([name, value]) => [`softnet.${name}`, value]))
}

function pressureFigures(): Figures {
  const figures: Figures = {}
  for (const resource of ['cpu', 'memory', 'io'])
    for (const [kind, ...parts] of lines(`/proc/pressure/${resource}`).map(words))
      for (const [name = '', value] of parts.map((part) => part.split('=')))
        if (name === 'total') figures[`pressure_ms.${resource}.${kind}`] = Math.floor(Number(value) / 1000)
        else figures[`pressure.${resource}.${kind}_${name}`] = Number(value)
  return figures
}

const isAverage = (name: string) => name.startsWith('pressure.')
const noDisk = existsSync('/proc/diskstats') && disks().length > 0 ? false : 'needs a disk'

test('stat is what /proc/stat says', async () => {
  assert.ok((await agrees(stat, statFigures, isWaiting)) >= 13)
})

test('diskstats is what /proc/diskstats says', { skip: noDisk }, async () => {
  assert.ok((await agrees(diskstats, diskFigures)) >= 8)
})

test('softnet is what /proc/net/softnet_stat says', async () => {
  assert.equal(await agrees(softnet, softnetFigures), 3)
})

test('pressure is what /proc/pressure says', { skip: !existsSync('/proc/pressure') && 'needs PSI' }, async () => {
  assert.ok((await agrees(pressure, pressureFigures, isAverage)) >= 20)
})

test('meminfo is what free says, and vmstat what vmstat -s says', { skip: absent('free') }, async () => {
  const freeFigures = () => {
    const [, memory = '', swap = ''] = execFileSync('free', ['-b', '-w'], { encoding: 'utf8' }).split('\n')
    return { 'meminfo.MemTotal': Number(words(memory)[1]), 'meminfo.SwapTotal': Number(words(swap)[1]) }
  }
  assert.equal(await agrees(meminfo, freeFigures), 2)
  const swapped = () => {
    const text = execFileSync('vmstat', ['-s'], { encoding: 'utf8' })
    const figure = (label: string) => Number(new RegExp(`^ *(\\d+) ${label}$`, 'm').exec(text)?.[1])
    return {
      'vmstat.pgpgin': figure('K paged in'),
      'vmstat.pgpgout': figure('K paged out'),
      'vmstat.pswpin': figure('pages swapped in'),
    }
  }
  assert.equal(await agrees(vmstat, swapped), 3)
})

test('diskstats is what iostat says', { skip: noDisk || absent('iostat') }, async () => {
  const figures = () => {
    const rows = execFileSync('iostat', ['-d', '-k'], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } })
    const [heading = [], ...devices] = rows.split('\n').slice(2).map(words)
    const known = new Set(disks().map(([, , name]) => name))
    const found: Figures = {}
    for (const [name = '', ...columns] of devices) {
      if (!known.has(name)) continue
      const column = (title: string) => Number(columns[heading.indexOf(title) - 1])
      found[`diskstats.${name}.read_bytes`] = column('kB_read')
      found[`diskstats.${name}.written_bytes`] = column('kB_wrtn')
    }
    return found
  }
  const inKilobytes = (bytes: number) => Math.floor(bytes / 1024)
  assert.ok((await agrees(diskstats, figures, undefined, inKilobytes)) >= 2)
})

test('mounts are what df says', { skip: absent('df') }, async () => {
  const figures = () => {
    const columns = ['size', 'itotal'].join(',')
    const [, row = ''] = execFileSync('df', ['-B1', `--output=${columns}`, '/'], { encoding: 'utf8' }).split('\n')
    const [size, inodes] = words(row).map(Number)
    return { 'mounts.root.size': size ?? Number.NaN, ...(inodes && { 'mounts.root.inodes': inodes }) }
  }
  await agrees(mounts, figures)
})

test('processes are what ps says of one that rests', { skip: absent('ps') }, async () => {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' })
  try {
    await sleep(200)
    const { pid = 0 } = child
    const found = await observe(processes.create({ top: 0, names: ['sleep'] }), root)
    const { fields = {} } = found.find((each) => each.fields['process.pid'] === pid) ?? {}
    const columns = 'rss=,vsz=,nlwp=,ppid=,comm='
    const [rss, virtual, threads, parent, name] = words(
      execFileSync('ps', ['-o', columns, '-p', String(pid)], { encoding: 'utf8' }),
    )
    assert.deepEqual(
      ['memory.rss', 'memory.virtual', 'threads', 'parent.pid', 'name'].map((field) => fields[`process.${field}`]),
      [Number(rss) * 1024, Number(virtual) * 1024, Number(threads), Number(parent), name],
    )
    const limit = words(lines(`/proc/${pid}/limits`).find((line) => line.startsWith('Max open files')) ?? '')[3]
    assert.equal(fields['process.fds_max'], limit === 'unlimited' ? undefined : Number(limit))
  } finally {
    child.kill()
  }
})

/** Two passes of ours, each between two of theirs: by how much theirs went up at least and at most in the time between. */
async function rateAgrees(collect: Collect, theirs: () => number, rateOf: (fields: Fields) => number | undefined) {
  const seconds = () => performance.now() / 1000
  const around = async () => {
    const [from, first] = [seconds(), theirs()]
    const { fields } = await observeOne(collect, root)
    return { from, first, fields, last: theirs(), to: seconds() }
  }
  const one = await around()
  await sleep(1000)
  const two = await around()
  const rate = Number(rateOf(two.fields))
  const least = (two.first - one.last) / (two.to - one.from)
  const most = (two.last - one.first) / (two.from - one.to)
  assert.ok(rate >= least * 0.9999 && rate <= most * 1.0001, `${least} ${rate} ${most}`)
}

test('rates are by how much the files went up in the time between', { skip: noDisk }, async () => {
  await rateAgrees(
    stat.create(),
    () => statFigures()['stat.ctxt'] ?? 0,
    (fields) => Number(fields['stat_rate.ctxt']),
  )
  const [, , disk = ''] = disks().find((columns) => Number(columns[3]) > 0) ?? []
  const name = `diskstats.${disk}.written_bytes`
  const rate = `diskstats_rate.${disk}.written_bytes`
  await rateAgrees(
    diskstats.create(),
    () => diskFigures()[name] ?? 0,
    (fields) => Number(fields[rate]),
  )
})
