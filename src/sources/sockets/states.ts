// How many TCP sockets are in which state, from what a way of reading counted.
import type { SocketCounts } from '../../parsers/inet-diag.ts'
import { type TcpState, tcpStates } from '../../parsers/tcp-state.ts'

export interface States {
  /** By state and family, only states that were counted. */
  v4: Partial<Record<TcpState, number>>
  v6: Partial<Record<TcpState, number>>
  /** Of both families. */
  all: Partial<Record<TcpState, number>>
  /** `each`: every socket was looked at. `derived`: those of ESTABLISHED and TIME_WAIT follow from the kernel's totals. */
  counted: 'each' | 'derived'
  /** Bytes that wait in the queues of all sockets that do not listen; unknown where not each was looked at. */
  receive_bytes?: number
  send_bytes?: number
}

/** Totals of /proc/net/sockstat and sockstat6. */
export interface Totals {
  inuse4: number
  inuse6: number
  timeWait: number
}

/** Each socket was counted. */
export function statesOf(counts: SocketCounts): States {
  const { receive_bytes, send_bytes } = counts
  return { ...byFamily(counts), counted: 'each', receive_bytes, send_bytes }
}

/** `inuse` counts these. Requests (SYN_RECV) and remnants (TIME_WAIT, and FIN_WAIT2 in part) are no full sockets. */
const inUse: readonly TcpState[] = ['LISTEN', 'SYN_SENT', 'FIN_WAIT1', 'FIN_WAIT2', 'CLOSE_WAIT', 'LAST_ACK', 'CLOSING']

/** All but those in ESTABLISHED and TIME_WAIT were counted. Of TIME_WAIT the kernel totals both families together. */
export function derivedStates(counts: SocketCounts, { inuse4, inuse6, timeWait }: Totals): States {
  const { v4, v6, all } = byFamily(counts)
  const [remnants4, remnants6] = counts.remnants
  const others = (found: States['v4']) => inUse.reduce((sum, state) => sum + (found[state] ?? 0), 0)
  // taken a moment apart, the two may disagree by a few
  const established4 = Math.max(0, inuse4 - others(v4) + remnants4)
  const established6 = Math.max(0, inuse6 - others(v6) + remnants6)
  const { TIME_WAIT: _, ...without4 } = v4
  const { TIME_WAIT: __, ...without6 } = v6
  return {
    v4: { ...without4, ESTABLISHED: established4 },
    v6: { ...without6, ESTABLISHED: established6 },
    all: {
      ...all,
      ESTABLISHED: established4 + established6,
      TIME_WAIT: Math.max(0, timeWait - remnants4 - remnants6),
    },
    counted: 'derived',
  }
}

/** Every state has a number, if only 0, so that a graph of it has no holes. */
const named = tcpStates.slice(1, 12) as readonly TcpState[]

function byFamily({ states }: SocketCounts): Pick<States, 'v4' | 'v6' | 'all'> {
  const counted = (from: number, state: TcpState) => {
    const number = tcpStates.indexOf(state)
    const requests = state === 'SYN_RECV' ? (states[from + newSynRecv] ?? 0) : 0
    return (states[from + number] ?? 0) + requests
  }
  const family = (from: number) => Object.fromEntries(named.map((state) => [state, counted(from, state)]))
  const all = Object.fromEntries(named.map((state) => [state, counted(0, state) + counted(16, state)]))
  return { v4: family(0), v6: family(16), all }
}

const newSynRecv = 12
