// Who is there, what they run, who is silent, what could not be read.
import { type Dashboard, hostCount, hosts, lastSeen } from '../panel.ts'

const host = 'event.dataset:mitra.host'

export const fleet: Dashboard = {
  name: 'fleet',
  title: 'Fleet',
  summary: 'Hosts, kernels and systems; who is silent and what could not be read.',
  from: 'now-7d',
  rows: [
    {
      height: 6,
      panels: [
        { kind: 'number', title: 'Hosts', view: 'latest', query: host, measure: hostCount },
        {
          kind: 'number',
          title: 'Silent for an hour',
          view: 'latest',
          query: `${host} AND @timestamp:[* TO now-1h]`,
          measure: hostCount,
        },
        {
          kind: 'number',
          title: 'Could not be read',
          view: 'latest',
          query: '_exists_:error.message',
          measure: { of: 'documents', label: 'Sources' },
        },
        {
          kind: 'number',
          title: 'Kernels',
          view: 'latest',
          query: host,
          measure: { of: 'distinct', field: 'host.os.kernel', label: 'Releases' },
        },
        {
          kind: 'number',
          title: 'Up for less than a day',
          view: 'latest',
          query: `${host} AND host.uptime:<86400`,
          measure: hostCount,
        },
      ],
      widths: [10, 10, 10, 9, 9],
    },
    {
      height: 12,
      panels: [
        {
          kind: 'bars',
          title: 'Kernels',
          view: 'latest',
          query: host,
          by: { field: 'host.os.kernel', label: 'Kernel', most: 15 },
          measure: hostCount,
        },
        {
          kind: 'bars',
          title: 'Systems',
          view: 'latest',
          query: host,
          by: { field: 'host.os.name', label: 'System', most: 10 },
          measure: hostCount,
        },
        {
          kind: 'time',
          title: 'Hosts seen a day',
          view: 'days',
          query: host,
          shape: 'bar_stacked',
          interval: '1d',
          measures: [hostCount],
        },
      ],
    },
    {
      height: 14,
      panels: [
        {
          kind: 'table',
          title: 'Silent hosts, the longest first',
          view: 'latest',
          query: `${host} AND @timestamp:[* TO now-1h]`,
          rows: [hosts()],
          measures: [lastSeen, { of: 'last', field: 'host.os.kernel', label: 'Kernel' }],
          ascending: true,
        },
        { kind: 'session', session: 'unreadable' },
      ],
      widths: [18, 30],
    },
    {
      height: 18,
      panels: [
        {
          kind: 'table',
          title: 'Hosts',
          view: 'latest',
          query: host,
          rows: [hosts()],
          measures: [
            lastSeen,
            { of: 'last', field: 'host.os.name', label: 'System' },
            { of: 'last', field: 'host.os.version', label: 'Version' },
            { of: 'last', field: 'host.os.kernel', label: 'Kernel' },
            { of: 'max', field: 'host.cpu.count', label: 'Processors' },
            { of: 'max', field: 'host.memory.total', label: 'Memory' },
            { of: 'max', field: 'host.uptime', label: 'Up for' },
            { of: 'last', field: 'agent.version', label: 'mitra' },
          ],
        },
      ],
    },
    {
      height: 12,
      panels: [
        {
          kind: 'time',
          title: 'Load (average of five minutes)',
          view: 'history',
          query: 'event.dataset:mitra.loadavg',
          shape: 'line',
          split: hosts(10),
          measures: [{ of: 'average', field: 'loadavg.load5', label: 'Load' }],
        },
        {
          kind: 'table',
          title: 'Boots in the chosen time',
          view: 'history',
          query: `${host} AND _exists_:host.boot.id`,
          rows: [hosts(100)],
          measures: [
            { of: 'distinct', field: 'host.boot.id', label: 'Boots' },
            { of: 'min', field: 'host.uptime', label: 'Least time up' },
          ],
        },
      ],
      widths: [30, 18],
    },
  ],
}
