// /proc/pressure/{cpu,memory,io,irq} since 4.20, and the same of a cgroup: kernel/sched/psi.c, Documentation/accounting/psi.rst.
// `some avg10=0.12 avg60=0.05 avg300=0.01 total=123456`: percent of the time, and microseconds since boot. `full` of cpu came with
// 5.13, irq with 6.1 and has `full` only.

/** How long tasks have waited for a resource: some of them, or all at once. */
export interface Pressure {
  kind: 'some' | 'full'
  avg10: number
  avg60: number
  avg300: number
  /** Microseconds since boot. */
  total: number
}

const average = '(\\d{1,3}\\.\\d\\d)'
const line = new RegExp(`^(some|full) avg10=${average} avg60=${average} avg300=${average} total=(\\d{1,19})\\s*$`)

/** The lines of one file. */
export function parsePressure(text: string): Pressure[] {
  return text.split('\n', 10).flatMap((row) => {
    const [, kind, avg10, avg60, avg300, total] = line.exec(row) ?? []
    if (kind !== 'some' && kind !== 'full') return []
    return [{ kind, avg10: Number(avg10), avg60: Number(avg60), avg300: Number(avg300), total: Number(total) }]
  })
}
