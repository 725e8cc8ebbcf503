// What the processors do, and what the kernel does for programs.
import { cpuShares, parseStat, readCpuTimes, shortStat, statLevels } from '../parsers/stat.ts'
import type { Fields } from '../snapshot/document.ts'
import { allBut } from './counter-names.ts'
import { kernelTable } from './kernel-table.ts'
import { type Counters, countersOf, type Rates, sixFigures } from './rates.ts'

export const stat = kernelTable({
  name: 'stat',
  path: '/proc/stat',
  summary: 'Time of the processors by state, context switches, interrupts and forks with their rates, from /proc/stat.',
  fields: [
    {
      name: 'stat.*',
      type: 'long',
      unit: 'count',
      counter: allBut('stat.', statLevels),
      summary:
        'Since boot: `ctxt` (context switches), `intr` (interrupts), `processes` (forks), `softirq` and those of each kind as ' +
        '`softirq.NET_RX`, and as `cpu.user` the milliseconds all processors together were in a state; at that moment: ' +
        '`procs_running` and `procs_blocked`; and `btime`, the second of the boot since 1970.',
    },
    {
      name: 'stat_rate.*',
      type: 'double',
      unit: 'per_second',
      summary: 'How fast `ctxt`, `intr`, `processes` and the kinds of `softirq` went up since the pass before.',
    },
    {
      name: 'cpu.*',
      type: 'double',
      unit: 'percent',
      summary:
        'Share of the time that the processors together were in a state since the pass before: `user` and `nice` with their ' +
        'guests, `system`, `idle`, `iowait`, `irq`, `softirq`, `steal`; `busy` is all but idle and iowait.',
    },
    {
      name: 'cpu.busiest',
      type: 'double',
      unit: 'percent',
      summary: 'The `busy` of the busiest single processor: one at its limit does not show among many.',
    },
  ],
  read: ({ root }) => shortStat(root.readKernelText('/proc/stat')),
  parse: parseStat,
  rates: { counters, fields },
})

function counters(text: string, found: Fields): Counters {
  const all = new Map(countersOf('stat.', found, (name) => !statLevels.has(name) && !name.startsWith('cpu.')))
  for (const [cpu, times] of readCpuTimes(text)) for (const [state, ms] of times) all.set(`${cpu} ${state}`, ms)
  return all
}

function fields(rates: Rates): Fields {
  const found: Fields = {}
  const cpus = new Set<string>()
  for (const [name, rate] of rates) {
    const [cpu = '', state] = name.split(' ')
    if (state === undefined) found[`stat_rate.${name}`] = sixFigures(rate)
    else cpus.add(cpu)
  }
  let busiest: number | undefined
  for (const cpu of cpus) {
    const shares = cpuShares((state) => rates.get(`${cpu} ${state}`))
    if (cpu === 'cpu') for (const [state, share] of shares ?? []) found[`cpu.${state}`] = sixFigures(share)
    else if (shares) busiest = Math.max(busiest ?? 0, shares.get('busy') ?? 0)
  }
  if (busiest !== undefined) found['cpu.busiest'] = sixFigures(busiest)
  return found
}
