// Reads one ordinary file of the host: bounded in size and time, never a pipe, socket or device, whole or not at all.
import { createHash } from 'node:crypto'
import { type BigIntStats, constants } from 'node:fs'
import { setImmediate as breathe } from 'node:timers/promises'
import { decodeText, type Encoding } from './decode-text.ts'
import { isKernelPath } from './file-system.ts'
import type { Resolved } from './resolve.ts'
import { isMissing, memoryLimit, type Root } from './root.ts'
import { reasonOf } from './system-error.ts'

export interface ReadOptions {
  /** Larger files are not read; -1 for no limit but that of memory. */
  maxBytes: number
  signal: AbortSignal
  /** For the whole file. */
  timeoutMs?: number
}

export type FileRead =
  /** Nothing is there, or no longer. `resolved` tells how far the path led. */
  | { status: 'missing'; resolved: Resolved }
  /** A folder, pipe, socket or device: never opened. */
  | { status: 'not_regular'; resolved: Resolved; stat: BigIntStats }
  /** There, and not to be read. */
  | { status: 'unread'; resolved: Resolved; stat: BigIntStats; reason: string }
  | { status: 'read'; resolved: Resolved; stat: BigIntStats; content: FileContent }

export interface FileContent {
  /** Absent for binary content. */
  text?: string
  encoding: Encoding
  /** Of the bytes as they are. */
  sha256: string
  bytes: number
  /** It was written to at every try. */
  changedWhileRead: boolean
}

const megabyte = 1024 * 1024
const chunkBytes = 256 * 1024
const tries = 3
const openFlags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW | constants.O_NOCTTY

/** Reads what a path leads to inside the root. Throws the system's error when the path cannot be followed, or the abort. */
export async function readFile(root: Root, path: string, options: ReadOptions): Promise<FileRead> {
  return readResolved(root, path, await root.resolve(path), options)
}

/** As `readFile`, of a path resolved just before. */
export async function readResolved(root: Root, path: string, first: Resolved, options: ReadOptions): Promise<FileRead> {
  const until = performance.now() + (options.timeoutMs ?? 10_000)
  let resolved = first
  for (let attempt = 1; ; attempt++) {
    options.signal.throwIfAborted()
    if (attempt > 1) resolved = await root.resolve(path)
    const { stat } = resolved
    if (stat === undefined) return { status: 'missing', resolved }
    if (!stat.isFile()) return { status: 'not_regular', resolved, stat }
    const last = attempt === tries
    const read = await readOnce(root, resolved, stat, { ...options, until, last })
    if (read !== 'again') return read
  }
}

interface Once extends ReadOptions {
  until: number
  /** Take it as it is: there is no further try. */
  last: boolean
}

async function readOnce(root: Root, resolved: Resolved, seen: BigIntStats, options: Once): Promise<FileRead | 'again'> {
  const place = root.locate(resolved.real)
  const unread = (stat: BigIntStats, reason: string): FileRead => ({ status: 'unread', resolved, stat, reason })
  const limit = limitOf(options.maxBytes)
  const isKernel = isKernelPath(resolved.real)
  if (!isKernel && seen.size > limit) return unread(seen, tooLarge(limit, seen.size))
  let descriptor: number
  try {
    descriptor = await root.calls.open(place, openFlags)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if ((isMissing(error) || code === 'ELOOP') && !options.last) return 'again'
    if (isMissing(error)) return { status: 'missing', resolved: { ...resolved, stat: undefined } }
    return unread(seen, reasonOf(error))
  }
  try {
    const before = await root.calls.fstat(place, descriptor)
    if (before.dev !== seen.dev || before.ino !== seen.ino) {
      if (!options.last) return 'again'
      return unread(seen, 'replaced while read')
    }
    if (!isKernel && before.size > limit) return unread(before, tooLarge(limit, before.size))
    const expected = isKernel ? 0 : Number(before.size)
    const bytes = await readBytes(root, place, descriptor, expected, limit, options)
    const stat = isKernel ? before : await root.calls.fstat(place, descriptor)
    if (bytes === undefined) return unread(stat, tooLarge(limit, isKernel ? undefined : stat.size))
    const changed = stat.size !== before.size || stat.mtimeNs !== before.mtimeNs
    if (changed && !options.last) return 'again'
    return { status: 'read', resolved, stat, content: { ...bytes, changedWhileRead: changed } }
  } catch (error) {
    if (options.signal.aborted) throw error
    if (isMissing(error) && !options.last) return 'again'
    return unread(seen, reasonOf(error))
  } finally {
    root.calls.close(descriptor)
  }
}

/** Bytes to the end, hashed and decoded; undefined when there are more than `limit`. */
async function readBytes(
  root: Root,
  place: string,
  descriptor: number,
  expected: number,
  limit: number,
  options: Once,
): Promise<Omit<FileContent, 'changedWhileRead'> | undefined> {
  const hash = createHash('sha256')
  const chunks: Buffer[] = []
  let length = 0
  for (;;) {
    options.signal.throwIfAborted()
    if (performance.now() > options.until) throw new Error('not read to its end in time')
    // One byte more than expected, so that a file of the size it says ends with the first read.
    const wanted = Math.min(chunkBytes, Math.max(expected + 1 - length, expected === 0 ? 16 * 1024 : 1024))
    const chunk = Buffer.allocUnsafe(wanted)
    const filled = await root.calls.read(place, descriptor, chunk, 0)
    if (filled === 0) break
    length += filled
    if (length > limit) return undefined
    const part = chunk.subarray(0, filled)
    hash.update(part)
    chunks.push(part)
    if (expected > 0 && filled < wanted && length >= expected) break
  }
  if (length > megabyte) await breathe()
  const { text, encoding } = await decodeText(chunks, length)
  return { ...(text === undefined ? {} : { text }), encoding, sha256: hash.digest('hex'), bytes: length }
}

function limitOf(maxBytes: number): number {
  return maxBytes < 0 ? memoryLimit : Math.min(maxBytes, memoryLimit)
}

function tooLarge(limit: number, size: bigint | undefined): string {
  const megabytes = `${Number((limit / megabyte).toFixed(2))} MB`
  const what = limit === memoryLimit ? `larger than ${megabytes}` : `larger than maxsize (${megabytes})`
  return size === undefined ? `${what}, not stored` : `${what}: ${size} bytes, not stored`
}
