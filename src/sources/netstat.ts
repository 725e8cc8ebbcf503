// Counters of the network protocols, as `nstat -az` and `netstat -s` read them, and how fast they go up.
import { NoDataError } from '../errors.ts'
import type { Root } from '../host/root.ts'
import { type Counter, gauges, numbersOf, parseCounterLines, parseNetSnmp, parseNetSnmp6 } from '../parsers/net-snmp.ts'
import type { Fields } from '../snapshot/document.ts'
import { allBut } from './counter-names.ts'
import { failedObservation } from './failed-observation.ts'
import { readNetTableIfAny } from './net-table.ts'
import { addRates, rateMeter } from './rates.ts'
import type { Collect, SourceDefinition } from './source.ts'

const path = 'netstat -s'
const dataset = 'mitra.netstat'

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
      counter: allBut('netstat.', gauges),
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
  create: collectNetstat,
}

function format(matches: (candidate: string) => boolean, parse: (text: string) => Counter[]) {
  return { dataset, kind: 'metric', matches, fields: (content: string) => fieldsOf(numbersOf(parse(content))) } as const
}

function collectNetstat(): Collect {
  const ratesSince = rateMeter()
  return async function* (pass) {
    const about = { path, dataset, kind: 'metric', at: pass.now() } as const
    let counters: Counter[]
    try {
      counters = readCounters(pass.root)
    } catch (error) {
      yield failedObservation(about, error)
      return
    }
    const numbers = numbersOf(counters)
    const fields = fieldsOf(numbers)
    for (const gauge of gauges) numbers.delete(gauge)
    addRates(fields, 'netstat_rate.', ratesSince(pass, numbers))
    yield { ...about, content: linesOf(counters), fields }
  }
}

function linesOf(counters: readonly Counter[]): string {
  let lines = ''
  for (const [name, digits] of counters) lines += `${name} ${digits}\n`
  return lines
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

function fieldsOf(numbers: ReadonlyMap<string, number>): Fields {
  const fields: Fields = {}
  for (const [name, value] of numbers) fields[`netstat.${name}`] = value
  return fields
}
