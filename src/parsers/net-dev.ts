// /proc/net/dev: net/core/net-procfs.c (dev_seq_printf_stats). Two heading lines, then `  eth0: ` with eight figures received and
// eight sent; before 2.6.39 a wide figure follows the colon without a blank.
import type { Fields } from '../snapshot/document.ts'
import { isLong } from './integer.ts'
import { interfaceKeys, isCard } from './interface-names.ts'

const line = /^\s*([^\s:]{1,15}(?::\d{1,4})?):\s*((?:\d{1,20}\s+){15}\d{1,20})\s*$/
/** More interfaces than a host of containers has. */
const mostLines = 20_000

const columns = [
  [0, 'rx_bytes'],
  [1, 'rx_packets'],
  [2, 'rx_errors'],
  [3, 'rx_dropped'],
  [8, 'tx_bytes'],
  [9, 'tx_packets'],
  [10, 'tx_errors'],
  [11, 'tx_dropped'],
] as const

/** Figures of each interface that ever carried anything, in order of the table. */
export function readNetDev(text: string): Map<string, Map<string, number>> {
  const interfaces = new Map<string, Map<string, number>>()
  for (const row of text.split('\n', mostLines)) {
    const [, name, digits] = line.exec(row) ?? []
    if (name === undefined || digits === undefined) continue
    const values = digits.split(/\s+/).map(Number)
    const figures = columns.map(([column, figure]) => [figure, values[column] ?? 0] as const)
    if (figures.every(([, value]) => isLong(value)) && figures.some(([, value]) => value > 0))
      interfaces.set(name, new Map(figures))
  }
  return interfaces
}

/** `netdev.eth0.rx_bytes` and so on, groups of interfaces together, and the cards of the machine as `netdev.total`. */
export function parseNetDev(text: string): Fields {
  const fields: Fields = {}
  for (const [name, value] of sumByKey(readNetDev(text))) fields[`netdev.${name}`] = value
  return fields
}

/** By `key.figure`, of figures by interface: what has no fields of its own is added up with its like. */
export function sumByKey(interfaces: ReadonlyMap<string, ReadonlyMap<string, number>>): Map<string, number> {
  const keys = interfaceKeys(interfaces.keys())
  const sums = new Map<string, number>()
  for (const [name, figures] of interfaces)
    for (const key of isCard(name) ? [keys.get(name), 'total'] : [keys.get(name)])
      for (const [figure, value] of figures) sums.set(`${key}.${figure}`, (sums.get(`${key}.${figure}`) ?? 0) + value)
  return sums
}
