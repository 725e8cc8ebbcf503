// Which process has a socket open. Found by looking through the open files of processes, so found rarely: once known, one link a
// pass tells whether it is still so.
import { processIds, socketInode, visitSockets } from '../../host/process-files.ts'
import type { Root } from '../../host/root.ts'
import { pacer } from '../../pacer.ts'
import { Spending } from './spending.ts'

interface Holder {
  pid: number
  descriptor: number
}

/** Listening sockets are opened early: of most processes they are among these. */
const lowestDescriptors = 64
/** No process has more sockets that listen than a scan needs; what lies beyond is not looked at. */
const mostDescriptors = 100_000
/** A screen reads every second; each look at what is new costs a list of all processes. */
const newProcessesEveryMs = 5000
/** A look at all descriptors of all processes may take a second on a host of 200,000. */
const fullScanEveryMs = 60_000
/** Another process may have the number of one that was looked through: everything is looked at again after this. */
const forgetEveryMs = 3_600_000

export class SocketHolders {
  readonly #root: Root
  readonly #clock: () => number
  readonly #holders = new Map<number, Holder>()
  /** What nobody had at a full look: the kernel's own, or another user's. */
  readonly #missed = new Set<number>()
  /** Processes that were looked through: a socket that is older than this comes to new ones only. */
  #looked: ReadonlySet<number> = new Set()
  #forgotAt = Number.NEGATIVE_INFINITY
  #searchedAt = Number.NEGATIVE_INFINITY
  #fullScanAt = Number.NEGATIVE_INFINITY
  readonly #lowest: Spending
  readonly #full: Spending

  /** `clock`: milliseconds that only go forward. */
  constructor(root: Root, clock = () => performance.now()) {
    this.#root = root
    this.#clock = clock
    this.#lowest = new Spending(clock)
    this.#full = new Spending(clock)
  }

  /** Number of the process that has each of these sockets, as far as it can be known. */
  async find(inodes: ReadonlySet<number>, signal: AbortSignal): Promise<Map<number, number>> {
    this.#forget(inodes)
    const unknown = new Set<number>()
    const handedOn = new Set<number>()
    for (const inode of inodes) {
      const holder = this.#holders.get(inode)
      // the first process opens sockets for services and hands them on when it starts these
      if (holder?.pid === 1 || this.#missed.has(inode)) handedOn.add(inode)
      else if (!holder) unknown.add(inode)
    }
    const isDue = handedOn.size > 0 && this.#clock() - this.#searchedAt >= newProcessesEveryMs
    if (unknown.size > 0 || isDue) await this.#search(unknown, handedOn, signal)
    const found = new Map<number, number>()
    for (const inode of inodes) {
      const pid = this.#holders.get(inode)?.pid
      if (pid !== undefined) found.set(inode, pid)
    }
    return found
  }

  /** What is no longer asked for, or no longer so. */
  #forget(inodes: ReadonlySet<number>): void {
    for (const [inode, { pid, descriptor }] of this.#holders)
      if (!inodes.has(inode) || socketInode(this.#root, pid, descriptor) !== inode) this.#holders.delete(inode)
    for (const inode of this.#missed) if (!inodes.has(inode)) this.#missed.delete(inode)
    if (this.#clock() - this.#forgotAt < forgetEveryMs) return
    this.#forgotAt = this.#clock()
    this.#missed.clear()
    this.#looked = new Set()
  }

  /** First through the lowest descriptors, then, when it is time for that, through all. */
  async #search(unknown: Set<number>, handedOn: Set<number>, signal: AbortSignal): Promise<void> {
    this.#searchedAt = this.#clock()
    const pids = processIds(this.#root).sort((a, b) => a - b)
    const fresh = pids.filter((pid) => !this.#looked.has(pid))
    await this.#scan(fresh, handedOn, lowestDescriptors, signal)
    if (unknown.size > 0 && this.#lowest.affords('scan'))
      await this.#lowest.pay('scan', () => this.#scan(pids, unknown, lowestDescriptors, signal))
    this.#looked = new Set(pids)
    if (unknown.size === 0 || this.#clock() - this.#fullScanAt < fullScanEveryMs || !this.#full.affords('scan')) return
    this.#fullScanAt = this.#clock()
    await this.#full.pay('scan', () => this.#scan(pids, unknown, mostDescriptors, signal))
    for (const inode of unknown) this.#missed.add(inode)
  }

  /**
   * Takes out of `wanted` what it finds. Of several processes with a socket the first counts, which is the parent of the others;
   * the first of all only when alone.
   */
  async #scan(pids: readonly number[], wanted: Set<number>, most: number, signal: AbortSignal): Promise<void> {
    const pace = pacer(2, 4)
    const ofFirst = new Set<number>()
    for (const pid of pids) {
      if (wanted.size === 0) break
      visitSockets(this.#root, pid, most, (descriptor, inode) => {
        if (!wanted.has(inode)) return
        this.#holders.set(inode, { pid, descriptor })
        this.#missed.delete(inode)
        if (pid === 1) ofFirst.add(inode)
        else wanted.delete(inode)
      })
      if (pace.isOver()) await pace.rest()
      signal.throwIfAborted()
    }
    for (const inode of ofFirst) wanted.delete(inode)
  }
}
