// Where the memory is: page cache against processes, zones against their watermarks, fragments, what was scanned and read.
import { type Dashboard, hostCount, hosts, type Measure, type TimePanel } from '../panel.ts'

const meminfo = 'event.dataset:mitra.meminfo'

const average = (field: string, label: string): Measure => ({ of: 'average', field, label })

const inHistory = (title: string, query: string, measures: readonly Measure[]): TimePanel => ({
  kind: 'time',
  title,
  view: 'history',
  query,
  shape: 'line',
  measures,
})

const byHost = (title: string, query: string, measure: Measure): TimePanel => ({
  ...inHistory(title, query, [measure]),
  split: hosts(10),
})

/** In the chosen zone, which is the one that most memory is in. */
const zone = (figure: string): string => `zoneinfo.node0.Normal.${figure}`

export const memory: Dashboard = {
  name: 'memory',
  title: 'Memory',
  summary:
    'Page cache and anonymous memory, zones against their watermarks, fragmentation, reclaim, and what reads disks.',
  from: 'now-24h',
  rows: [
    {
      height: 6,
      panels: [
        {
          kind: 'number',
          title: 'Hosts with a zone under its low watermark',
          view: 'latest',
          query: 'zoneinfo.below_low:true',
          measure: hostCount,
        },
        {
          kind: 'number',
          title: 'Least free memory now',
          view: 'latest',
          query: meminfo,
          measure: { of: 'min', field: 'meminfo.MemFree', label: 'On the host with the least' },
        },
        {
          kind: 'number',
          title: 'Page cache now',
          view: 'latest',
          query: meminfo,
          measure: average('meminfo.Cached', 'A host, on average'),
        },
        {
          kind: 'number',
          title: 'Anonymous memory now',
          view: 'latest',
          query: meminfo,
          measure: average('meminfo.AnonPages', 'A host, on average'),
        },
      ],
    },
    {
      height: 14,
      panels: [
        {
          ...inHistory('Memory: a host, on average', meminfo, [
            average('meminfo.AnonPages', 'processes'),
            average('meminfo.Slab', 'kernel'),
            average('meminfo.Buffers', 'buffers'),
            average('meminfo.Cached', 'page cache'),
            average('meminfo.MemFree', 'free'),
          ]),
          shape: 'area_stacked',
        },
      ],
    },
    {
      height: 12,
      panels: [
        byHost('Page cache, the least of each interval', meminfo, {
          of: 'min',
          field: 'meminfo.Cached',
          label: 'Page cache',
        }),
        byHost('Anonymous memory', meminfo, average('meminfo.AnonPages', 'Anonymous')),
      ],
    },
    {
      height: 12,
      panels: [
        inHistory(
          'Pages of zone Normal of node 0 against its watermarks (choose one host)',
          'event.dataset:mitra.zoneinfo',
          [
            { of: 'min', field: zone('free'), label: 'free' },
            { of: 'max', field: zone('high'), label: 'high: kswapd rests' },
            { of: 'max', field: zone('low'), label: 'low: kswapd wakes' },
            { of: 'max', field: zone('min'), label: 'min: who asks must wait' },
          ],
        ),
        {
          ...inHistory('Hosts with a zone under its low watermark', 'zoneinfo.below_low:true', [hostCount]),
          shape: 'bar_stacked',
        },
      ],
    },
    {
      height: 12,
      panels: [
        inHistory(
          'Free blocks of zone Normal by order: a host, on average',
          'event.dataset:mitra.buddyinfo',
          [0, 1, 2, 3, 4, 6, 8, 10].map((order) =>
            average(`buddyinfo.node0.Normal.order${order}`, `${2 ** order} ${order === 0 ? 'page' : 'pages'}`),
          ),
        ),
        inHistory('Dirty and being written: a host, on average', meminfo, [
          average('meminfo.Dirty', 'dirty'),
          average('meminfo.Writeback', 'being written'),
        ]),
      ],
    },
    {
      height: 12,
      panels: [
        byHost('Major faults', 'event.dataset:mitra.vmstat', {
          of: 'rate',
          field: 'vmstat.pgmajfault',
          label: 'Major faults',
        }),
        byHost('Pages scanned by kswapd (Linux 4.8 and later)', 'event.dataset:mitra.vmstat', {
          of: 'rate',
          field: 'vmstat.pgscan_kswapd',
          label: 'Scanned',
        }),
      ],
    },
    {
      height: 12,
      panels: [
        byHost('Pages swapped in', 'event.dataset:mitra.vmstat', {
          of: 'rate',
          field: 'vmstat.pswpin',
          label: 'Swapped in',
        }),
        byHost('Time all tasks waited for memory (Linux 4.20 and later)', 'event.dataset:mitra.pressure', {
          of: 'max',
          field: 'pressure.memory.full_avg10',
          label: 'Waited',
        }),
      ],
    },
    {
      height: 12,
      panels: [
        byHost('Read from disks', 'event.dataset:mitra.diskstats', {
          of: 'max',
          field: 'diskstats_rate.total.read_bytes',
          label: 'Read',
          bytes: true,
          suffix: '/s',
        }),
        byHost('Busiest disk', 'event.dataset:mitra.diskstats', {
          of: 'max',
          field: 'diskstats_rate.busiest_pct',
          label: 'Busy',
        }),
      ],
    },
    {
      height: 14,
      panels: [
        {
          kind: 'table',
          title: 'Largest processes now',
          view: 'latest',
          query: '_exists_:process.memory.rss',
          rows: [hosts(50), { field: 'process.name', label: 'Process', most: 10 }],
          measures: [
            { of: 'max', field: 'process.memory.rss', label: 'Resident' },
            { of: 'max', field: 'process.memory.anonymous', label: 'Anonymous' },
            { of: 'max', field: 'process.memory.swap', label: 'Swapped out' },
          ],
        },
        {
          kind: 'time',
          title: 'Resident memory by process: who grows',
          view: 'history',
          query: '_exists_:process.memory.rss',
          shape: 'line',
          split: { field: 'process.name', label: 'Process', most: 10 },
          measures: [{ of: 'max', field: 'process.memory.rss', label: 'Resident' }],
        },
      ],
    },
  ],
}
