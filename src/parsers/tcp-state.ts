// States of TCP sockets by the kernel's numbers and names: include/net/tcp_states.h. UDP and unix sockets use a few of them.

/** By number; the first has none. */
export const tcpStates = [
  undefined,
  'ESTABLISHED',
  'SYN_SENT',
  'SYN_RECV',
  'FIN_WAIT1',
  'FIN_WAIT2',
  'TIME_WAIT',
  'CLOSE',
  'CLOSE_WAIT',
  'LAST_ACK',
  'LISTEN',
  'CLOSING',
  // requests on their way to the accept queue, reported as SYN_RECV
  'NEW_SYN_RECV',
  'BOUND_INACTIVE',
] as const

export type TcpState = NonNullable<(typeof tcpStates)[number]>

export const stateNumber = Object.fromEntries(tcpStates.map((name, number) => [name, number])) as Record<
  TcpState,
  number
>

/** A mask of states, a bit each, as the kernel's dumps take it. */
export function stateMask(...states: readonly TcpState[]): number {
  return states.reduce((mask, state) => mask | (1 << stateNumber[state]), 0)
}

/** Every state but that of sockets that are bound and do nothing, which `ss` leaves out too. */
export const everyState = 0xfff
