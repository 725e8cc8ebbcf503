// Netlink messages: include/uapi/linux/netlink.h, Documentation/userspace-api/netlink. All numbers in the host's byte order, every
// message and attribute aligned to 4 bytes.

export const headerBytes = 16
const flagRequest = 1
const flagDump = 0x300
const typeError = 2
const typeDone = 3
const typeOverrun = 4

/** What the kernel answered instead of rows; `errno` is positive, 0 where it is no errno. */
export class NetlinkError extends Error {
  override name = 'NetlinkError'
  readonly errno: number

  constructor(message: string, errno = 0) {
    super(message)
    this.errno = errno
  }
}

/** A dump request of a type with a body. */
export function dumpRequest(type: number, sequence: number, body: Uint8Array): Buffer {
  const request = Buffer.alloc(headerBytes + body.length)
  writeU32(request, 0, request.length)
  writeU16(request, 4, type)
  writeU16(request, 6, flagRequest | flagDump)
  writeU32(request, 8, sequence)
  request.set(body, headerBytes)
  return request
}

/**
 * Calls `visit` with the place and length of each message of a type in one chunk of a dump's answer. True when the dump has ended.
 * Throws NetlinkError for the kernel's refusal, also where that is told at the end, and for a chunk that was cut off.
 */
export function readChunk(
  chunk: Buffer,
  type: number,
  sequence: number,
  visit: (offset: number, length: number) => void,
): boolean {
  let offset = 0
  while (offset + headerBytes <= chunk.length) {
    const length = readU32(chunk, offset)
    if (length < headerBytes || offset + length > chunk.length) throw new NetlinkError('a message was cut off')
    const found = readU16(chunk, offset + 4)
    if (readU32(chunk, offset + 8) === sequence) {
      if (found === typeDone) {
        refuse(length >= headerBytes + 4 ? readI32(chunk, offset + headerBytes) : 0)
        return true
      }
      if (found === typeError) {
        if (length < headerBytes + 4) throw new NetlinkError('a message was cut off')
        refuse(readI32(chunk, offset + headerBytes))
      }
      if (found === typeOverrun) throw new NetlinkError('messages were lost')
      if (found === type) visit(offset, length)
    }
    offset += (length + 3) & ~3
  }
  if (offset < chunk.length) throw new NetlinkError('a message was cut off')
  return false
}

function refuse(code: number): void {
  if (code < 0) throw new NetlinkError(`the kernel answered with error ${-code}`, -code)
}

/** Place of an attribute's value between two places of a chunk, -1 when there is none of at least so many bytes. */
export function attributeAt(chunk: Buffer, start: number, end: number, type: number, leastBytes: number): number {
  let offset = start
  while (offset + 4 <= end) {
    const length = readU16(chunk, offset)
    if (length < 4 || offset + length > end) return -1
    if (readU16(chunk, offset + 2) === type) return length - 4 >= leastBytes ? offset + 4 : -1
    offset += (length + 3) & ~3
  }
  return -1
}

/** Length of the value found by `attributeAt`. */
export function attributeBytes(chunk: Buffer, at: number): number {
  return readU16(chunk, at - 4) - 4
}

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

function readU16(chunk: Buffer, offset: number): number {
  return isLittleEndian ? chunk.readUInt16LE(offset) : chunk.readUInt16BE(offset)
}

export function readU32(chunk: Buffer, offset: number): number {
  return isLittleEndian ? chunk.readUInt32LE(offset) : chunk.readUInt32BE(offset)
}

function readI32(chunk: Buffer, offset: number): number {
  return readU32(chunk, offset) | 0
}

function writeU16(chunk: Buffer, offset: number, value: number): void {
  if (isLittleEndian) chunk.writeUInt16LE(value, offset)
  else chunk.writeUInt16BE(value, offset)
}

export function writeU32(chunk: Buffer, offset: number, value: number): void {
  if (isLittleEndian) chunk.writeUInt32LE(value, offset)
  else chunk.writeUInt32BE(value, offset)
}
