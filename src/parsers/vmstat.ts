// /proc/vmstat: mm/vmstat.c (vmstat_text), one `name value` a line; which names exist depends on version and configuration.
import type { Fields } from '../snapshot/document.ts'
import { parseInteger } from './integer.ts'

const line = /^([a-z]\w{0,63}) (\d+)\s*$/
/** Twice what the newest kernel prints with everything built in. */
const mostLines = 600

/** `vmstat.pgscan_kswapd` and so on: events since boot, `nr_*` and the like in pages now. */
export function parseVmstat(text: string): Fields {
  const fields: Fields = {}
  for (const row of text.split('\n', mostLines)) {
    const [, name, digits] = line.exec(row) ?? []
    const value = parseInteger(digits)
    if (name !== undefined && value !== undefined) fields[`vmstat.${name}`] = value
  }
  return fields
}

/** Fields that count events since boot rather than tell a number of pages now. */
export const vmstatEvents =
  /^vmstat\.(?!nr_(?!dirtied$|written$|vmscan_|throttled_written$|foll_pin_|tlb_)|workingset_nodes$)/
