// /proc/net/snmp and /proc/net/netstat: net/ipv4/proc.c, Documentation/networking/snmp_counter.rst. Pairs of lines, `TcpExt: name …`
// and `TcpExt: value …`; /proc/net/snmp6: net/ipv6/proc.c, one `Ip6InReceives 12` a line.
import { parseInteger } from './integer.ts'

/** One counter as `TcpExt.ListenOverflows`, its digits as printed. */
export type Counter = readonly [name: string, digits: string]

const word = /^[A-Za-z]\w{0,63}$/
const number = /^-?\d{1,20}$/
const group6 = /^(Ip6|Icmp6|UdpLite6|Udp6)(\w{1,64})\s+(-?\d{1,20})\s*$/
/** About four times what the newest kernel prints. */
const mostCounters = 2000

/** Counters of the header and value line pairs, in order. A pair whose halves disagree gives what stands in both. */
export function parseNetSnmp(text: string): Counter[] {
  const counters: Counter[] = []
  let names: string[] = []
  for (const row of text.split('\n')) {
    const cells = row.trim().split(/\s+/, mostCounters + 1)
    const isValues = cells[0] === names[0] && number.test(cells[1] ?? '')
    if (!isValues) {
      names = cells[0]?.endsWith(':') && word.test(cells[0].slice(0, -1)) ? cells : []
      continue
    }
    const group = names[0]?.slice(0, -1)
    for (let index = 1; index < Math.min(names.length, cells.length); index++) {
      const name = names[index] ?? ''
      const digits = cells[index] ?? ''
      if (word.test(name) && number.test(digits)) counters.push([`${group}.${name}`, digits])
    }
    names = []
    if (counters.length > mostCounters) break
  }
  return counters.slice(0, mostCounters)
}

/** Counters of /proc/net/snmp6, in order, as `Ip6.InReceives`. */
export function parseNetSnmp6(text: string): Counter[] {
  const counters: Counter[] = []
  for (const row of text.split('\n', mostCounters)) {
    const [, group, name, digits] = group6.exec(row) ?? []
    if (name !== undefined && digits !== undefined) counters.push([`${group}.${name}`, digits])
  }
  return counters
}

/** Counters of mitra’s own text, `TcpExt.ListenOverflows 12` a line. */
export function parseCounterLines(text: string): Counter[] {
  const counters: Counter[] = []
  for (const row of text.split('\n', mostCounters)) {
    const [name, digits, more] = row.trim().split(' ', 3)
    if (name === undefined || digits === undefined || more !== undefined || !number.test(digits)) continue
    if (name.split('.').length === 2 && name.split('.').every((part) => word.test(part))) counters.push([name, digits])
  }
  return counters
}

/** The numbers of counters that are numbers within 64 bits, by name. */
export function numbersOf(counters: Iterable<Counter>): Map<string, number> {
  const numbers = new Map<string, number>()
  for (const [name, digits] of counters) {
    const value = parseInteger(digits)
    if (value !== undefined) numbers.set(name, value)
  }
  return numbers
}

/** Names that are settings or levels rather than counts of events: such never have a rate. */
export const gauges: ReadonlySet<string> = new Set([
  'Ip.Forwarding',
  'Ip.DefaultTTL',
  'Tcp.RtoAlgorithm',
  'Tcp.RtoMin',
  'Tcp.RtoMax',
  'Tcp.MaxConn',
  'Tcp.CurrEstab',
  'MPTcpExt.MPCurrEstab',
])

export function isGauge(name: string): boolean {
  return gauges.has(name)
}
