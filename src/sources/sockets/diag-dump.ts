// A dump of sockets over netlink: one request, then chunk after chunk.
import type { NetlinkSocket } from '../../host/netlink.ts'
import { pacer } from '../../pacer.ts'
import { dumpRequest, readChunk } from '../../parsers/netlink.ts'

export type Visit = (chunk: Buffer, offset: number, length: number) => void

let sequence = 0

/** For answers of a few sockets: does it in one go, less than a millisecond. Throws NetlinkError or the system's error. */
export function dump(socket: NetlinkSocket, type: number, body: Uint8Array, visit: Visit): void {
  sequence = (sequence + 1) >>> 0
  socket.send(dumpRequest(type, sequence, body))
  while (!readNext(socket, type, visit));
}

/** For answers of very many: lets others have their turn every two milliseconds. */
export async function dumpInSlices(
  socket: NetlinkSocket,
  type: number,
  body: Uint8Array,
  visit: Visit,
  signal: AbortSignal,
): Promise<void> {
  sequence = (sequence + 1) >>> 0
  const own = sequence
  // the kernel walks all sockets for the first that match: elsewhere
  await socket.sendAside(dumpRequest(type, own, body))
  const pace = pacer(2, 1)
  for (;;) {
    if (readNext(socket, type, visit, own)) return
    if (pace.isOver()) await pace.rest()
    signal.throwIfAborted()
  }
}

function readNext(socket: NetlinkSocket, type: number, visit: Visit, own = sequence): boolean {
  const chunk = socket.receive()
  return readChunk(chunk, type, own, (offset, length) => visit(chunk, offset, length))
}

/** Takes what is left of an answer that was not read to its end: until then the kernel takes no other request. */
export function drain(socket: NetlinkSocket): void {
  try {
    for (let chunk = 0; chunk < mostChunks; chunk++) socket.receive()
  } catch {
    // nothing is left, or nothing can be read any more: the next request will tell
  }
}

/** Of a million sockets. */
const mostChunks = 4000
