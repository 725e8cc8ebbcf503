// Tells when something in a folder of the host changes: by inotify, and by asking to look again now and then where inotify cannot
// be used. The only file that knows chokidar, which is loaded with the first folder.
import { basename } from 'node:path'
import { messageOf } from '../errors.ts'
import { remoteFileSystems } from './file-system.ts'
import type { Root } from './root.ts'

/** Something happened in a folder of the host; to one name in it, or perhaps to any. */
export interface FolderChange {
  folder: string
  name?: string | undefined
}

export interface WatchOptions {
  /** Told of changes, those of a tenth of a second together; the next ones wait for it to end. */
  onChange(changes: FolderChange[]): Promise<void>
  /** Told once when inotify gives out, once when there are more folders than are watched, and when `onChange` fails. */
  onNotice(message: string, fields: Record<string, unknown>): void
  /** Between two looks where there is no inotify; longer when a look takes long. */
  pollMs?: number
  /** Folders watched by inotify, the others are polled. */
  maxWatches?: number
  openWatch?: OpenWatch
}

/** Begins to watch a folder of this machine, not what is below it. Rejects with the system's error. */
export type OpenWatch = (place: string, handlers: WatchHandlers) => Promise<Watch>

export interface WatchHandlers {
  onEvent(name: string | undefined): void
  /** The watch may have lost its folder: it was moved or removed, or the watch has failed. */
  onLost(): void
}

export interface Watch {
  close(): Promise<void>
}

interface Watched {
  /** Another folder by the same name has another. */
  identity: string
  /** Absent where it is polled. */
  watch: Watch | undefined
}

const coalesceMs = 100
/** Looking at changes takes at most the fifth part of the time, if that keeps none waiting for longer than `restMs`. */
const restShare = 4
const restMs = 700
/** Of one folder, that nothing waits for ever. */
const openMs = 2000
/** Polling takes at most the fiftieth part of the time. */
const pollShare = 50
const maxPending = 1000

/** Watches as many folders as it is given, each by itself: what is below a folder is another folder. */
export class FolderWatcher {
  readonly #root: Root
  readonly #options: WatchOptions
  readonly #watched = new Map<string, Watched>()
  readonly #pending = new Map<string, FolderChange>()
  #changing: Promise<void> = Promise.resolve()
  #telling: NodeJS.Timeout | undefined
  #restUntil = 0
  #polling: NodeJS.Timeout | undefined
  readonly #noticed = new Set<string>()
  #isClosed = false

  constructor(root: Root, options: WatchOptions) {
    this.#root = root
    this.#options = options
  }

  /** Watches just these folders from now on; paths of the host without links. A folder that came new is looked at once. */
  set(folders: Iterable<string>): Promise<void> {
    const wanted = new Set(folders)
    this.#changing = this.#changing.then(() => this.#change(wanted))
    return this.#changing
  }

  /** Folders that are polled, for lack of inotify. */
  polled(): string[] {
    return [...this.#watched].filter(([, { watch }]) => watch === undefined).map(([folder]) => folder)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#telling)
    clearTimeout(this.#polling)
    await this.#changing
    await Promise.all([...this.#watched.keys()].map((folder) => this.#drop(folder)))
  }

  async #change(wanted: ReadonlySet<string>): Promise<void> {
    for (const folder of this.#watched.keys()) if (!wanted.has(folder)) await this.#drop(folder)
    for (const folder of wanted) {
      if (this.#isClosed) return
      const identity = await this.#identityOf(folder)
      if (this.#watched.get(folder)?.identity === identity) continue
      await this.#drop(folder)
      if (identity === undefined) continue
      this.#watched.set(folder, { identity, watch: await this.#tryWatch(folder) })
      this.#tell(folder, undefined)
    }
    this.#schedulePoll()
  }

  async #drop(folder: string): Promise<void> {
    const watched = this.#watched.get(folder)
    this.#watched.delete(folder)
    await watched?.watch?.close()
  }

  /** Inode numbers are used again, so the time of birth tells a folder from the one before it. */
  async #identityOf(folder: string): Promise<string | undefined> {
    try {
      const stat = await this.#root.calls.lstat(this.#root.locate(folder))
      return stat.isDirectory() ? `${stat.dev}:${stat.ino}:${stat.birthtimeNs}` : undefined
    } catch {
      return undefined
    }
  }

  /** Undefined where the folder has to be polled. */
  async #tryWatch(folder: string): Promise<Watch | undefined> {
    const { maxWatches = 1000, openWatch = openChokidar } = this.#options
    const place = this.#root.locate(folder)
    const handlers: WatchHandlers = {
      onEvent: (name) => this.#tell(folder, name),
      // It is watched anew the next time folders are set.
      onLost: () => {
        const watched = this.#watched.get(folder)
        if (watched !== undefined) watched.identity = ''
        this.#tell(folder, undefined)
      },
    }
    try {
      if (this.#watched.size >= maxWatches) {
        this.#noticeOnce('more folders than are watched, polling the others', {
          folder,
          watched: maxWatches,
          next: 'name fewer folders under indexer.files, or narrower globs, to have changes stored within a second',
        })
        return undefined
      }
      if (remoteFileSystems.has(await this.#root.calls.fileSystemType(place))) return undefined
      return await openWatch(place, handlers)
    } catch (error) {
      if (isExhausted(error))
        this.#noticeOnce('inotify watches are exhausted, polling instead', {
          folder,
          cause: messageOf(error),
          next: 'raise fs.inotify.max_user_watches or fs.inotify.max_user_instances',
        })
      return undefined
    }
  }

  #noticeOnce(message: string, fields: Record<string, unknown>): void {
    if (this.#noticed.has(message)) return
    this.#noticed.add(message)
    this.#options.onNotice(message, fields)
  }

  #tell(folder: string, name: string | undefined): void {
    if (this.#isClosed) return
    const isMany = this.#pending.size >= maxPending
    this.#pending.set(isMany ? folder : `${folder}\0${name ?? ''}`, { folder, name: isMany ? undefined : name })
    this.#telling ??= setTimeout(() => this.#tellPending(), Math.max(coalesceMs, this.#restUntil - performance.now()))
  }

  /** What a busy folder has to tell meanwhile is told together, however long one look takes. */
  async #tellPending(): Promise<void> {
    const changes = [...this.#pending.values()]
    this.#pending.clear()
    const tookMs = await this.#look(changes)
    this.#restUntil = performance.now() + Math.min(restMs, tookMs * restShare)
    this.#telling = undefined
    const [next] = this.#pending.values()
    if (next !== undefined) this.#tell(next.folder, next.name)
  }

  async #look(changes: FolderChange[]): Promise<number> {
    const began = performance.now()
    try {
      await this.#options.onChange(changes)
    } catch (error) {
      this.#options.onNotice('failed to look at changes', { cause: messageOf(error) })
    }
    return performance.now() - began
  }

  #schedulePoll(tookMs = 0): void {
    clearTimeout(this.#polling)
    if (this.#isClosed || this.polled().length === 0) return
    const { pollMs = 5000 } = this.#options
    this.#polling = setTimeout(
      async () => this.#schedulePoll(await this.#look(this.polled().map((folder) => ({ folder })))),
      Math.max(pollMs, tookMs * pollShare),
    )
  }
}

function isExhausted(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOSPC' || code === 'EMFILE' || code === 'ENFILE'
}

const openChokidar: OpenWatch = async (place, { onEvent, onLost }) => {
  const { FSWatcher } = await import('chokidar')
  const watcher = new FSWatcher({ followSymlinks: false, atomic: false, usePolling: false })
  // The folder's own inotify watch tells of everything in it. Its entries would be read at every event otherwise, each link
  // followed, and one that leads below a file or to where we may not look would keep the folder from being watched.
  watcher._readdirp = () => undefined
  watcher.on('raw', (event, name) => {
    onEvent(typeof name === 'string' ? name : undefined)
    // An event of the folder itself bears its own name.
    if (event === 'rename' && name === basename(place)) onLost()
  })
  let timer: NodeJS.Timeout | undefined
  try {
    await new Promise<void>((resolve, reject) => {
      watcher.once('ready', resolve).once('error', reject).add(place)
      timer = setTimeout(() => reject(new Error(`not watched within ${openMs / 1000} s`)), openMs)
    })
  } catch (error) {
    await watcher.close()
    throw error
  } finally {
    clearTimeout(timer)
  }
  watcher.on('error', onLost)
  return watcher
}
