// /proc/buddyinfo: mm/vmstat.c (frag_show). `Node 0, zone   Normal   4381   1093 …`: free blocks of 2^order pages, order 0 first.
import type { Fields } from '../snapshot/document.ts'
import { isLong, parseInteger } from './integer.ts'

const line = /^Node (\d{1,5}), zone\s+(\w{1,32})\s+(\d[\d\s]*)$/
/** MAX_ORDER is 11 on most kernels and 14 at most; what lies behind is no column of this table. */
const mostOrders = 32
/** Nodes that become fields: a document must not grow without end with the machine. */
const mostNodes = 64

/** `buddyinfo.node0.Normal.order3` as free blocks, and `.free_pages` as the pages in all of them, where each count is one. */
export function parseBuddyinfo(text: string): Fields {
  const fields: Fields = {}
  for (const row of text.split('\n', mostNodes * 8)) {
    const [, node, zone, columns] = line.exec(row) ?? []
    if (node === undefined || columns === undefined || Number(node) >= mostNodes) continue
    const prefix = `buddyinfo.node${Number(node)}.${zone}`
    let freePages = 0
    for (const [order, digits] of columns.trim().split(/\s+/, mostOrders).entries()) {
      const blocks = parseInteger(digits)
      if (blocks === undefined) {
        freePages = Number.NaN
        continue
      }
      fields[`${prefix}.order${order}`] = blocks
      freePages += blocks * 2 ** order
    }
    if (isLong(freePages)) fields[`${prefix}.free_pages`] = freePages
  }
  return fields
}
