/** The states of TCP in which a connection may be, as `socket.tcp.*` names them, in the order that charts show them. */
export const connectionStates = [
  'ESTABLISHED',
  'TIME_WAIT',
  'CLOSE_WAIT',
  'SYN_RECV',
  'SYN_SENT',
  'FIN_WAIT1',
  'FIN_WAIT2',
  'LAST_ACK',
  'CLOSING',
] as const
