// Huge pages as mitra writes them of /sys/kernel/mm/hugepages and of the same below each NUMA node (Documentation/admin-guide/mm/
// hugetlbpage.rst): `2048kB free 584`, `node0.2048kB free 12`.
import type { Fields } from '../snapshot/document.ts'
import { parseInteger } from './integer.ts'

const line = /^((?:node(?:\d|1[0-5])\.)?\d{1,9}kB) (nr|free|resv|surplus) (\d{1,19})\s*$/
const mostLines = 1000

/** `hugepages.2048kB.free` and `hugepages.node0.2048kB.free`, of the first 16 nodes. */
export function parseHugepages(text: string): Fields {
  const fields: Fields = {}
  for (const row of text.split('\n', mostLines)) {
    const [, pool, name, digits] = line.exec(row) ?? []
    const value = parseInteger(digits)
    if (pool !== undefined && value !== undefined) fields[`hugepages.${pool}.${name}`] = value
  }
  return fields
}
