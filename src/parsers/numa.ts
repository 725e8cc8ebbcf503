// Memory by NUMA node: /sys/devices/system/node/node0/meminfo and numastat, drivers/base/node.c. `Node 0 MemFree: 8120448 kB`; mitra
// writes the same in front of the lines of numastat (Documentation/admin-guide/numastat.rst), `Node 0 numa_miss 0`.
import type { Fields } from '../snapshot/document.ts'
import { isLong } from './integer.ts'

const line = /^Node (\d{1,4}) ([A-Za-z]\w{0,31}):?\s+(\d{1,19})( kB)?\s*$/
/** Nodes that become fields. */
const mostNodes = 16
const mostLines = mostNodes * 80

const levels = new Set([
  'MemTotal',
  'MemFree',
  'MemUsed',
  'FilePages',
  'AnonPages',
  'Dirty',
  'Slab',
  'HugePages_Total',
  'HugePages_Free',
])
/** Names of a node that count since boot. */
export const numaEvents: ReadonlySet<string> = new Set([
  'numa_hit',
  'numa_miss',
  'numa_foreign',
  'local_node',
  'other_node',
])

/** `numa.node0.MemFree` in bytes, `numa.node0.numa_miss` in pages since boot, and so on. */
export function parseNuma(text: string): Fields {
  const fields: Fields = {}
  for (const row of text.split('\n', mostLines)) {
    const [, node, name = '', digits, isKilo] = line.exec(row) ?? []
    if (node === undefined || Number(node) >= mostNodes || !(levels.has(name) || numaEvents.has(name))) continue
    const value = Number(digits) * (isKilo === undefined ? 1 : 1024)
    if (isLong(value)) fields[`numa.node${Number(node)}.${name}`] = value
  }
  return fields
}

/** Whether a name, `node0.numa_miss`, counts since boot. */
export function isNumaEvent(name: string): boolean {
  return numaEvents.has(name.slice(name.indexOf('.') + 1))
}
