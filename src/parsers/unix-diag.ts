// Unix sockets as sock_diag dumps them: include/uapi/linux/unix_diag.h, net/unix/diag.c.
import { attributeAt, attributeBytes, headerBytes, readU32, writeU32 } from './netlink.ts'

const unixFamily = 1
const showName = 1
const showQueue = 0x10
const showUid = 0x40
const attributeName = 0
const attributeQueue = 4
const attributeUid = 7

/** The body of a request of type `diagByFamily` for sockets in any of these states. */
export function unixRequest(states: number): Buffer {
  const body = Buffer.alloc(24)
  body[0] = unixFamily
  writeU32(body, 4, states)
  writeU32(body, 12, showName | showQueue | showUid)
  return body
}

export interface UnixSocket {
  inode: number
  /** A path, or `@` and a name of no file; empty for a socket without a name. */
  name: string
  /** Connections waiting and how many may; absent before Linux 3.3. */
  queue?: number
  backlog?: number
  /** Since Linux 5.2. */
  uid?: number
}

/** The socket of one message, undefined when the message is too short. */
export function readUnixSocket(chunk: Buffer, offset: number, length: number): UnixSocket | undefined {
  const start = offset + headerBytes + 16
  const end = offset + length
  if (start > end) return undefined
  const name = attributeAt(chunk, start, end, attributeName, 1)
  const queue = attributeAt(chunk, start, end, attributeQueue, 8)
  const uid = attributeAt(chunk, start, end, attributeUid, 4)
  return {
    inode: readU32(chunk, offset + 20),
    name: name === -1 ? '' : unixName(chunk.subarray(name, name + attributeBytes(chunk, name))),
    ...(queue !== -1 && { queue: readU32(chunk, queue), backlog: readU32(chunk, queue + 4) }),
    ...(uid !== -1 && { uid: readU32(chunk, uid) }),
  }
}

/** Names of no file begin with a zero byte, which people and `ss` write as `@`. */
export function unixName(bytes: Buffer): string {
  if (bytes[0] === 0) return `@${bytes.subarray(1).toString('utf8').replaceAll('\0', '@')}`
  const end = bytes.indexOf(0)
  return bytes.toString('utf8', 0, end === -1 ? bytes.length : end)
}
