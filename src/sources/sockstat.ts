// How many sockets there are, and what memory their buffers take.
import { parseSockstat } from '../parsers/sockstat.ts'
import { kernelTable } from './kernel-table.ts'
import { readNetTable, readNetTableIfAny } from './net-table.ts'

const path = '/proc/net/sockstat'
const path6 = '/proc/net/sockstat6'

export const sockstat = kernelTable({
  name: 'sockstat',
  path,
  summary: 'Sockets in use by protocol and the memory of their buffers, from /proc/net/sockstat and sockstat6.',
  fields: [
    {
      name: 'sockstat.*',
      type: 'long',
      unit: 'count',
      summary:
        'Sockets `inuse` of a protocol, as `sockstat.TCP.inuse` and `sockstat.TCP6.inuse`; of TCP of both also `orphan`, `tw` ' +
        '(time-wait) and `alloc`; `mem` in pages, `FRAG.memory` in bytes; `sockets.used` of all protocols together.',
    },
  ],
  reads: [path, path6],
  read: ({ root }) => readNetTable(root, 'sockstat') + readNetTableIfAny(root, 'sockstat6'),
  parse: parseSockstat,
})
