// Answers of a Linux 6.18 to dumps with the sequence 1, as they came: a listener at 127.0.0.1:8080 with a backlog of 2, one at
// [::]:9000 with 511, a unix socket /tmp/app.sock, and a connection from 127.0.0.1 to [::]:9000.
import { readChunk } from '../../src/parsers/netlink.ts'

const bytes = (text: string) => Buffer.from(text, 'base64')

export const chunks = {
  listen: [
    bytes(
      'pAAAABIAAgABAAAAyWkAAAIKAAAfkAAAfwAAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA7gAAAAAAAAAAAAAAAAAA' +
        'AAIAAAAAAAAA0p4DAAUACAAAAAAACAAPAAAAAAAMABUAAQAAAAAAAAAGABYAUgAAACgABwAAAAAAAAACAAAAAAAAQAAAAAAAAAAA' +
        'AAAAAAAAAAAAAAAAAACsAAAAEgACAAEAAADJaQAACgoAACMoAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAADv' +
        'AAAAAAAAAAAAAAAAAAAA/wEAAAAAAADTngMABQAIAAAAAAAFAAsAAAAAAAgADwAAAAAADAAVAAEAAAAAAAAABgAWABIAAAAoAAcA' +
        'AAAAAAAAAgAAAAAAAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    ),
    bytes('FAAAAAMAAgABAAAAyWkAAAAAAAA='),
  ],
  unix: [
    bytes(
      'UAAAABQAAgABAAAAyWkAAAEBCgDRngMA8AAAAAAAAAASAAAAL3RtcC9hcHAuc29jawAAAAwABAAAAAAA/wEAAAUABgAAAAAACAAH' +
        'AAAAAAA=',
    ),
    bytes('FAAAAAMAAgABAAAAyWkAAAAAAAA='),
  ],
  established: [
    bytes(
      'fAAAABIAAgABAAAAyWkAAAoBAAAjKNQ0AAAAAAAAAAAAAP//fwAAAQAAAAAAAAAAAAD//38AAAEAAAAA8QAAAAAAAAAAAAAAAAAA' +
        'AAAAAAAAAAAA1Z4DAAUACAAAAAAACAAPAAAAAAAMABUAAQAAAAAAAAAGABYAEgAAAHwAAAASAAIAAQAAAMlpAAACAQAA1DQjKH8A' +
        'AAEAAAAAAAAAAAAAAAB/AAABAAAAAAAAAAAAAAAAAAAAAPIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAANSeAwAFAAgAAAAAAAgADwAA' +
        'AAAADAAVAAEAAAAAAAAABgAWAFIAAAA=',
    ),
    bytes('FAAAAAMAAgABAAAAyWkAAAAAAAA='),
  ],
  /** Of a protocol the kernel has no module for: the refusal stands in the end of the dump. */
  absent: [bytes('FAAAAAMAAgABAAAAyWkAAP7///8=')],
}

/** What `read` makes of each message of a type in chunks. */
export function readAll<Read>(
  parts: readonly Buffer[],
  type: number,
  read: (chunk: Buffer, offset: number, length: number) => Read,
): Read[] {
  const found: Read[] = []
  for (const part of parts) readChunk(part, type, 1, (offset, length) => void found.push(read(part, offset, length)))
  return found
}
