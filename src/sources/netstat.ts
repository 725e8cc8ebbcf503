// Counters of the network protocols, as `nstat -az` and `netstat -s` read them, and how fast they go up.
import { NoDataError } from '../errors.ts'
import type { Root } from '../host/root.ts'
import {
  type Counter,
  isGauge,
  numbersOf,
  parseCounterLines,
  parseNetSnmp,
  parseNetSnmp6,
} from '../parsers/net-snmp.ts'
import type { Fields } from '../snapshot/document.ts'
import { failedObservation } from './failed-observation.ts'
import { readNetTableIfAny } from './net-table.ts'
import type { Collect, SourceDefinition } from './source.ts'

const path = 'netstat -s'
const dataset = 'mitra.netstat'

/** Numbers of one pass, to tell the rates of the next. */
interface Sample {
  /** Seconds of a clock that only goes forward. */
  at: number
  bootId: string
  numbers: Map<string, number>
}

export const netstat: SourceDefinition = {
  name: 'netstat',
  summary:
    'Counters of IP, ICMP, TCP, UDP and their extensions with their rates, from /proc/net/snmp, snmp6 and netstat.',
  kind: 'metric',
  enabledByDefault: true,
  paths: [path],
  reads: ['/proc/net/netstat', '/proc/net/snmp', '/proc/net/snmp6'],
  fields: [
    {
      name: 'netstat.*',
      type: 'long',
      unit: 'count',
      counter: (name) => !isGauge(name.slice('netstat.'.length)),
      summary:
        'A counter since boot under the kernel’s own name, as `netstat.TcpExt.ListenOverflows`; some are levels or settings.',
    },
    {
      name: 'netstat_rate.*',
      type: 'double',
      unit: 'per_second',
      summary:
        'How fast the counter went up since the pass before; absent in the first pass, after a reboot or a reset, and for ' +
        'levels and settings such as `Tcp.CurrEstab`.',
    },
    {
      name: 'netstat.Tcp.CurrEstab',
      type: 'long',
      unit: 'count',
      summary: 'TCP connections established at that moment.',
    },
    {
      name: 'netstat.TcpExt.ListenOverflows',
      type: 'long',
      unit: 'count',
      counter: true,
      summary: 'Connections refused because the accept queue of a listening socket was full.',
    },
    {
      name: 'netstat.TcpExt.ListenDrops',
      type: 'long',
      unit: 'count',
      counter: true,
      summary: 'Connection requests dropped by listening sockets, for whatever reason.',
    },
  ],
  formats: [
    format((candidate) => candidate === path, parseCounterLines),
    format((candidate) => candidate === '/proc/net/netstat' || candidate === '/proc/net/snmp', parseNetSnmp),
    format((candidate) => candidate === '/proc/net/snmp6', parseNetSnmp6),
  ],
  create: () => collectNetstat(),
}

function format(matches: (candidate: string) => boolean, parse: (text: string) => Counter[]) {
  return { dataset, kind: 'metric', matches, fields: (content: string) => fieldsOf(numbersOf(parse(content))) } as const
}

/** The reader, over a clock in seconds that only goes forward. */
export function collectNetstat(seconds = () => performance.now() / 1000): Collect {
  let before: Sample | undefined
  return async function* ({ root, now }) {
    const about = { path, dataset, kind: 'metric', at: now() } as const
    let counters: Counter[]
    let sample: Sample
    try {
      counters = readCounters(root)
      sample = { at: seconds(), bootId: readBootId(root), numbers: numbersOf(counters) }
    } catch (error) {
      yield failedObservation(about, error)
      return
    }
    const fields = { ...fieldsOf(sample.numbers), ...ratesOf(before, sample) }
    before = sample
    yield { ...about, content: counters.map(([name, digits]) => `${name} ${digits}\n`).join(''), fields }
  }
}

/** In the order of `nstat`. */
function readCounters(root: Root): Counter[] {
  const counters = [
    ...parseNetSnmp(readNetTableIfAny(root, 'snmp')),
    ...parseNetSnmp6(readNetTableIfAny(root, 'snmp6')),
    ...parseNetSnmp(readNetTableIfAny(root, 'netstat')),
  ]
  if (counters.length === 0) throw new NoDataError('no network counters on this host')
  return counters
}

function readBootId(root: Root): string {
  try {
    return root.readKernelText('/proc/sys/kernel/random/boot_id').trim()
  } catch {
    return ''
  }
}

function fieldsOf(numbers: ReadonlyMap<string, number>): Fields {
  const fields: Fields = {}
  for (const [name, value] of numbers) fields[`netstat.${name}`] = value
  return fields
}

function ratesOf(before: Sample | undefined, after: Sample): Fields {
  const rates: Fields = {}
  if (!before || before.bootId !== after.bootId) return rates
  const elapsed = after.at - before.at
  if (elapsed < shortestElapsed) return rates
  for (const [name, value] of after.numbers) {
    const previous = before.numbers.get(name)
    if (previous === undefined || value < previous || isGauge(name)) continue
    // Six figures, not so many decimals: one event in a day must not become none.
    rates[`netstat_rate.${name}`] = Number(((value - previous) / elapsed).toPrecision(6))
  }
  return rates
}

/** Seconds below which a rate says more about the clock than about the host. */
const shortestElapsed = 0.01
