// Small reads of the host's real files: asynchronous and limited, for a disk or a network file system may hang.
import { open, readdir, readlink, stat } from 'node:fs/promises'
import { NoDataError } from '../errors.ts'
import type { Root } from '../host/root.ts'

export interface ReadLimits {
  signal: AbortSignal
  /** A larger file is refused. */
  maxBytes?: number
}

const timeoutMs = 10_000
const usualMaxBytes = 1024 * 1024
const mostLinks = 40

/** Text of a regular file. Throws NoDataError when there is none, the system's error when it cannot be read. */
export async function readHostFile(root: Root, path: string, limits: ReadLimits): Promise<string> {
  const { maxBytes = usualMaxBytes } = limits
  return withinTime(limits.signal, async (signal) => {
    const file = await locate(root, path)
    const { size } = await regularFile(file, path)
    if (size > maxBytes) throw new Error(`${path} has ${size} bytes, more than the ${maxBytes} that are read`)
    const handle = await open(file)
    try {
      return await handle.readFile({ encoding: 'utf8', signal })
    } finally {
      await handle.close()
    }
  })
}

/** Text of the first of several files that there is, undefined when there is none of them. */
export async function readFirstHostFile(
  root: Root,
  paths: readonly string[],
  limits: ReadLimits,
): Promise<string | undefined> {
  for (const path of paths) {
    try {
      return await readHostFile(root, path, limits)
    } catch (error) {
      if (!(error instanceof NoDataError)) throw error
    }
  }
  return undefined
}

/** Names in a directory, sorted. Throws as `readHostFile`. */
export async function listHostDirectory(root: Root, path: string, limits: ReadLimits): Promise<string[]> {
  return withinTime(limits.signal, async () => (await readdir(await locate(root, path)).catch(orNoData(path))).sort())
}

/** What changes whenever a file or directory is written, undefined when there is none. */
export async function changeMark(root: Root, path: string, limits: ReadLimits): Promise<string | undefined> {
  return withinTime(limits.signal, async () => {
    try {
      const { mtimeMs, size, ino } = await stat(await locate(root, path))
      return `${mtimeMs} ${size} ${ino}`
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error
    }
  })
}

/** Where a path of the host lies on this machine, absolute links taken as links within the root. */
async function locate(root: Root, path: string): Promise<string> {
  if (root.base === '/') return path
  const rest = path.split('/').filter(Boolean)
  let done: string[] = []
  let links = 0
  for (let part = rest.shift(); part !== undefined; part = rest.shift()) {
    if (part === '..') done.pop()
    if (part === '..' || part === '.') continue
    const here = root.locate(`/${[...done, part].join('/')}`)
    const target = await readlink(here).catch(() => undefined)
    if (target === undefined) {
      done.push(part)
      continue
    }
    if (++links > mostLinks) throw new Error(`too many symbolic links at ${path}`)
    if (target.startsWith('/')) done = []
    rest.unshift(...target.split('/').filter(Boolean))
  }
  return root.locate(`/${done.join('/')}`)
}

async function regularFile(file: string, path: string) {
  const found = await stat(file).catch(orNoData(path))
  if (!found.isFile()) throw new NoDataError(`${path} is no regular file`)
  return found
}

function orNoData(path: string) {
  return (cause: unknown): never => {
    if (isMissing(cause)) throw new NoDataError(`no ${path} on this host`, { cause })
    throw cause
  }
}

function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code
  return code === 'ENOENT' || code === 'ENOTDIR'
}

/** Runs a read that may hang until it is done, the time is over, or the pass is. */
async function withinTime<Result>(outer: AbortSignal, read: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  outer.throwIfAborted()
  const inner = new AbortController()
  const timer = setTimeout(() => inner.abort(new Error(`no answer within ${timeoutMs / 1000} s`)), timeoutMs)
  const passOn = () => inner.abort(outer.reason)
  outer.addEventListener('abort', passOn, { once: true })
  try {
    const stopped = new Promise<never>((_resolve, reject) => {
      inner.signal.addEventListener('abort', () => reject(inner.signal.reason), { once: true })
    })
    return await Promise.race([read(inner.signal), stopped])
  } finally {
    clearTimeout(timer)
    outer.removeEventListener('abort', passOn)
  }
}
