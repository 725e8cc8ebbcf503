// A kernel table as text with slots: each number under the name of the field that mitra's parsers make of it.

/** A number of the table. */
export interface Slot {
  field: string
  /** In the unit of the field: bytes where the table has kB. */
  value: number
  /** Units of the field in one of the table. */
  scale: number
  decimals: number
  /** Columns it is right-aligned in; 0 when it is not. */
  width: number
}

export interface KernelTable {
  /** One more than the slots: the text between them. */
  literals: string[]
  slots: Slot[]
}

interface Found {
  field: string
  /** Of the digits. */
  start: number
  end: number
  scale?: number
  width?: number
}

const finders: Record<string, (text: string) => Iterable<Found>> = {
  '/proc/meminfo': meminfo,
  '/proc/vmstat': vmstat,
  '/proc/loadavg': loadavg,
  '/proc/buddyinfo': buddyinfo,
  '/proc/zoneinfo': zoneinfo,
  '/proc/net/snmp': netPairs,
  '/proc/net/netstat': netPairs,
  '/proc/net/snmp6': snmp6,
}

export const tablePaths = Object.keys(finders)

export function kernelTable(path: string, text: string): KernelTable {
  const table: KernelTable = { literals: [], slots: [] }
  let from = 0
  for (const { field, start, end, scale = 1, width = 0 } of finders[path]?.(text) ?? []) {
    const digits = text.slice(start, end)
    table.literals.push(text.slice(from, width > 0 ? end - Math.max(width, digits.length) : start))
    const decimals = digits.split('.')[1]?.length ?? 0
    table.slots.push({ field, value: Number(digits) * scale, scale, decimals, width })
    from = end
  }
  table.literals.push(text.slice(from))
  return table
}

/** The text with these values in its slots. */
export function printTable({ literals, slots }: KernelTable, figureOf: (slot: Slot) => number): string {
  const parts = slots.map((slot, index) => {
    const digits = (figureOf(slot) / slot.scale).toFixed(slot.decimals)
    return `${literals[index]}${digits.padStart(slot.width)}`
  })
  return `${parts.join('')}${literals[slots.length]}`
}

function* meminfo(text: string): Generator<Found> {
  for (const match of text.matchAll(/^(\w+)(?:\((\w+)\))?: +(\d+)( kB)?$/gm)) {
    const [line, name, inner, digits = '', unit = ''] = match
    const end = match.index + line.length - unit.length
    const field = `meminfo.${name}${inner === undefined ? '' : `_${inner}`}`
    yield { field, start: end - digits.length, end, width: 8, scale: unit === '' ? 1 : 1024 }
  }
}

function* vmstat(text: string): Generator<Found> {
  for (const { 0: line, 1: name, 2: digits = '', index } of text.matchAll(/^(\w+) (\d+)$/gm))
    yield { field: `vmstat.${name}`, start: index + line.length - digits.length, end: index + line.length }
}

function* loadavg(text: string): Generator<Found> {
  const names = ['load1', 'load5', 'load15', 'running', 'total']
  let index = 0
  for (const match of text.matchAll(/[\d.]+/g)) {
    const name = names[index++]
    if (name !== undefined) yield { field: `loadavg.${name}`, start: match.index, end: match.index + match[0].length }
  }
}

function* buddyinfo(text: string): Generator<Found> {
  for (const row of text.matchAll(/^Node (\d+), zone +(\w+)/gm)) {
    const from = row.index + row[0].length
    const line = text.slice(from, text.indexOf('\n', from))
    let order = 0
    for (const { 0: digits, index } of line.matchAll(/\d+/g)) {
      const start = from + index
      const field = `buddyinfo.node${row[1]}.${row[2]}.order${order++}`
      yield { field, start, end: start + digits.length, width: 6 }
    }
  }
}

/** Free pages stand twice in a zone, under two names. */
function* zoneinfo(text: string): Generator<Found> {
  let zone = ''
  for (const match of text.matchAll(
    /^Node (\d+), zone +(\w+)|^ +(?:pages )?(free|min|low|high|nr_free_pages) +(\d+)$/gm,
  )) {
    const [line, node, name, figure, digits = ''] = match
    if (node !== undefined) zone = `zoneinfo.node${node}.${name}`
    const end = match.index + line.length
    const field = `${zone}.${figure === 'nr_free_pages' ? 'free' : figure}`
    if (figure !== undefined) yield { field, start: end - digits.length, end }
  }
}

function* netPairs(text: string): Generator<Found> {
  for (const pair of text.matchAll(/^(\w+): ([A-Za-z].*)\n\1: (.*)$/gm)) {
    const [whole, group, names = '', values = ''] = pair
    let start = pair.index + whole.length - values.length
    const digits = values.split(' ')
    for (const [index, name] of names.trim().split(' ').entries()) {
      const end = start + (digits[index]?.length ?? 0)
      yield { field: `netstat.${group}.${name}`, start, end }
      start = end + 1
    }
  }
}

function* snmp6(text: string): Generator<Found> {
  for (const match of text.matchAll(/^(Ip6|Icmp6|UdpLite6|Udp6)(\w+)\s+(\d+)$/gm)) {
    const [line, group, name, digits = ''] = match
    const end = match.index + line.length
    yield { field: `netstat.${group}.${name}`, start: end - digits.length, end }
  }
}
