// What the memory management has done since boot.
import { isLevel, parseVmstat } from '../parsers/vmstat.ts'
import { kernelTable } from './kernel-table.ts'

export const vmstat = kernelTable({
  name: 'vmstat',
  path: '/proc/vmstat',
  summary: 'Counters of the memory management: faults, reclaim, swap, from /proc/vmstat.',
  fields: [
    {
      name: 'vmstat.*',
      type: 'long',
      unit: 'count',
      counter: (name) => !isLevel(name.slice('vmstat.'.length)),
      summary:
        'A line of /proc/vmstat under the kernel’s own name: events since boot, or pages now where it begins `nr_`.',
    },
  ],
  parse: parseVmstat,
})
