// The kernel's log device. It gives one record a read and never waits (O_NONBLOCK); a reader that stays open gets only what is new.
// /proc/kmsg is not read: it gives each record once, so that the host's own log daemon would miss it.
import { closeSync, constants, lstatSync, openSync, readFileSync, readSync } from 'node:fs'
import { NoDataError } from '../errors.ts'
import { isMissing, type Root } from './root.ts'

/** Of the kernel: more is cut. */
const longestRecord = 8192
/** A kernel's buffer is smaller. */
const mostCopiedBytes = 16 * 1024 * 1024
/** /dev/kmsg: memory devices, the eleventh. */
const device = (1 << 8) | 11

export type LogReading = { status: 'record'; text: string } | { status: 'lost' } | { status: 'end' }

/** Reads the log of a host record by record, from the oldest it still holds. */
export class KernelLogReader {
  readonly #root: Root
  readonly #buffer = Buffer.allocUnsafe(longestRecord)
  #descriptor: number | undefined
  /** Of a copied tree, where the log is a file. */
  #copied: string[] | undefined

  constructor(root: Root) {
    this.#root = root
  }

  /** The next record, or that some were overwritten before they were read, or that there is no more now. Throws NoDataError without a log. */
  next(): LogReading {
    const descriptor = this.#descriptor ?? this.#open()
    if (descriptor === undefined) {
      const text = this.#copied?.shift()
      return text === undefined ? { status: 'end' } : { status: 'record', text }
    }
    try {
      const length = readSync(descriptor, this.#buffer)
      return length === 0 ? { status: 'end' } : { status: 'record', text: this.#buffer.toString('utf8', 0, length) }
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EAGAIN') return { status: 'end' }
      if (code === 'EPIPE') return { status: 'lost' }
      this.close()
      // before Linux 3.5 the device could only be written
      throw code === 'EINVAL' || code === 'EPERM' ? noLog(error) : error
    }
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor)
    this.#descriptor = undefined
  }

  #open(): number | undefined {
    if (this.#copied) return undefined
    const place = this.#root.locate('/dev/kmsg')
    try {
      const stat = lstatSync(place)
      if (stat.isFile()) {
        if (stat.size > mostCopiedBytes)
          throw new Error(`failed to read "/dev/kmsg": larger than ${mostCopiedBytes} bytes`)
        this.#copied = readFileSync(place, 'utf8').split('\n')
        return undefined
      }
      if (!stat.isCharacterDevice() || stat.rdev !== device) throw new NoDataError('no kernel log on this host')
      this.#descriptor = openSync(place, constants.O_RDONLY | constants.O_NONBLOCK)
      return this.#descriptor
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      throw isMissing(error) || code === 'EPERM' || code === 'EACCES' ? noLog(error) : error
    }
  }
}

function noLog(cause: unknown): NoDataError {
  return new NoDataError('no kernel log that can be read on this host', { cause })
}
