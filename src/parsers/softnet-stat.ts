// /proc/net/softnet_stat: net/core/net-procfs.c (softnet_seq_show). A line for each processor, hexadecimal: packets processed, dropped
// for a full backlog, times the budget ran out; five that mean nothing any more; then CPU collision, received by RPS (2.6.35), flow
// limit (3.11), length of the backlog now (5.10) and the processor (5.10).
import type { Fields } from '../snapshot/document.ts'

const line = /^[0-9a-f]{8}(?: [0-9a-f]{8}){2,19}\s*$/
const mostLines = 10_000

/** Column to name. */
const columns = [
  [0, 'processed'],
  [1, 'dropped'],
  [2, 'time_squeeze'],
  [9, 'received_rps'],
  [10, 'flow_limit'],
  [11, 'backlog_length'],
] as const

/** `softnet.dropped` and so on, of all processors together; each wraps at 2^32 on its processor. */
export function parseSoftnetStat(text: string): Fields {
  const sums: Record<string, number> = {}
  for (const row of text.split('\n', mostLines)) {
    if (!line.test(row)) continue
    const figures = row.trim().split(' ')
    for (const [column, name] of columns) {
      const digits = figures[column]
      if (digits === undefined) continue
      const field = `softnet.${name}`
      sums[field] = (sums[field] ?? 0) + Number.parseInt(digits, 16)
    }
  }
  return sums
}
