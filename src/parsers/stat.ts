// /proc/stat: fs/proc/stat.c, Documentation/filesystems/proc.rst 1.7. `cpu` lines in ticks (steal came with 2.6.11, guest with 2.6.24,
// guest_nice with 2.6.33), then `name value …` lines; behind the total of `intr` stands one number for each interrupt there could be.
import type { Fields } from '../snapshot/document.ts'
import { isLong, parseInteger } from './integer.ts'

const states = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal', 'guest', 'guest_nice'] as const
/** What a processor can be in; guests are counted as user and nice already. */
const exclusive = states.slice(0, 8)
const softirqs = ['HI', 'TIMER', 'NET_TX', 'NET_RX', 'BLOCK', 'IRQ_POLL', 'TASKLET', 'SCHED', 'HRTIMER', 'RCU']
const figures = ['ctxt', 'btime', 'processes', 'procs_running', 'procs_blocked', 'intr', 'softirq']

const cpuLine = /^(cpu\d{0,5})((?: +\d{1,20}){4,10})\s*$/
const figureLine = /^([a-z_]{1,20}) (\d{1,19})(?:\s|$)/
/** More processors than a kernel can be built for. */
const mostLines = 10_000
/** USER_HZ, which programs are told of, is 100 on all that runs today, whatever the kernel counts in. */
const tickMs = 10

/** The text without the number of each single interrupt: they are thousands of zeros. */
export function shortStat(text: string): string {
  return text.replace(/^(intr \d+) .*$/m, '$1')
}

/** Milliseconds in each state by processor, `cpu` being all together. */
export function readCpuTimes(text: string): Map<string, Map<string, number>> {
  const cpus = new Map<string, Map<string, number>>()
  for (const row of text.split('\n', mostLines)) {
    const [, name, columns] = cpuLine.exec(row) ?? []
    if (name === undefined || columns === undefined) continue
    const times = columns.trim().split(/ +/)
    const known = states.flatMap((state, index) => {
      const ms = Number(times[index]) * tickMs
      return isLong(ms) ? [[state, ms] as const] : []
    })
    cpus.set(name, new Map(known))
  }
  return cpus
}

/** `stat.cpu.user` and so on in milliseconds, `stat.ctxt`, `stat.intr`, `stat.processes`, and `stat.softirq.NET_RX` and the like. */
export function parseStat(text: string): Fields {
  const fields: Fields = {}
  for (const [state, ms] of readCpuTimes(text).get('cpu') ?? []) fields[`stat.cpu.${state}`] = ms
  for (const row of text.split('\n', mostLines)) {
    const [, name = '', digits] = figureLine.exec(row) ?? []
    const value = parseInteger(digits)
    if (value === undefined || !figures.includes(name)) continue
    fields[`stat.${name}`] = value
    if (name === 'softirq') Object.assign(fields, softirqFields(row))
  }
  return fields
}

function softirqFields(row: string): Fields {
  const counts = row.trimEnd().split(' ').slice(2)
  const known = softirqs.flatMap((name, index) => {
    const count = parseInteger(counts[index])
    return count === undefined ? [] : [[`stat.softirq.${name}`, count] as const]
  })
  return Object.fromEntries(known)
}

/** Percent of the time in each state, of how fast its time goes up; undefined where the time stands still. */
export function cpuShares(rate: (state: string) => number | undefined): Map<string, number> | undefined {
  const rates = exclusive.map((state) => [state, rate(state) ?? 0] as const)
  const all = rates.reduce((sum, [, ms]) => sum + ms, 0)
  if (all === 0) return undefined
  const shares = new Map<string, number>(rates.map(([state, ms]) => [state, (ms / all) * 100]))
  const rest = (shares.get('idle') ?? 0) + (shares.get('iowait') ?? 0)
  return shares.set('busy', Math.max(0, 100 - rest))
}

/** Names, without `stat.`, that say what is now rather than what happened since boot. */
export const statLevels: ReadonlySet<string> = new Set(['btime', 'procs_running', 'procs_blocked'])
