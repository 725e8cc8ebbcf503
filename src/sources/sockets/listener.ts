// A socket that others come to: it listens, or it receives datagrams from anybody.
import { endpointText } from '../../parsers/inet-address.ts'
import type { InetSocket } from '../../parsers/inet-diag.ts'
import type { UnixSocket } from '../../parsers/unix-diag.ts'

export type Protocol = 'tcp' | 'udp' | 'unix'

export interface Listener {
  protocol: Protocol
  /** `0.0.0.0:80`, `[::]:80`, a path, or `@` and a name of no file. */
  address: string
  ip?: string
  port?: number
  uid?: number
  /** Connections that wait to be accepted, and how many may, as the kernel caps it. */
  queue?: number
  backlog?: number
  /** Of UDP: bytes received and not read, and how many there may be. */
  receive_bytes?: number
  receive_max_bytes?: number
  /** Connections or datagrams dropped by the socket since it was made. */
  drops?: number
  /** How full its queue is, from 0 to 100. */
  pct?: number
  /** Those of all sockets that share the address (SO_REUSEPORT): the figures are of the fullest, the drops of all together. */
  inodes: number[]
  /** Its network namespace as the kernel numbers it, where that is not the host's own. */
  namespace?: string
}

export function tcpListener(socket: InetSocket, backlog: number | undefined): Listener {
  const { receive_queue: queue } = socket
  return {
    protocol: 'tcp',
    ...placeOf(socket),
    queue,
    ...(backlog !== undefined && { backlog, pct: fullness(queue, backlog) }),
    ...(socket.drops !== undefined && { drops: socket.drops }),
  }
}

export function udpListener(socket: InetSocket): Listener {
  // what the kernel holds for datagrams counts against the limit, not their bytes alone
  const { receive_queue, memory, drops } = socket
  return {
    protocol: 'udp',
    ...placeOf(socket),
    receive_bytes: memory?.used ?? receive_queue,
    ...(memory && { receive_max_bytes: memory.most, pct: fullness(memory.used, memory.most) }),
    ...(drops !== undefined && { drops }),
  }
}

export function unixListener({ name, inode, queue, backlog, uid }: UnixSocket): Listener {
  return {
    protocol: 'unix',
    address: name,
    inodes: [inode],
    ...(uid !== undefined && { uid }),
    ...(queue !== undefined && { queue }),
    ...(backlog !== undefined && { backlog, pct: fullness(queue ?? 0, backlog) }),
  }
}

function placeOf({ address, port, device, uid, inode }: InetSocket) {
  return { address: endpointText(address, port, device), ip: address, port, uid, inodes: inode === 0 ? [] : [inode] }
}

/** The kernel lets one more in than the backlog says before it drops: that is full too. */
function fullness(used: number, most: number): number {
  if (most === 0) return used > 0 ? 100 : 0
  return Math.min(100, Math.round((used / most) * 1000) / 10)
}

/** One for each address: sockets that share it become one, as full as the fullest. */
export function mergeListeners(listeners: Iterable<Listener>): Listener[] {
  const byAddress = new Map<string, Listener>()
  for (const listener of listeners) {
    const key = keyOf(listener)
    const before = byAddress.get(key)
    if (before === undefined) {
      byAddress.set(key, listener)
      continue
    }
    const fuller = (listener.pct ?? 0) > (before.pct ?? 0) ? listener : before
    byAddress.set(key, {
      ...fuller,
      inodes: [...before.inodes, ...listener.inodes],
      ...((before.drops ?? listener.drops) !== undefined && { drops: (before.drops ?? 0) + (listener.drops ?? 0) }),
    })
  }
  return [...byAddress.values()]
}

/** The same for the same address, in the same namespace, from one reading to the next. */
export function keyOf({ namespace = '', protocol, address }: Listener): string {
  return `${namespace} ${protocol} ${address}`
}

const order: readonly Protocol[] = ['tcp', 'unix', 'udp']

/** Fullest first, then most waiting, then TCP before the others, by port and name. */
export function byFullness(one: Listener, other: Listener): number {
  return (
    (other.pct ?? 0) - (one.pct ?? 0) ||
    (other.queue ?? 0) - (one.queue ?? 0) ||
    order.indexOf(one.protocol) - order.indexOf(other.protocol) ||
    (one.port ?? 0) - (other.port ?? 0) ||
    (keyOf(one) < keyOf(other) ? -1 : 1)
  )
}
