// Connections the firewall follows: a full table drops new ones.
import { NoDataError } from '../errors.ts'
import type { Root } from '../host/root.ts'
import { conntrackEvents, parseConntrack } from '../parsers/conntrack.ts'
import { endingIn } from './counter-names.ts'
import { kernelTable } from './kernel-table.ts'
import { readNetTableIfAny } from './net-table.ts'
import { countersOf, rateFields } from './rates.ts'

const path = '/proc/net/stat/nf_conntrack'
const settings = ['nf_conntrack_count', 'nf_conntrack_max'] as const

export const conntrack = kernelTable({
  name: 'conntrack',
  path,
  summary:
    'Connections followed by netfilter against the most there may be, and what was dropped, from /proc/net/stat/nf_conntrack ' +
    'and /proc/sys/net/netfilter.',
  fields: [
    {
      name: 'conntrack.*',
      type: 'long',
      unit: 'count',
      counter: endingIn(conntrackEvents),
      summary:
        'Connections followed now as `count`, the most there may be as `max`; since boot `drop` and `insert_failed` (the table ' +
        'was full, or two came at once), `early_drop`, `invalid`, `found`, `insert`, `icmp_error`, `search_restart`, `clashres`.',
    },
    { name: 'conntrack.used_pct', type: 'double', unit: 'percent', summary: 'How full the table is.' },
    {
      name: 'conntrack_rate.*',
      type: 'double',
      unit: 'per_second',
      summary: 'How fast what counts since boot went up since the pass before.',
    },
  ],
  reads: [path, ...settings.map((name) => `/proc/sys/net/netfilter/${name}`)],
  read: ({ root }) => readConntrack(root),
  parse: parseConntrack,
  rates: {
    counters: (_, found) => countersOf('conntrack.', found, (name) => conntrackEvents.has(name)),
    fields: (rates) => rateFields('conntrack_rate.', rates),
  },
})

function readConntrack(root: Root): string {
  const levels = settings.map((name) => settingLine(root, name)).join('')
  const text = levels + readNetTableIfAny(root, 'stat/nf_conntrack')
  if (text === '') throw new NoDataError('no connections are followed on this host')
  return text
}

function settingLine(root: Root, name: string): string {
  try {
    return `${name} ${root.readKernelText(`/proc/sys/net/netfilter/${name}`)}`
  } catch (error) {
    if (error instanceof NoDataError) return ''
    throw error
  }
}
