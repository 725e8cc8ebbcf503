// The host's file tree at its root: `/` for this machine, another folder for a container's host, a disk image or a fixture.
import { closeSync, openSync, readdirSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { NoDataError } from '../errors.ts'

/** Reads below one root. Paths given and returned are the host's own, absolute, without the root. */
export class Root {
  readonly base: string

  constructor(base = '/') {
    this.base = base
  }

  /** Where a path of the host lies on this machine. */
  locate(path: string): string {
    return this.base === '/' ? path : join(this.base, path)
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
    let descriptor: number
    try {
      descriptor = openSync(this.locate(path), 'r')
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT')
        throw new NoDataError(`no ${path} on this host`, { cause })
      throw cause
    }
    try {
      let length = 0
      for (;;) {
        const read = readSync(descriptor, buffer, length, buffer.length - length, null)
        if (read === 0) return buffer.subarray(0, length)
        length += read
        if (length === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2)
      }
    } finally {
      closeSync(descriptor)
    }
  }

  /** Names in a directory of the host, unsorted, with a trailing slash on directories. Throws as `readKernelText`. */
  list(path: string): string[] {
    try {
      return readdirSync(this.locate(path), { withFileTypes: true }).map((e) =>
        e.isDirectory() ? `${e.name}/` : e.name,
      )
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT')
        throw new NoDataError(`no ${path} on this host`, { cause })
      throw cause
    }
  }
}

let buffer = Buffer.allocUnsafe(64 * 1024)
