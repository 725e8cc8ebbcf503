// Which charts a host has: what is drawn of which source. A chart that finds no samples is left out.
import { connectionStates } from '../../snapshot/connection-states.ts'
import type { Unit } from '../../snapshot/field.ts'

export interface LineDefinition {
  field: string
  label: string
  /** Drawn dashed: a limit or a watermark rather than a level. */
  isLimit?: boolean
}

export interface ChartDefinition {
  id: string
  title: string
  path: string
  unit: Unit
  /** What is drawn of a counter: how fast it goes up. */
  kind: 'level' | 'rate'
  /** In logarithmic steps: values of many magnitudes. */
  isLogarithmic?: true
  /** Named ones, or those a source turns out to have. */
  lines: readonly LineDefinition[] | ((fields: readonly string[]) => ChartLines[])
  /** What is asked of the source where lines are not named. */
  fields?: readonly string[]
}

/** The lines of one chart among several of a definition, such as one for each zone. */
export interface ChartLines {
  title: string
  lines: LineDefinition[]
}

const named = (family: string, names: Readonly<Record<string, string>>): LineDefinition[] =>
  Object.entries(names).map(([name, label]) => ({ field: `${family}.${name}`, label }))

export const charts: readonly ChartDefinition[] = [
  {
    id: 'memory',
    title: 'Memory',
    path: '/proc/meminfo',
    unit: 'bytes',
    kind: 'level',
    lines: [
      ...named('meminfo', {
        MemAvailable: 'available',
        MemFree: 'free',
        Cached: 'page cache',
        AnonPages: 'of processes',
      }),
      { field: 'meminfo.MemTotal', label: 'total', isLimit: true },
    ],
  },
  {
    id: 'zones',
    title: 'Free pages and watermarks',
    path: '/proc/zoneinfo',
    unit: 'pages',
    kind: 'level',
    isLogarithmic: true,
    fields: ['zoneinfo.*'],
    lines: zoneCharts,
  },
  {
    id: 'fragmentation',
    title: 'Free blocks by order',
    path: '/proc/buddyinfo',
    unit: 'count',
    kind: 'level',
    isLogarithmic: true,
    fields: ['buddyinfo.*'],
    lines: orderCharts,
  },
  {
    id: 'reclaim',
    title: 'Reclaim and swapping',
    path: '/proc/vmstat',
    unit: 'per_second',
    kind: 'rate',
    lines: named('vmstat', {
      pgscan_kswapd: 'scanned by kswapd',
      pgscan_direct: 'scanned directly',
      pswpin: 'swapped in',
      pswpout: 'swapped out',
    }),
  },
  {
    id: 'drops',
    title: 'TCP: overflows and drops',
    path: 'netstat -s',
    unit: 'per_second',
    kind: 'rate',
    lines: named('netstat.TcpExt', {
      ListenOverflows: 'listen overflows',
      ListenDrops: 'listen drops',
      TCPReqQFullDrop: 'SYN queue full',
      SyncookiesSent: 'SYN cookies sent',
    }),
  },
  {
    id: 'losses',
    title: 'TCP: retransmits and timeouts',
    path: 'netstat -s',
    unit: 'per_second',
    kind: 'rate',
    lines: [
      { field: 'netstat.Tcp.RetransSegs', label: 'retransmitted' },
      { field: 'netstat.TcpExt.TCPTimeouts', label: 'timeouts' },
      { field: 'netstat.Tcp.AttemptFails', label: 'failed attempts' },
    ],
  },
  {
    id: 'connections',
    title: 'TCP connections',
    path: 'netstat -s',
    unit: 'count',
    kind: 'level',
    lines: [{ field: 'netstat.Tcp.CurrEstab', label: 'established' }],
  },
  {
    id: 'states',
    title: 'Socket states',
    path: 'sockets',
    unit: 'count',
    kind: 'level',
    fields: ['socket.tcp.*'],
    lines: stateCharts,
  },
  {
    id: 'load',
    title: 'Load',
    path: '/proc/loadavg',
    unit: 'count',
    kind: 'level',
    lines: named('loadavg', { load1: '1 min', load5: '5 min', load15: '15 min' }),
  },
]

/** A chart for each zone: its free pages beside what the kernel wakes and throttles at. */
function zoneCharts(fields: readonly string[]): ChartLines[] {
  const zones = fields.flatMap((field) => /^zoneinfo\.((?:node\d+)\.\w+)\.free$/.exec(field)?.[1] ?? [])
  return zones.map((zone) => ({
    title: `Zone ${zone.replace('.', ' ')}: free pages and watermarks`,
    lines: [
      { field: `zoneinfo.${zone}.free`, label: 'free' },
      ...(['high', 'low', 'min'] as const).map((mark) => ({
        field: `zoneinfo.${zone}.${mark}`,
        label: mark,
        isLimit: true,
      })),
    ],
  }))
}

/** A chart for each zone that can be fragmented: the smallest have too few pages to tell. */
function orderCharts(fields: readonly string[]): ChartLines[] {
  const zones = new Set(
    fields.flatMap((field) => /^buddyinfo\.(node\d+\.(?!DMA\.)\w+)\.order\d+$/.exec(field)?.[1] ?? []),
  )
  return Array.from(zones, (zone) => ({
    title: `Fragmentation of ${zone.replace('.', ' ')}: free blocks by order`,
    lines: fields
      .flatMap((field) => {
        const order = field.startsWith(`buddyinfo.${zone}.`) ? /order(\d+)$/.exec(field)?.[1] : undefined
        return order === undefined ? [] : [{ field, order: Number(order) }]
      })
      .sort((one, other) => one.order - other.order)
      .map(({ field, order }) => ({ field, label: String(order) })),
  }))
}

function stateCharts(fields: readonly string[]): ChartLines[] {
  const lines = connectionStates
    .map((state) => ({ field: `socket.tcp.${state}`, label: state }))
    .filter(({ field }) => fields.includes(field))
  return lines.length === 0 ? [] : [{ title: 'Socket states', lines }]
}
