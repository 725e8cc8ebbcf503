// Memory of the host, by use.
import { parseMeminfo } from '../parsers/meminfo.ts'
import { kernelTable } from './kernel-table.ts'

export const meminfo = kernelTable({
  name: 'meminfo',
  path: '/proc/meminfo',
  summary: 'Memory by use, from /proc/meminfo.',
  fields: [
    {
      name: 'meminfo.*',
      type: 'long',
      unit: 'bytes',
      summary: 'A line of /proc/meminfo under the kernel’s own name; `Active(anon)` is `meminfo.Active_anon`.',
    },
    { name: 'meminfo.MemTotal', type: 'long', unit: 'bytes', summary: 'Memory the kernel can use.' },
    {
      name: 'meminfo.MemFree',
      type: 'long',
      unit: 'bytes',
      summary: 'Memory that is used for nothing, not even as page cache.',
    },
    {
      name: 'meminfo.MemAvailable',
      type: 'long',
      unit: 'bytes',
      summary: 'Memory that new work could have without swapping, as the kernel estimates it (since 3.14).',
    },
    { name: 'meminfo.Cached', type: 'long', unit: 'bytes', summary: 'Page cache, shared memory included.' },
    {
      name: 'meminfo.AnonPages',
      type: 'long',
      unit: 'bytes',
      summary: 'Memory of processes that no file stands behind.',
    },
    { name: 'meminfo.HugePages_Total', type: 'long', unit: 'count', summary: 'Huge pages in the pool.' },
    { name: 'meminfo.HugePages_Free', type: 'long', unit: 'count', summary: 'Huge pages in the pool that are free.' },
    { name: 'meminfo.HugePages_Rsvd', type: 'long', unit: 'count', summary: 'Huge pages promised and not yet used.' },
    { name: 'meminfo.HugePages_Surp', type: 'long', unit: 'count', summary: 'Huge pages above the size of the pool.' },
  ],
  parse: parseMeminfo,
})
