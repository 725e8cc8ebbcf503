// Who drops connections, and which listening queue is full.
import { connectionStates } from '../../snapshot/connection-states.ts'
import { type Dashboard, hostCount, hosts, type Measure, type TimePanel } from '../panel.ts'

const netstat = 'event.dataset:mitra.netstat'
const queues = '_exists_:socket.listen.pct AND NOT socket.listen.protocol:udp'

const rate = (counter: string, label = counter): Measure => ({
  of: 'average',
  field: `netstat_rate.${counter.includes('.') ? counter : `TcpExt.${counter}`}`,
  label,
})

const byHost = (title: string, measure: Measure): TimePanel => ({
  kind: 'time',
  title,
  view: 'history',
  query: netstat,
  shape: 'line',
  split: hosts(10),
  measures: [measure],
})

export const tcpHealth: Dashboard = {
  name: 'tcp-health',
  title: 'TCP health',
  summary:
    'Listen overflows and drops, timeouts, retransmits, syncookies, socket states and the fullest accept queues.',
  from: 'now-24h',
  rows: [
    {
      height: 6,
      panels: [
        {
          kind: 'number',
          title: 'Hosts that drop now',
          view: 'latest',
          query: 'netstat_rate.TcpExt.ListenDrops:>0',
          measure: hostCount,
        },
        {
          kind: 'number',
          title: 'Hosts with a queue over 80 %',
          view: 'latest',
          query: `socket.listen.pct:>80 AND ${queues}`,
          measure: hostCount,
        },
        {
          kind: 'number',
          title: 'Hosts with somaxconn 128',
          view: 'latest',
          query: 'file.path:"/proc/sys" AND sysctl.net.core.somaxconn:128',
          measure: hostCount,
        },
        {
          kind: 'number',
          title: 'Connections established',
          view: 'latest',
          query: netstat,
          measure: { of: 'average', field: 'netstat.Tcp.CurrEstab', label: 'A host, on average' },
        },
      ],
    },
    {
      height: 12,
      panels: [
        byHost('Listen overflows: the accept queue was full', rate('ListenOverflows')),
        byHost('Listen drops, for whatever reason', rate('ListenDrops')),
      ],
    },
    {
      height: 12,
      panels: [
        byHost('Timeouts of retransmission', rate('TCPTimeouts')),
        byHost('Segments sent again', rate('Tcp.RetransSegs', 'Retransmits')),
      ],
    },
    {
      height: 12,
      panels: [
        byHost('SYN and SYN-ACK sent again', rate('TCPSynRetrans')),
        {
          kind: 'time',
          title: 'Syncookies: a host, on average',
          view: 'history',
          query: netstat,
          shape: 'line',
          measures: [
            rate('SyncookiesSent', 'sent'),
            rate('SyncookiesRecv', 'received'),
            rate('SyncookiesFailed', 'failed'),
          ],
        },
      ],
    },
    {
      height: 14,
      panels: [
        {
          kind: 'table',
          title: 'Fullest accept queues now',
          view: 'latest',
          query: queues,
          rows: [
            hosts(50),
            { field: 'socket.listen.process', label: 'Process', most: 10 },
            { field: 'socket.listen.address', label: 'Address', most: 10 },
          ],
          measures: [
            { of: 'max', field: 'socket.listen.pct', label: 'Full' },
            { of: 'max', field: 'socket.listen.queue', label: 'Waiting' },
            { of: 'max', field: 'socket.listen.backlog', label: 'Room for' },
          ],
        },
        {
          kind: 'time',
          title: 'Fullest accept queue',
          view: 'history',
          query: 'event.dataset:mitra.sockets',
          shape: 'line',
          split: hosts(10),
          measures: [{ of: 'max', field: 'socket.fullest_pct', label: 'Full' }],
        },
      ],
      widths: [28, 20],
    },
    {
      height: 12,
      panels: [
        {
          kind: 'time',
          title: 'Sockets by state: a host, on average',
          view: 'history',
          query: 'event.dataset:mitra.sockets AND event.kind:metric',
          shape: 'area_stacked',
          measures: connectionStates.map((state) => ({ of: 'average', field: `socket.tcp.${state}`, label: state })),
        },
        {
          kind: 'time',
          title: 'Time-wait sockets, and what wants for memory: a host, on average',
          view: 'history',
          query: netstat,
          shape: 'line',
          measures: [
            rate('TW', 'left to time-wait'),
            rate('TWRecycled', 'recycled'),
            rate('PruneCalled', 'receive buffers pruned'),
          ],
        },
      ],
    },
    {
      height: 14,
      panels: [
        {
          kind: 'table',
          title: 'Hosts by drops now',
          view: 'latest',
          query: netstat,
          rows: [hosts()],
          measures: [
            { of: 'max', field: 'netstat_rate.TcpExt.ListenDrops', label: 'Drops' },
            { of: 'max', field: 'netstat_rate.TcpExt.ListenOverflows', label: 'Overflows' },
            { of: 'max', field: 'netstat_rate.TcpExt.TCPTimeouts', label: 'Timeouts' },
            { of: 'max', field: 'netstat_rate.Tcp.RetransSegs', label: 'Retransmits' },
            { of: 'max', field: 'netstat.Tcp.CurrEstab', label: 'Established' },
          ],
        },
        {
          kind: 'time',
          title: 'Packets dropped before TCP: net.core.netdev_max_backlog',
          view: 'history',
          query: 'event.dataset:mitra.softnet',
          shape: 'line',
          split: hosts(10),
          measures: [{ of: 'average', field: 'softnet_rate.dropped', label: 'Dropped' }],
        },
      ],
      widths: [28, 20],
    },
  ],
}
