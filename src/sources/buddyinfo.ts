// Free memory by size of block: how fragmented it is.
import { parseBuddyinfo } from '../parsers/buddyinfo.ts'
import { kernelTable } from './kernel-table.ts'

export const buddyinfo = kernelTable({
  name: 'buddyinfo',
  path: '/proc/buddyinfo',
  summary: 'Free memory by size of block per node and zone, from /proc/buddyinfo.',
  fields: [
    {
      name: 'buddyinfo.*',
      type: 'long',
      unit: 'count',
      summary:
        'Free blocks of 2^order pages, as `buddyinfo.node0.Normal.order3`, and the pages of a zone’s free blocks together, ' +
        'as `buddyinfo.node0.Normal.free_pages`. Of the first 64 nodes.',
    },
  ],
  parse: parseBuddyinfo,
})
