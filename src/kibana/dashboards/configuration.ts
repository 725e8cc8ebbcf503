// What is set where, who differs, and what changed.
import { type BarPanel, type Dashboard, hostCount, hosts, type Measure } from '../panel.ts'

const effective = 'file.path:"/proc/sys"'
const changes = 'event.kind:state AND NOT event.dataset:(mitra.sockets OR mitra.kmsg)'

/** Settings of one number that a busy server is tuned by. */
const tuning = [
  'net.core.somaxconn',
  'net.core.netdev_max_backlog',
  'net.ipv4.tcp_max_syn_backlog',
  'net.ipv4.tcp_max_tw_buckets',
  'net.ipv4.tcp_max_orphans',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_synack_retries',
  'net.ipv4.tcp_syn_retries',
  'net.ipv4.tcp_slow_start_after_idle',
  'vm.swappiness',
  'vm.dirty_ratio',
]

/** Those of several numbers. */
const lists = ['net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem']

const shortName = (setting: string): string => setting.replace(/^net\.(core|ipv4)\./, '')

const ofEach = (of: Measure['of'], settings: readonly string[]): Measure[] =>
  settings.map((setting) => ({ of, field: `sysctl.${setting}`, label: shortName(setting) }))

const valuesOf = (setting: string): BarPanel => ({
  kind: 'bars',
  title: `Hosts by ${setting}`,
  view: 'latest',
  query: effective,
  by: { field: `sysctl.${setting}`, label: 'Value', most: 10, type: 'number' },
  measure: hostCount,
})

export const configuration: Dashboard = {
  name: 'configuration',
  title: 'Configuration',
  summary: 'Values and drift of the settings a busy server is tuned by, files that differ, and changes a day.',
  from: 'now-7d',
  rows: [
    {
      height: 6,
      panels: [
        {
          kind: 'number',
          title: 'Changes in the chosen time',
          view: 'history',
          query: changes,
          measure: { of: 'documents', label: 'Versions' },
        },
        {
          kind: 'number',
          title: 'Hosts that changed',
          view: 'history',
          query: changes,
          measure: hostCount,
        },
        {
          kind: 'number',
          title: 'Hosts with somaxconn under 16384',
          view: 'latest',
          query: `${effective} AND sysctl.net.core.somaxconn:<16384`,
          measure: hostCount,
        },
        {
          kind: 'number',
          title: 'Hosts with tcp_tw_recycle',
          view: 'latest',
          query: `${effective} AND sysctl.net.ipv4.tcp_tw_recycle:1`,
          measure: hostCount,
        },
      ],
    },
    {
      height: 6,
      panels: [
        {
          kind: 'table',
          title: 'Drift: how many values each setting has; 1 where all hosts agree',
          view: 'latest',
          query: effective,
          rows: [],
          measures: ofEach('distinct', tuning),
        },
      ],
    },
    {
      height: 11,
      panels: [
        valuesOf('net.core.somaxconn'),
        valuesOf('net.core.netdev_max_backlog'),
        valuesOf('net.ipv4.tcp_max_syn_backlog'),
      ],
    },
    {
      height: 11,
      panels: [valuesOf('net.ipv4.tcp_slow_start_after_idle'), valuesOf('vm.swappiness'), valuesOf('vm.dirty_ratio')],
    },
    {
      height: 18,
      panels: [
        {
          kind: 'table',
          title: 'Settings in effect',
          view: 'latest',
          query: effective,
          rows: [{ ...hosts(), order: 'name' }],
          measures: [...ofEach('max', tuning), ...ofEach('last', lists)],
        },
      ],
    },
    {
      height: 12,
      panels: [
        {
          kind: 'time',
          title: 'Changes a day',
          view: 'history',
          query: changes,
          shape: 'bar_stacked',
          interval: '1d',
          split: { field: 'event.dataset', label: 'Of', most: 10 },
          measures: [{ of: 'documents', label: 'Changes' }],
        },
        {
          kind: 'table',
          title: 'What changed most',
          view: 'history',
          query: changes,
          rows: [{ field: 'file.path', label: 'What', most: 100 }],
          measures: [
            { of: 'documents', label: 'Changes' },
            hostCount,
            { of: 'max', field: '@timestamp', label: 'Last' },
          ],
        },
      ],
    },
    {
      height: 14,
      panels: [
        {
          kind: 'table',
          title: 'Files that differ between hosts now',
          view: 'latest',
          query: 'event.dataset:mitra.file AND _exists_:file.hash.sha256',
          rows: [{ field: 'file.path', label: 'File', most: 100 }],
          measures: [{ of: 'distinct', field: 'file.hash.sha256', label: 'Contents' }, hostCount],
        },
        { kind: 'session', session: 'changes' },
      ],
      widths: [20, 28],
    },
  ],
}
