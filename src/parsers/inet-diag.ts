// TCP and UDP sockets as sock_diag dumps them: include/uapi/linux/inet_diag.h, net/ipv4/inet_diag.c, man 7 sock_diag.
import { addressText } from './inet-address.ts'
import { attributeAt, headerBytes, readU32, writeU32 } from './netlink.ts'

/** Type of the request of Linux 3.3 and newer, and of its answers. */
export const diagByFamily = 20
/** Type of the older request for TCP, and of its answers: both families in one walk of the table, and all there is before 3.3. */
export const tcpDiag = 18

export const families = { v4: 2, v6: 10 } as const
export const protocols = { tcp: 6, udp: 17 } as const

const messageBytes = 72
const attributeMeminfo = 7
const wantsMeminfo = 1 << (attributeMeminfo - 1)
/** `timer` of a TIME_WAIT remnant, which may be in the state FIN_WAIT2. */
const timerOfRemnant = 3

export interface InetRequest {
  family: number
  protocol: number
  /** A bit for each state that is wanted. */
  states: number
  /** With the socket's memory and its drops. */
  memory: boolean
}

/** The body of a request of type `diagByFamily`. */
export function inetRequest({ family, protocol, states, memory }: InetRequest): Buffer {
  const body = Buffer.alloc(56)
  body[0] = family
  body[1] = protocol
  body[2] = memory ? wantsMeminfo : 0
  writeU32(body, 4, states)
  return body
}

/** The body of a request of type `tcpDiag`. */
export function tcpRequest({ states, memory }: { states: number; memory: boolean }): Buffer {
  const body = Buffer.alloc(60)
  body[3] = memory ? wantsMeminfo : 0
  writeU32(body, 52, states)
  return body
}

/** How many sockets there are of each family and state, and what waits in their queues. */
export interface SocketCounts {
  /** By family and number of the state: `state` for IPv4, `16 + state` for IPv6. */
  states: Uint32Array
  /** Of those in FIN_WAIT2, remnants that TIME_WAIT is counted with in /proc/net/sockstat; v4 and v6. */
  remnants: [v4: number, v6: number]
  /** Bytes received and not read, sent and not acknowledged, of all that do not listen. */
  receive_bytes: number
  send_bytes: number
}

export function noCounts(): SocketCounts {
  return { states: new Uint32Array(32), remnants: [0, 0], receive_bytes: 0, send_bytes: 0 }
}

const listening = 10
const finWait2 = 5

/** Adds the socket of one message. Makes no object: there may be 200,000 of them. */
export function countSocket(counts: SocketCounts, chunk: Buffer, offset: number, length: number): void {
  if (length < headerBytes + messageBytes) return
  const isV6 = chunk[offset + 16] === families.v6
  const state = (chunk[offset + 17] ?? 0) & 15
  const place = state + (isV6 ? 16 : 0)
  counts.states[place] = (counts.states[place] ?? 0) + 1
  if (state === finWait2 && chunk[offset + 18] === timerOfRemnant) counts.remnants[isV6 ? 1 : 0]++
  if (state === listening) return
  counts.receive_bytes += readU32(chunk, offset + 72)
  counts.send_bytes += readU32(chunk, offset + 76)
}

/** One socket. */
export interface InetSocket {
  family: 4 | 6
  address: string
  port: number
  /** Number of the device it is bound to, 0 for none. */
  device: number
  /** Of one that listens: connections waiting, and how many may; else bytes received and sent. */
  receive_queue: number
  send_queue: number
  uid: number
  inode: number
  /** Connections or packets dropped, where the kernel tells it. */
  drops?: number
  /** Bytes of the receive buffer in use, and how many there may be. */
  memory?: { used: number; most: number }
}

/** The socket of one message, undefined when the message is too short. */
export function readInetSocket(chunk: Buffer, offset: number, length: number): InetSocket | undefined {
  if (length < headerBytes + messageBytes) return undefined
  const isV6 = chunk[offset + 16] === families.v6
  const memory = attributeAt(chunk, offset + headerBytes + messageBytes, offset + length, attributeMeminfo, 32)
  const hasDrops = memory !== -1 && attributeAt(chunk, memory - 4, offset + length, attributeMeminfo, 36) !== -1
  return {
    family: isV6 ? 6 : 4,
    address: addressText(chunk.subarray(offset + 24, offset + (isV6 ? 40 : 28))),
    port: chunk.readUInt16BE(offset + 20),
    device: readU32(chunk, offset + 56),
    receive_queue: readU32(chunk, offset + 72),
    send_queue: readU32(chunk, offset + 76),
    uid: readU32(chunk, offset + 80),
    inode: readU32(chunk, offset + 84),
    ...(memory !== -1 && { memory: { used: readU32(chunk, memory), most: readU32(chunk, memory + 4) } }),
    ...(hasDrops && { drops: readU32(chunk, memory + 32) }),
  }
}
