// How busy the host is.
import { parseLoadavg } from '../parsers/loadavg.ts'
import { kernelTable } from './kernel-table.ts'

export const loadavg = kernelTable({
  name: 'loadavg',
  path: '/proc/loadavg',
  summary: 'Load averages and the number of threads, from /proc/loadavg.',
  fields: [
    {
      name: 'loadavg.load1',
      type: 'double',
      unit: 'count',
      summary: 'Threads running or waiting, averaged over a minute.',
    },
    { name: 'loadavg.load5', type: 'double', unit: 'count', summary: 'The same over five minutes.' },
    { name: 'loadavg.load15', type: 'double', unit: 'count', summary: 'The same over fifteen minutes.' },
    { name: 'loadavg.running', type: 'long', unit: 'count', summary: 'Threads that could run at that moment.' },
    { name: 'loadavg.total', type: 'long', unit: 'count', summary: 'Threads that existed at that moment.' },
  ],
  parse: parseLoadavg,
})
