// One measured process of the sockets benchmark, inside the network namespace: each reading in turn, so that drift meets all of them
// alike, then a second a reading as an agent or a screen does. Prints its figures as JSON.
import { spawnSync } from 'node:child_process'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import koffi from 'koffi'
import { Root } from '../src/host/root.ts'
import { SocketReader } from '../src/sources/sockets/socket-reader.ts'
import { openSocketTables, type Way } from '../src/sources/sockets/socket-tables.ts'

/** Medians of processor and wall time, in milliseconds. */
export interface Cost {
  cpu: number
  wall: number
}

export interface Measured {
  costs: Record<string, Cost>
  /** The longest time the event loop was held while each socket was counted, in milliseconds. */
  stall: Record<string, number>
  /** Resident MB before any reading, and more of it after all by netlink. */
  idle_mb: number
  more_mb: number
  /** Percent of one processor that a reading each second takes. */
  steady: Record<string, number>
}

const [rounds = 7, seconds = 10] = process.argv.slice(2).map(Number)
const root = new Root()
const signal = new AbortController().signal
const open = (way: Way) => openSocketTables({ root, env: {}, signal, ways: [way] })

/** Processor milliseconds of children so far, which Node does not tell. */
const getrusage = koffi.load(null).func('int getrusage(int, void *)')
const usage = Buffer.alloc(256)
function cpuOfChildren(): number {
  getrusage(-1, usage)
  const at = (offset: number) => Number(usage.readBigInt64LE(offset))
  return (at(0) + at(16)) * 1000 + (at(8) + at(24)) / 1000
}
const cpuOfThis = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

const run = (program: string, ...words: string[]) => {
  const { status, error } = spawnSync(program, words, { stdio: ['ignore', 'ignore', 'ignore'] })
  if (error || status !== 0) throw new Error(`failed to run "${program}"`, { cause: error })
}

const rssMb = () => process.memoryUsage.rss() / 1e6
const idle_mb = rssMb()
const netlink = await open('koffi')
const proc = await open('proc')

const works: Record<string, { cpu: () => number; work: () => unknown }> = {
  'ss -tan': { cpu: cpuOfChildren, work: () => run('ss', '-tan') },
  'netlink, each socket': { cpu: cpuOfThis, work: () => netlink.countEach(signal) },
  'netlink, few': { cpu: cpuOfThis, work: () => netlink.countFew?.(signal) },
  '/proc, each socket': { cpu: cpuOfThis, work: () => proc.countEach(signal) },
  'ss -ltn': { cpu: cpuOfChildren, work: () => run('ss', '-ltn') },
  'ss state listening': { cpu: cpuOfChildren, work: () => run('ss', '-Htn', 'state', 'listening') },
  'netlink, listeners': { cpu: cpuOfThis, work: () => netlink.listeners(signal) },
  '/proc, listeners': { cpu: cpuOfThis, work: () => proc.listeners(signal) },
}

async function measureInTurn(): Promise<Record<string, Cost>> {
  const samples = new Map(Object.keys(works).map((name) => [name, [] as Cost[]]))
  // the first two rounds warm up
  for (let round = -2; round < rounds; round++)
    for (const [name, { cpu, work }] of Object.entries(works)) {
      const [before, started] = [cpu(), performance.now()]
      await work()
      if (round >= 0) samples.get(name)?.push({ cpu: cpu() - before, wall: performance.now() - started })
    }
  const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN
  const costs: Record<string, Cost> = {}
  for (const [name, each] of samples)
    costs[name] = { cpu: median(each.map(({ cpu }) => cpu)), wall: median(each.map(({ wall }) => wall)) }
  return costs
}

async function stallOf(work: () => Promise<unknown>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  for (let round = 0; round < rounds; round++) {
    await sleep(20)
    await work()
  }
  delay.disable()
  return delay.max / 1e6
}

/** Percent of a processor for something done each second, the timer with it. */
async function shareOf(work: () => unknown): Promise<number> {
  await work()
  await sleep(1000)
  const before = cpuOfThis()
  for (let second = 0; second < seconds; second++) {
    await work()
    await sleep(1000)
  }
  return (cpuOfThis() - before) / seconds / 10
}

const reader = new SocketReader({ root, env: {} })

for (let round = 0; round < 3; round++) await netlink.countEach(signal)
await netlink.listeners(signal)
const more_mb = rssMb() - idle_mb
const measured: Measured = {
  idle_mb,
  more_mb,
  costs: await measureInTurn(),
  stall: {
    'netlink, each socket': await stallOf(() => netlink.countEach(signal)),
    '/proc, each socket': await stallOf(() => proc.countEach(signal)),
  },
  steady: {
    nothing: await shareOf(() => {}),
    listeners: await shareOf(() => reader.read({ signal, count: 'none', owned: () => false })),
    'with their processes': await shareOf(() => reader.read({ signal, count: 'none' })),
    'with processes and states': await shareOf(() => reader.read({ signal, count: 'affordable' })),
  },
}
console.log(JSON.stringify(measured))
