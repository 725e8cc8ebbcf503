// Sockets: who listens where, how full the accept queues are, how many connections are in which state. What reads them is loaded
// with the first pass.
import type { Field } from '../snapshot/field.ts'
import { factParser } from './fact-lines.ts'
import type { SourceDefinition } from './source.ts'

export const socketsPath = 'sockets'
export const socketsDataset = 'mitra.sockets'

const fields: readonly Field[] = [
  {
    name: 'socket.source',
    type: 'keyword',
    summary:
      'How the sockets were read: `inherited` or `koffi` (netlink), `ss`, or `proc`, which costs most and knows no backlog. By ' +
      '`ss` and `proc` so seldom that it takes under 1 % of a processor.',
  },
  { name: 'socket.source_reason', type: 'keyword', summary: 'Why not in a better way; absent for the best.' },
  {
    name: 'socket.counted',
    type: 'keyword',
    summary:
      'How the states were counted: `each` socket, or `derived` from the kernel’s totals where looking at each would take over ' +
      '1 % of a processor; absent, with all counts, where that would too.',
  },
  {
    name: 'socket.tcp.*',
    type: 'long',
    unit: 'count',
    summary: 'TCP sockets of both families in a state under the kernel’s name, as `socket.tcp.TIME_WAIT`.',
  },
  { name: 'socket.tcp4.*', type: 'long', unit: 'count', summary: 'Those of IPv4, as `socket.tcp4.ESTABLISHED`.' },
  {
    name: 'socket.tcp6.*',
    type: 'long',
    unit: 'count',
    summary: 'Those of IPv6, IPv4 connections that came to an IPv6 socket included.',
  },
  {
    name: 'socket.receive_bytes',
    type: 'long',
    unit: 'bytes',
    summary: 'What connections have received and nobody has read yet, all together.',
  },
  {
    name: 'socket.send_bytes',
    type: 'long',
    unit: 'bytes',
    summary: 'What connections have sent and nobody has acknowledged yet, all together.',
  },
  {
    name: 'socket.listeners',
    type: 'long',
    unit: 'count',
    summary: 'Addresses somebody listens at, with UDP and unix.',
  },
  { name: 'socket.fullest_pct', type: 'double', unit: 'percent', summary: 'How full the fullest accept queue is.' },
  { name: 'socket.namespaces', type: 'long', unit: 'count', summary: 'Network namespaces of containers looked into.' },
  {
    name: 'socket.closed_namespaces',
    type: 'long',
    unit: 'count',
    summary: 'Those that may not be looked into.',
  },
  {
    name: 'socket.listen.protocol',
    type: 'keyword',
    summary: 'tcp, unix, or udp, which receives rather than listens.',
  },
  {
    name: 'socket.listen.address',
    type: 'keyword',
    summary: 'Where: `0.0.0.0:80`, `[::]:80`, the path of a unix socket, or `@` and a name of no file.',
  },
  { name: 'socket.listen.ip', type: 'ip', summary: 'The address without its port; `0.0.0.0` and `::` mean any.' },
  { name: 'socket.listen.port', type: 'long', summary: 'The port it listens on.' },
  {
    name: 'socket.listen.queue',
    type: 'long',
    unit: 'count',
    summary: 'Connections that wait for the program to accept them.',
  },
  {
    name: 'socket.listen.backlog',
    type: 'long',
    unit: 'count',
    summary: 'How many may wait: what the program asked for, cut at net.core.somaxconn.',
  },
  {
    name: 'socket.listen.pct',
    type: 'double',
    unit: 'percent',
    summary: 'How full the queue is; of UDP, the receive buffer.',
  },
  {
    name: 'socket.listen.receive_bytes',
    type: 'long',
    unit: 'bytes',
    summary: 'Of UDP: memory of what was received and not read.',
  },
  {
    name: 'socket.listen.receive_max_bytes',
    type: 'long',
    unit: 'bytes',
    summary: 'Of UDP: how much memory that may take.',
  },
  {
    name: 'socket.listen.drops',
    type: 'long',
    unit: 'count',
    counter: true,
    summary: 'Connections or datagrams this socket has dropped since it was opened.',
  },
  {
    name: 'socket.listen.drops_per_s',
    type: 'double',
    unit: 'per_second',
    summary: 'How fast they went up since the pass before.',
  },
  {
    name: 'socket.listen.sockets',
    type: 'long',
    unit: 'count',
    summary: 'Sockets that share the address (SO_REUSEPORT); the queue is that of the fullest.',
  },
  { name: 'socket.listen.uid', type: 'long', summary: 'Number of the user whose socket it is.' },
  {
    name: 'socket.listen.process',
    type: 'keyword',
    summary: 'Name of the process, the parent where several share it.',
  },
  { name: 'socket.listen.pid', type: 'long', summary: 'Its number.' },
  { name: 'socket.listen.command', type: 'keyword', summary: 'Its command line without what may be a secret.' },
  { name: 'socket.listen.cgroup', type: 'keyword', summary: 'Its cgroup, which names the service.' },
  { name: 'socket.listen.container', type: 'keyword', summary: 'Short id of its container.' },
  {
    name: 'socket.listen.memory_bytes',
    type: 'long',
    unit: 'bytes',
    summary: 'Resident memory of the process, to two digits.',
  },
  {
    name: 'socket.listen.namespace',
    type: 'keyword',
    summary: 'Number of its network namespace, where that is not the host’s own.',
  },
]

const parseFacts = factParser(fields)

export const sockets: SourceDefinition = {
  name: 'sockets',
  summary:
    'TCP connections by state, and every socket that listens with its queue, backlog, drops and process, by netlink where possible.',
  kind: 'metric',
  enabledByDefault: true,
  paths: [socketsPath, `${socketsPath}/*`],
  reads: ['/proc/net/tcp', '/proc/1/net/tcp'],
  fields,
  formats: [
    {
      dataset: socketsDataset,
      kind: 'metric',
      matches: (path) => path === socketsPath,
      fields: parseFacts,
    },
    {
      dataset: socketsDataset,
      kind: 'state',
      matches: (path) => path.startsWith(`${socketsPath}/`),
      fields: parseFacts,
    },
  ],
  create(_, known = []) {
    const own = known.filter((path) => path.startsWith(`${socketsPath}/`))
    const loading = import('./sockets/collect.ts').then(({ collectSockets }) => collectSockets({ known: own }))
    return async function* (pass) {
      yield* (await loading)(pass)
    }
  },
}
