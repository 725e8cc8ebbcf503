// /proc/net/unix: net/unix/af_unix.c. `Num RefCount Protocol Flags Type St Inode Path`; it knows nothing of queues.
import type { UnixSocket } from './unix-diag.ts'

const accepts = 0x10000
const line = /^[0-9a-f]+: [0-9A-F]{8} [0-9A-F]{8} ([0-9A-F]{8}) [0-9A-F]{4} [0-9A-F]{2} +(\d{1,19})(?: (.+))?$/i

/** The sockets with a name that listen, in order of the table. */
export function* parseListeningUnix(text: string): Iterable<UnixSocket> {
  for (const [row] of text.matchAll(/^.+$/gm)) {
    const [, flags = '', inode, name] = line.exec(row) ?? []
    if (name !== undefined && (Number.parseInt(flags, 16) & accepts) !== 0) yield { inode: Number(inode), name }
  }
}
