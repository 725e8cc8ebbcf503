// What the kernel does with packets before any protocol sees them, and how many it drops there.
import { parseSoftnetStat } from '../parsers/softnet-stat.ts'
import { allBut } from './counter-names.ts'
import { kernelTable } from './kernel-table.ts'
import { readNetTable } from './net-table.ts'
import { countersOf, rateFields } from './rates.ts'

const level = 'backlog_length'

export const softnet = kernelTable({
  name: 'softnet',
  path: '/proc/net/softnet_stat',
  summary:
    'Packets that processors took from the network cards, dropped for a full backlog, or left for want of time, with their ' +
    'rates, from /proc/net/softnet_stat.',
  fields: [
    {
      name: 'softnet.*',
      type: 'long',
      unit: 'count',
      counter: allBut('softnet.', [level]),
      summary:
        'Of all processors together since boot: packets `processed` and `dropped` (raise net.core.netdev_max_backlog), rounds ' +
        'cut short with work left as `time_squeeze` (net.core.netdev_budget), `received_rps` and `flow_limit`; packets waiting ' +
        'now as `backlog_length`.',
    },
    {
      name: 'softnet_rate.*',
      type: 'double',
      unit: 'per_second',
      summary: 'How fast each of them went up since the pass before.',
    },
  ],
  read: ({ root }) => readNetTable(root, 'softnet_stat'),
  parse: parseSoftnetStat,
  rates: {
    counters: (_, found) => countersOf('softnet.', found, (name) => name !== level),
    fields: (rates) => rateFields('softnet_rate.', rates),
  },
})
