// /proc/net/tcp, tcp6, udp and udp6: net/ipv4/tcp_ipv4.c, net/ipv4/udp.c, Documentation/networking/proc_net_tcp.rst. A heading, then a
// socket a line; addresses in hexadecimal, each word of 32 bits in the host's byte order. Read in pieces: a busy host has 50 MB.

import { addressText } from './inet-address.ts'
import type { families, InetSocket, SocketCounts } from './inet-diag.ts'
import { parseInteger } from './integer.ts'

/** Lines of a table that comes in pieces. */
export class TableLines {
  #rest = Buffer.alloc(0)
  #isHeading = true

  /** Calls `visit` with the place and end of every whole line in what came so far; the last line of all must end too. */
  read(piece: Buffer, visit: (bytes: Buffer, start: number, end: number) => void): void {
    const bytes = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece])
    let start = 0
    for (;;) {
      const end = bytes.indexOf(newline, start)
      if (end === -1) break
      if (this.#isHeading) this.#isHeading = false
      else visit(bytes, start, end)
      start = end + 1
    }
    // no line is that long: what has no end is no such table
    this.#rest = bytes.length - start > longestLine ? Buffer.alloc(0) : Buffer.from(bytes.subarray(start))
  }
}

const newline = 10
const colon = 58
const longestLine = 1000

/** State of the socket in a line, -1 when the line is none. */
export function stateOfLine(bytes: Buffer, start: number, end: number): number {
  const at = stateAt(bytes, start, end)
  return at === -1 ? -1 : (hexDigit(bytes[at]) << 4) | hexDigit(bytes[at + 1])
}

/** Adds the socket of one line of /proc/net/tcp or tcp6. Makes no object: there may be 200,000 of them. */
export function countLine(
  counts: SocketCounts,
  family: keyof typeof families,
  bytes: Buffer,
  start: number,
  end: number,
): void {
  const at = stateAt(bytes, start, end)
  if (at === -1) return
  const state = ((hexDigit(bytes[at]) << 4) | hexDigit(bytes[at + 1])) & 15
  const place = state + (family === 'v6' ? 16 : 0)
  counts.states[place] = (counts.states[place] ?? 0) + 1
  if (state === listening) return
  counts.send_bytes += hexNumber(bytes, at + 3)
  counts.receive_bytes += hexNumber(bytes, at + 12)
}

const listening = 10

/** Where the state stands: `  12: 0100007F:0050 00000000:0000 0A 00000000:00000000 …`. */
function stateAt(bytes: Buffer, start: number, end: number): number {
  const number = bytes.indexOf(colon, start)
  if (number === -1 || number >= end) return -1
  const local = bytes.indexOf(colon, number + 1)
  if (local === -1 || local >= end) return -1
  const remote = bytes.indexOf(colon, local + 1)
  if (remote === -1 || remote + 27 > end) return -1
  return remote + 6
}

function hexNumber(bytes: Buffer, at: number): number {
  let value = 0
  for (let index = at; index < at + 8; index++) value = value * 16 + hexDigit(bytes[index])
  return value
}

function hexDigit(byte = 0): number {
  if (byte >= 48 && byte <= 57) return byte - 48
  const letter = byte | 32
  return letter >= 97 && letter <= 102 ? letter - 87 : 0
}

const line =
  /^\s*\d+: ([0-9A-F]{8}(?:[0-9A-F]{24})?):([0-9A-F]{4}) \S+ [0-9A-F]{2} ([0-9A-F]{8}):([0-9A-F]{8}) \S+ \S+\s+(\d+)\s+\d+ (\d+)(.*)$/

/** The socket of one line, undefined when it is none. UDP tells its drops in the last column, since Linux 2.6.27. */
export function readInetLine(text: string): InetSocket | undefined {
  const [, address = '', port = '', sent = '', received = '', uid, inode, rest = ''] = line.exec(text) ?? []
  const found = parseInteger(inode)
  if (found === undefined) return undefined
  const drops = /^ \d+ \S+ (\d+)\s*$/.exec(rest)?.[1]
  return {
    family: address.length === 8 ? 4 : 6,
    address: addressText(addressBytes(address)),
    port: Number.parseInt(port, 16),
    device: 0,
    receive_queue: Number.parseInt(received, 16),
    send_queue: Number.parseInt(sent, 16),
    uid: parseInteger(uid) ?? 0,
    inode: found,
    ...(drops !== undefined && { drops: Number(drops) }),
  }
}

/** `0100007F` as 127.0.0.1: the kernel prints words, whose bytes are in network order, as numbers of its own. */
function addressBytes(digits: string): Uint8Array {
  const words = Uint32Array.from(digits.match(/.{8}/g) ?? [], (word) => Number.parseInt(word, 16))
  return new Uint8Array(words.buffer)
}
