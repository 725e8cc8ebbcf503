// Reads the tree of /proc/sys as the text of `sysctl -a`, in slices short enough that nothing else on the event loop waits.
import { closeSync, constants, lstatSync, openSync, readdirSync, readSync, type Stats } from 'node:fs'
import { NoDataError } from '../errors.ts'
import type { Root } from '../host/root.ts'
import { type Pacer, pacer } from '../pacer.ts'
import { isRandomSysctl, isSecretSysctl, isVolatileSysctl, sysctlKey } from '../parsers/sysctl.ts'
import { GrowingText } from './growing-text.ts'

interface Entry {
  key: string
  file: string
  /** `key = `, in bytes. */
  prefix: Buffer
  volatile: boolean
}

/** Lines sorted by key, as views of memory that the next read writes over. */
export interface SysctlText {
  /** Lines of settings: what changes when somebody changes it. */
  stable: Buffer
  /** Lines of what counts or measures. */
  volatile: Buffer
}

const top = '/proc/sys'
/** The list of entries is made anew every so many reads: interfaces and modules come and go. */
const readsPerListing = 10
/** The kernel allocates and clears what is asked for, so asking for much is dear; hardly any value is longer. */
const usualBytes = 2000
const mostBytes = 256 * usualBytes

/** A reader of the tree below one root; what it knows of the tree lives as long as it does. */
export class SysctlTree {
  readonly #root: Root
  readonly #stable = new GrowingText()
  readonly #volatile = new GrowingText()
  #entries: Entry[] = []
  /** By path below the top, undefined for what is not read: an entry keeps its mode, so it is looked at once. */
  #known: Map<string, Entry | undefined> = new Map()
  #readsLeft = 0

  constructor(root: Root) {
    this.#root = root
  }

  /** One pass over all entries; undefined when the signal stopped it. Throws NoDataError where there is no such tree. */
  async read(signal: AbortSignal): Promise<SysctlText | undefined> {
    const pace = pacer()
    const isFreshList = this.#readsLeft === 0
    if (isFreshList) {
      this.#known = await listEntries(this.#root, this.#known, pace)
      this.#entries = [...this.#known.values()].filter((entry) => entry !== undefined).sort(byKey)
      this.#readsLeft = readsPerListing
    }
    this.#readsLeft--
    this.#stable.clear()
    this.#volatile.clear()
    const failed = new Set<Entry>()
    for (const entry of this.#entries) {
      if (pace.isOver()) await pace.rest()
      if (signal.aborted) return undefined
      if (!appendEntry(entry.volatile ? this.#volatile : this.#stable, entry)) failed.add(entry)
    }
    if (failed.size > 0) {
      // What fails in a fresh list (write-only, not set) will fail again; what fails later is gone, so others may have come.
      this.#entries = this.#entries.filter((entry) => !failed.has(entry))
      if (!isFreshList) {
        this.#readsLeft = 0
        this.#known.clear()
      }
    }
    return { stable: this.#stable.bytes(), volatile: this.#volatile.bytes() }
  }
}

function byKey(one: Entry, other: Entry): number {
  return one.key < other.key ? -1 : 1
}

/** Entries by path, those `known` before as they were. Directories that cannot be read are left out, as their entries would be. */
async function listEntries(
  root: Root,
  known: ReadonlyMap<string, Entry | undefined>,
  pace: Pacer,
): Promise<Map<string, Entry | undefined>> {
  const { real, stat: topStat } = await root.resolve(top)
  if (!topStat?.isDirectory()) throw new NoDataError(`no ${top} on this host`)
  const base = root.locate(real)
  const device = Number(topStat.dev)
  const found = new Map<string, Entry | undefined>()
  const directories = ['']
  for (let directory = directories.pop(); directory !== undefined; directory = directories.pop()) {
    for (const child of readableChildren(`${base}/${directory}`)) {
      if (pace.isOver()) await pace.rest()
      const path = `${directory}${child.name}`
      if (child.isFile() && known.has(path)) {
        found.set(path, known.get(path))
        continue
      }
      const stat = lstatSync(`${base}/${path}`, { throwIfNoEntry: false })
      // On another device lies a mount, as binfmt_misc is: to look into an automount would make it.
      if (!stat || stat.dev !== device) continue
      if (stat.isDirectory()) directories.push(`${path}/`)
      else found.set(path, isRead(child.name, stat) ? entryOf(path, `${base}/${path}`) : undefined)
    }
  }
  return found
}

function isRead(name: string, stat: Stats): boolean {
  return stat.isFile() && (stat.mode & 0o444) !== 0 && !isSkipped(name)
}

function entryOf(path: string, file: string): Entry | undefined {
  const key = sysctlKey(path)
  if (isSecretSysctl(key) || isRandomSysctl(key)) return undefined
  return { key, file, prefix: Buffer.from(`${key} = `), volatile: isVolatileSysctl(key) }
}

/** `stat_refresh` flushes the counters of every processor when read; the other two are deprecated and `sysctl -a` skips them. */
function isSkipped(name: string): boolean {
  return name === 'stat_refresh' || name === 'base_reachable_time' || name === 'retrans_time'
}

function readableChildren(directory: string) {
  try {
    return readdirSync(directory, { withFileTypes: true }).filter((child) => child.isFile() || child.isDirectory())
  } catch {
    return []
  }
}

/** Appends the lines of one entry; false when it cannot be read. A value that fills its room is read again with more. */
function appendEntry(text: GrowingText, entry: Entry): boolean {
  try {
    for (let most = usualBytes; ; most *= 16) {
      let isCut = false
      text.appendValue(entry.prefix, most, (buffer, start) => {
        const length = readOnce(entry.file, buffer, start, most)
        isCut = length === most && most < mostBytes
        return isCut ? 0 : length
      })
      if (!isCut) return true
    }
  } catch {
    return false
  }
}

function readOnce(file: string, buffer: Buffer, start: number, most: number): number {
  const descriptor = openSync(file, constants.O_RDONLY)
  try {
    return readSync(descriptor, buffer, start, most, null)
  } finally {
    closeSync(descriptor)
  }
}
