// /proc/net/stat/nf_conntrack: net/netfilter/nf_conntrack_standalone.c (ct_cpu_seq_show). A line of names, then a line of hexadecimal
// figures for each processor; names came and went (`searched` until 4.9, then `clashres`), so they are read, not counted. Before it
// stand the lines mitra adds of /proc/sys/net/netfilter, `nf_conntrack_count 261003`.
import type { Fields } from '../snapshot/document.ts'
import { parseInteger } from './integer.ts'

const setting = /^nf_conntrack_(count|max) (\d{1,19})\s*$/
const header = /^entries(?:\s+[a-z_]{1,20}){1,30}\s*$/
const row = /^[0-9a-f]{8}(?:\s+[0-9a-f]{8}){1,30}\s*$/
const mostLines = 10_000
/** Since boot, and still counted by the kernels of today. */
/** Names, without `conntrack.`, that count events since boot. */
export const conntrackEvents: ReadonlySet<string> = new Set([
  'found',
  'invalid',
  'insert',
  'insert_failed',
  'drop',
  'early_drop',
  'icmp_error',
  'search_restart',
  'clashres',
])

/** `conntrack.count`, `.max` and `.used_pct`, and events of all processors together, as `conntrack.drop`. */
export function parseConntrack(text: string): Fields {
  const fields: Record<string, number> = {}
  let names: string[] = []
  for (const line of text.split('\n', mostLines)) {
    const [, level, digits] = setting.exec(line) ?? []
    const value = parseInteger(digits)
    if (level !== undefined && value !== undefined) fields[`conntrack.${level}`] = value
    if (header.test(line)) names = line.trim().split(/\s+/)
    else if (row.test(line)) addRow(fields, names, line.trim().split(/\s+/))
  }
  const { 'conntrack.count': count, 'conntrack.max': max } = fields
  if (count !== undefined && max) fields['conntrack.used_pct'] = Math.round((count / max) * 1000) / 10
  return fields
}

function addRow(fields: Record<string, number>, names: readonly string[], figures: readonly string[]): void {
  for (const [index, name] of names.entries()) {
    const digits = figures[index]
    if (digits === undefined || !conntrackEvents.has(name)) continue
    fields[`conntrack.${name}`] = (fields[`conntrack.${name}`] ?? 0) + Number.parseInt(digits, 16)
  }
}
