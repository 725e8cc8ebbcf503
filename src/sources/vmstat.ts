// What the memory management has done since boot.
import { parseVmstat, vmstatEvents } from '../parsers/vmstat.ts'
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
      counter: vmstatEvents,
      summary:
        'A line of /proc/vmstat under the kernel’s own name: events since boot, or pages now where it begins `nr_`.',
    },
  ],
  parse: parseVmstat,
})
