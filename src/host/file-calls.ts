// File system calls that never wait for ever. A dead network mount keeps a call, and the thread that makes it, until it comes
// back; so what has not answered once is not asked again until it has.
import nodeFs, {
  type BigIntStats,
  type Dir,
  type Dirent,
  type NoParamCallback,
  readFileSync,
  type StatsFs,
} from 'node:fs'
import { isAtOrBelow, networkMountOf, promptPlaces } from './mount-table.ts'
import type { Component } from './resolve.ts'

/** The calls of node:fs that are made; a test puts others in their place. */
export type SystemCalls = Pick<
  typeof nodeFs,
  'lstat' | 'lstatSync' | 'readlink' | 'readlinkSync' | 'open' | 'fstat' | 'read' | 'close' | 'opendir' | 'statfs'
>

/** A call has not answered in time, or would wait behind one that has not. */
export class HangingError extends Error {
  override name = 'HangingError'
  /** False when this call is the one that was waited for in vain. */
  readonly isKnown: boolean

  constructor(message: string, isKnown: boolean) {
    super(message)
    this.isKnown = isKnown
  }
}

export interface FileCallsOptions {
  /** How long one call may take. */
  timeoutMs?: number
  calls?: SystemCalls
  /** Text of /proc/self/mounts of this machine. */
  mounts?: () => string
  /** Milliseconds of a clock that only goes forward. */
  now?: () => number
}

/** Looks made at once in a row; then one is made beside the event loop, which has its turn meanwhile. */
const sliceMs = 3

type Done<T> = (error: NodeJS.ErrnoException | null, value: T) => void

/** Paths are this machine's. */
export class FileCalls {
  readonly #timeoutMs: number
  readonly #calls: SystemCalls
  readonly #mounts: () => string
  /** What does not answer, a file or the mount it is on, to the number of calls out there. */
  readonly #hanging = new Map<string, number>()
  readonly #now: () => number
  readonly #isPrompt: (path: string) => boolean
  /** When the looks of this turn of the event loop become too many; undefined before the first. */
  #sliceEnd: number | undefined

  constructor(options: FileCallsOptions = {}) {
    this.#timeoutMs = options.timeoutMs ?? 10_000
    this.#calls = options.calls ?? nodeFs
    this.#mounts = options.mounts ?? (() => readFileSync('/proc/self/mounts', 'utf8'))
    this.#now = options.now ?? (() => performance.now())
    this.#isPrompt = promptPlaces(this.#mounts, this.#now)
  }

  /**
   * What stands at a path, and where it leads when it is a link; undefined or ENOENT when nothing is there. At once where no answer
   * is waited for: a thread for each of the hundreds of looks of a cycle is ten times the work of looking.
   */
  async look(path: string): Promise<Component> {
    if (this.#isAtOnce(path)) {
      const stat = this.#calls.lstatSync(path, { bigint: true, throwIfNoEntry: false })
      return stat?.isSymbolicLink() ? { stat, target: this.#calls.readlinkSync(path) } : stat && { stat }
    }
    const stat = await this.lstat(path)
    return stat.isSymbolicLink() ? { stat, target: await this.readlink(path) } : { stat }
  }

  #isAtOnce(path: string): boolean {
    if (this.#hanging.size > 0 || !this.#isPrompt(path)) return false
    const now = this.#now()
    if (this.#sliceEnd === undefined) {
      this.#sliceEnd = now + sliceMs
      setImmediate(() => {
        this.#sliceEnd = undefined
      })
    }
    return now < this.#sliceEnd
  }

  lstat(path: string): Promise<BigIntStats> {
    return this.#call(path, (done: Done<BigIntStats>) => this.#calls.lstat(path, { bigint: true }, done))
  }

  readlink(path: string): Promise<string> {
    return this.#call(path, (done: Done<string>) => this.#calls.readlink(path, done))
  }

  /** The magic number of the file system a path is on. */
  fileSystemType(path: string): Promise<number> {
    return this.statfs(path).then(({ type }) => type)
  }

  statfs(path: string): Promise<StatsFs> {
    return this.#call(path, (done: Done<StatsFs>) => this.#calls.statfs(path, done))
  }

  open(path: string, flags: number): Promise<number> {
    const closeLate = (descriptor: number) => this.#calls.close(descriptor, ignore)
    return this.#call(path, (done: Done<number>) => this.#calls.open(path, flags, done), closeLate)
  }

  fstat(path: string, descriptor: number): Promise<BigIntStats> {
    return this.#call(path, (done: Done<BigIntStats>) => this.#calls.fstat(descriptor, { bigint: true }, done))
  }

  read(path: string, descriptor: number, buffer: Buffer, offset: number): Promise<number> {
    return this.#call(path, (done: Done<number>) =>
      this.#calls.read(descriptor, buffer, offset, buffer.length - offset, null, (error, length) =>
        done(error, length),
      ),
    )
  }

  /** Never fails and is not waited for: a close that hangs takes its thread, not us. */
  close(descriptor: number): void {
    this.#calls.close(descriptor, ignore)
  }

  /** At most `limit` entries of a directory, and whether there are more. */
  readDirectory(path: string, limit: number): Promise<{ entries: Dirent[]; more: boolean }> {
    return this.#call(path, (done: Done<{ entries: Dirent[]; more: boolean }>) =>
      this.#calls.opendir(path, { bufferSize: 512 }, (error, directory) => {
        if (error) return done(error, { entries: [], more: false })
        readEntries(directory, limit, done)
      }),
    )
  }

  #call<T>(path: string, start: (done: Done<T>) => void, discard?: (late: T) => void): Promise<T> {
    for (const hanging of this.#hanging.keys())
      if (isAtOrBelow(path, hanging))
        return Promise.reject(new HangingError(`not read: an earlier read of "${hanging}" has not returned`, true))
    return new Promise((resolve, reject) => {
      let blamed: string | undefined
      const timer = setTimeout(() => {
        blamed = this.#blame(path)
        reject(new HangingError(`no answer within ${this.#timeoutMs / 1000} s`, false))
      }, this.#timeoutMs)
      start((error, value) => {
        clearTimeout(timer)
        if (blamed !== undefined) {
          this.#release(blamed)
          if (!error) discard?.(value)
        } else if (error) reject(error)
        else resolve(value)
      })
    })
  }

  /** The mount is at fault when it is a network's; else only this path is. */
  #blame(path: string): string {
    const culprit = networkMountOf(path, this.#mounts) ?? path
    this.#hanging.set(culprit, (this.#hanging.get(culprit) ?? 0) + 1)
    return culprit
  }

  #release(culprit: string): void {
    const left = (this.#hanging.get(culprit) ?? 1) - 1
    if (left > 0) this.#hanging.set(culprit, left)
    else this.#hanging.delete(culprit)
  }
}

const ignore: NoParamCallback = () => {}

function readEntries(directory: Dir, limit: number, done: Done<{ entries: Dirent[]; more: boolean }>): void {
  const entries: Dirent[] = []
  const finish = (error: NodeJS.ErrnoException | null, more: boolean) =>
    directory.close(() => done(error, { entries, more }))
  const next = () =>
    directory.read((error, entry) => {
      if (error || entry === null) return finish(error, false)
      if (entries.length === limit) return finish(null, true)
      entries.push(entry)
      next()
    })
  next()
}
