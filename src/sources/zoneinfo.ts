// Memory zones and their watermarks: what decides when the kernel reclaims.

import { parseZoneinfo } from '../parsers/zoneinfo.ts'
import type { Field } from '../snapshot/field.ts'
import { kernelTable } from './kernel-table.ts'

export const zoneinfo = kernelTable({
  name: 'zoneinfo',
  path: '/proc/zoneinfo',
  summary: 'Memory zones per NUMA node: free pages and the watermarks at which reclaim begins, from /proc/zoneinfo.',
  fields: [
    {
      name: 'zoneinfo.*',
      type: 'long',
      unit: 'pages',
      summary:
        'A zone’s `free`, `min`, `low`, `high`, `spanned`, `present` or `managed` pages, as `zoneinfo.node0.Normal.free`; ' +
        'its `below_low` is a boolean, true where free pages are under the low watermark. Of the first 64 nodes.',
    },
    {
      name: 'zoneinfo.below_low',
      type: 'boolean',
      summary: 'Whether any zone of the host, of whatever node, has fewer free pages than its low watermark.',
    },
  ] satisfies Field[],
  parse: parseZoneinfo,
})
