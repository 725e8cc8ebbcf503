// The host's file tree at its root: `/` for this machine, another folder for a container's host, a disk image or a fixture.
import { closeSync, constants, lstatSync, openSync, readdirSync, readlinkSync, readSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { NoDataError } from '../errors.ts'
import { FileCalls } from './file-calls.ts'
import { kernelFileSystems } from './file-system.ts'
import { type Component, type Resolved, resolution } from './resolve.ts'

/** Reads below one root. Paths given and returned are the host's own, absolute, without the root. */
export class Root {
  readonly base: string
  /** Asynchronous calls, with a time limit, for files that are not memory. */
  readonly calls: FileCalls
  readonly #kernelTrees = new Map<string, boolean>()

  constructor(base = '/', calls = new FileCalls()) {
    this.base = base
    this.calls = calls
  }

  /** Where a path of the host lies on this machine; links in it are not followed. */
  locate(path: string): string {
    return this.base === '/' ? path : join(this.base, join('/', path))
  }

  /** Where a path leads, links followed inside the root. Throws the system's error, or HangingError. `folders` as a cache. */
  async resolve(path: string, folders = new Set<string>()): Promise<Resolved> {
    const steps = resolution(path, folders)
    let step = steps.next()
    while (!step.done) step = steps.next(await this.#look(step.value))
    return step.value
  }

  async #look(path: string): Promise<Component> {
    try {
      return await this.calls.look(this.locate(path))
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error
    }
  }

  /**
   * Text of a kernel table (/proc, /sys), in one go and without trusting its stat size: such files are memory, so reading
   * them synchronously is right. Throws NoDataError when there is none, the system's error otherwise.
   */
  readKernelText(path: string): string {
    return this.readKernelBytes(path).toString('utf8')
  }

  /** As `readKernelText`, as bytes that are valid until the next read. */
  readKernelBytes(path: string): Buffer {
    const descriptor = this.#openTable(path)
    try {
      let length = 0
      for (;;) {
        const read = readSync(descriptor, buffer, length, buffer.length - length, null)
        if (read === 0) return buffer.subarray(0, length)
        length += read
        if (length === memoryLimit) throw new Error(`failed to read "${path}": larger than 256 MB`)
        if (length === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2)
      }
    } finally {
      closeSync(descriptor)
    }
  }

  /** The bytes of a kernel table piece by piece, each valid until the next; for tables of many megabytes. Throws as `readKernelText`. */
  *kernelPieces(path: string): Generator<Buffer, void> {
    const descriptor = this.#openTable(path)
    try {
      const piece = Buffer.allocUnsafe(64 * 1024)
      for (;;) {
        const length = readSync(descriptor, piece, 0, piece.length, null)
        if (length === 0) return
        yield piece.subarray(0, length)
      }
    } finally {
      closeSync(descriptor)
    }
  }

  #openTable(path: string): number {
    try {
      return openSync(this.#place(path, 'file'), constants.O_RDONLY | constants.O_NONBLOCK)
    } catch (cause) {
      throw noDataWhenMissing(cause, path)
    }
  }

  /** Names in a directory of the host, unsorted, with a trailing slash on directories. Throws as `readKernelText`. */
  list(path: string): string[] {
    try {
      return readdirSync(this.#place(path, 'folder'), { withFileTypes: true }).map((e) =>
        e.isDirectory() ? `${e.name}/` : e.name,
      )
    } catch (cause) {
      throw noDataWhenMissing(cause, path)
    }
  }

  /** In another root, a link must not lead out of it and a device must not be opened; the kernel's own trees can be trusted. */
  #place(path: string, wanted: 'file' | 'folder'): string {
    if (this.base === '/') return path
    if (this.#isKernelTree(path)) return this.locate(path)
    const steps = resolution(path, new Set())
    let step = steps.next()
    while (!step.done) step = steps.next(this.#lookNow(step.value))
    const { real, stat } = step.value
    if (stat === undefined) throw new NoDataError(`no ${path} on this host`)
    if (wanted === 'file' && !stat.isFile()) throw new Error(`failed to read "${path}": not a regular file`)
    return this.locate(real)
  }

  #lookNow(path: string): Component {
    const place = this.locate(path)
    const stat = lstatSync(place, { bigint: true, throwIfNoEntry: false })
    if (stat === undefined) return undefined
    return stat.isSymbolicLink() ? { stat, target: readlinkSync(place) } : { stat }
  }

  #isKernelTree(path: string): boolean {
    const top = /^\/(?:proc|sys)(?=\/)/.exec(path)?.[0]
    if (top === undefined || path.includes('/..')) return false
    let answer = this.#kernelTrees.get(top)
    if (answer === undefined) {
      answer = isKernelFileSystem(this.locate(top))
      this.#kernelTrees.set(top, answer)
    }
    return answer
  }
}

/** Text has to fit in memory: no file beyond this is read, whatever the limits say. */
export const memoryLimit = 256 * 1024 * 1024

/** Nothing is at the path: not there, below something that is no folder, or gone from its server. */
export function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ESTALE'
}

function noDataWhenMissing(cause: unknown, path: string): unknown {
  return isMissing(cause) ? new NoDataError(`no ${path} on this host`, { cause }) : cause
}

function isKernelFileSystem(place: string): boolean {
  try {
    return !lstatSync(place).isSymbolicLink() && kernelFileSystems.has(statfsSync(place).type)
  } catch {
    return false
  }
}

let buffer = Buffer.allocUnsafe(64 * 1024)
