// Reads a file of the kernel in pieces on another thread: reading smaps of a large process keeps its reader in the kernel for
// some 40 ms per GB, up to seconds in one call, and the event loop must go on meanwhile.
import { constants } from 'node:fs'
import { NoDataError } from '../errors.ts'
import { isMissing, type Root } from './root.ts'

/** The kernel gives about a page at a time. */
const sliceBytes = 16 * 1024
const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW | constants.O_NOCTTY

/**
 * The text of a file in pieces, cut anywhere. Throws NoDataError when there is none, the system's error, HangingError when the
 * kernel does not answer, or the abort. Bytes beyond ASCII are read one by one: this is for text whose names do not matter.
 */
export async function* readSlices(root: Root, path: string, signal: AbortSignal): AsyncGenerator<string, void> {
  const { real, stat } = await root.resolve(path)
  if (stat === undefined) throw new NoDataError(`no ${path} on this host`)
  if (!stat.isFile()) throw new Error(`${path} is not a regular file`)
  const place = root.locate(real)
  const descriptor = await root.calls.open(place, flags).catch((cause: unknown) => {
    throw isMissing(cause) ? new NoDataError(`no ${path} on this host`, { cause }) : cause
  })
  try {
    for (;;) {
      signal.throwIfAborted()
      // a buffer of its own: a call that hangs may write into it later
      const buffer = Buffer.allocUnsafe(sliceBytes)
      const length = await root.calls.read(place, descriptor, buffer, 0)
      if (length === 0) return
      yield buffer.toString('latin1', 0, length)
    }
  } finally {
    root.calls.close(descriptor)
  }
}
