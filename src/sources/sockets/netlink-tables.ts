// What the kernel tells of its sockets over netlink. It is asked for little: listeners alone, or all but the usual many.
import type { NetlinkSocket } from '../../host/netlink.ts'
import {
  countSocket,
  diagByFamily,
  families,
  inetRequest,
  noCounts,
  protocols,
  readInetSocket,
  type SocketCounts,
  tcpDiag,
  tcpRequest,
} from '../../parsers/inet-diag.ts'
import { NetlinkError } from '../../parsers/netlink.ts'
import { everyState, stateMask } from '../../parsers/tcp-state.ts'
import { readUnixSocket, unixRequest } from '../../parsers/unix-diag.ts'
import { dump, dumpInSlices, type Visit } from './diag-dump.ts'
import { type Listener, tcpListener, udpListener, unixListener } from './listener.ts'

const listening = stateMask('LISTEN')
const unconnected = stateMask('CLOSE')
const few = everyState & ~stateMask('ESTABLISHED', 'TIME_WAIT')

/** Throws NetlinkError or the system's error where the kernel cannot tell of TCP. */
export function tcpListeners(socket: NetlinkSocket): Listener[] {
  const found: Listener[] = []
  const request = { states: listening, memory: true }
  const add: Visit = (...message) => {
    const each = readInetSocket(...message)
    if (each) found.push(tcpListener(each, each.send_queue))
  }
  walkTcp((type, body) => dump(socket, type, body, add), request)
  return found
}

/** Undefined where the kernel cannot tell of UDP this way: its module may be missing, alone. */
export function udpListeners(socket: NetlinkSocket): Listener[] | undefined {
  const found: Listener[] = []
  return orUndefined(() => {
    for (const family of [families.v4, families.v6])
      dump(
        socket,
        diagByFamily,
        inetRequest({ family, protocol: protocols.udp, states: unconnected, memory: true }),
        (...message) => {
          const each = readInetSocket(...message)
          if (each && each.port !== 0) found.push(udpListener(each))
        },
      )
    return found
  })
}

/** As `udpListeners`. */
export function unixListeners(socket: NetlinkSocket): Listener[] | undefined {
  const found: Listener[] = []
  return orUndefined(() => {
    dump(socket, diagByFamily, unixRequest(listening), (...message) => {
      const each = readUnixSocket(...message)
      if (each && each.name !== '') found.push(unixListener(each))
    })
    return found
  })
}

/** Looks at each TCP socket: about a millisecond for a thousand. */
export function countEach(socket: NetlinkSocket, signal: AbortSignal): Promise<SocketCounts> {
  return count(socket, everyState, signal)
}

/** Leaves out the many in ESTABLISHED and TIME_WAIT: a tenth of the cost. */
export function countFew(socket: NetlinkSocket, signal: AbortSignal): Promise<SocketCounts> {
  return count(socket, few, signal)
}

async function count(socket: NetlinkSocket, states: number, signal: AbortSignal): Promise<SocketCounts> {
  let counts = noCounts()
  const add: Visit = (...message) => countSocket(counts, ...message)
  try {
    await dumpInSlices(socket, tcpDiag, tcpRequest({ states, memory: false }), add, signal)
  } catch (error) {
    if (!(error instanceof NetlinkError)) throw error
    counts = noCounts()
    for (const body of requestsByFamily({ states, memory: false }))
      await dumpInSlices(socket, diagByFamily, body, add, signal)
  }
  return counts
}

/** The older request tells both families in one walk of the table; where it is refused, the newer one takes two. */
function walkTcp(walk: (type: number, body: Uint8Array) => void, request: { states: number; memory: boolean }): void {
  try {
    walk(tcpDiag, tcpRequest(request))
  } catch (error) {
    if (!(error instanceof NetlinkError)) throw error
    for (const body of requestsByFamily(request)) walk(diagByFamily, body)
  }
}

function requestsByFamily(request: { states: number; memory: boolean }): Buffer[] {
  return [families.v4, families.v6].map((family) => inetRequest({ ...request, family, protocol: protocols.tcp }))
}

function orUndefined<Result>(read: () => Result): Result | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof NetlinkError) return undefined
    throw error
  }
}
