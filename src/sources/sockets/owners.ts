// Which process has a socket. Found by looking through the open files of all processes, so found rarely: once known, one link a pass
// tells whether it is still so.
import { processIds, socketInode, visitSockets } from '../../host/process-files.ts'
import type { Root } from '../../host/root.ts'
import { withoutSecrets } from '../../parsers/command-line.ts'
import { containerOf } from '../../parsers/container-id.ts'
import { parseCommandLine, parseControlGroup, parseProcessStat, parseProcessStatus } from '../../parsers/proc-pid.ts'
import { pacer } from '../pacer.ts'

/** A process with a socket. */
export interface Owner {
  pid: number
  name: string
  /** Its command line without what may be a secret; empty for one that has none. */
  command: string
  cgroup?: string
  /** Short id of its container. */
  container?: string
  /** Resident memory. */
  rss_bytes?: number
}

interface Holder {
  pid: number
  descriptor: number
}

interface Known {
  startTicks: number
  name: string
  facts: Pick<Owner, 'command' | 'cgroup' | 'container'>
}

/** Listening sockets are opened early: of most processes they are among these. */
const lowestDescriptors = 64
/** No process has more sockets that listen than a scan needs; what lies beyond is not looked at. */
const mostDescriptors = 100_000
/** A look at all descriptors of all processes may take a second on a host of 200,000. */
const fullScanEveryMs = 60_000
/** What nobody had at a full look is the kernel's own, or another user's. */
const forgetMissedMs = 3_600_000

export class SocketOwners {
  readonly #root: Root
  readonly #clock: () => number
  readonly #holders = new Map<number, Holder>()
  readonly #missed = new Map<number, number>()
  readonly #processes = new Map<number, Known>()
  #fullScanAt = Number.NEGATIVE_INFINITY

  /** `clock`: milliseconds that only go forward. */
  constructor(root: Root, clock = () => performance.now()) {
    this.#root = root
    this.#clock = clock
  }

  /** The owner of each of these sockets, as far as it can be known. */
  async find(inodes: ReadonlySet<number>, signal: AbortSignal): Promise<Map<number, Owner>> {
    this.#forget(inodes)
    const unknown = new Set<number>()
    for (const inode of inodes) if (!this.#holders.has(inode) && !this.#missed.has(inode)) unknown.add(inode)
    if (unknown.size > 0) await this.#search(unknown, signal)
    const owners = new Map<number, Owner>()
    const seen = new Map<number, Owner | undefined>()
    for (const inode of inodes) {
      const pid = this.#holders.get(inode)?.pid
      if (pid === undefined) continue
      if (!seen.has(pid)) seen.set(pid, this.#ownerOf(pid))
      const owner = seen.get(pid)
      if (owner) owners.set(inode, owner)
    }
    for (const pid of this.#processes.keys()) if (!seen.has(pid)) this.#processes.delete(pid)
    return owners
  }

  /** What is no longer asked for, no longer so, or held by the first process alone, which hands sockets on to services. */
  #forget(inodes: ReadonlySet<number>): void {
    for (const [inode, { pid, descriptor }] of this.#holders)
      if (!inodes.has(inode) || pid === 1 || socketInode(this.#root, pid, descriptor) !== inode)
        this.#holders.delete(inode)
    const now = this.#clock()
    for (const [inode, at] of this.#missed)
      if (!inodes.has(inode) || now - at > forgetMissedMs) this.#missed.delete(inode)
  }

  /** First through the lowest descriptors of each process, then, when it is time for that, through all. */
  async #search(unknown: Set<number>, signal: AbortSignal): Promise<void> {
    const pids = processIds(this.#root).sort((a, b) => a - b)
    await this.#scan(pids, unknown, lowestDescriptors, signal)
    if (unknown.size === 0 || this.#clock() - this.#fullScanAt < fullScanEveryMs) return
    this.#fullScanAt = this.#clock()
    await this.#scan(pids, unknown, mostDescriptors, signal)
    for (const inode of unknown) this.#missed.set(inode, this.#clock())
  }

  /** Of several processes with a socket the first counts, which is the parent of the others; the first of all only when alone. */
  async #scan(pids: readonly number[], unknown: Set<number>, most: number, signal: AbortSignal): Promise<void> {
    const pace = pacer(2, 4)
    for (const pid of pids) {
      visitSockets(this.#root, pid, most, (descriptor, inode) => {
        if (!unknown.has(inode)) return
        const before = this.#holders.get(inode)
        if (before === undefined || before.pid === 1) this.#holders.set(inode, { pid, descriptor })
      })
      if (pace.isOver()) await pace.rest()
      signal.throwIfAborted()
    }
    for (const inode of this.#holders.keys()) unknown.delete(inode)
  }

  #ownerOf(pid: number): Owner | undefined {
    const stat = parseProcessStat(this.#text(pid, 'stat'))
    if (!stat) return undefined
    let known = this.#processes.get(pid)
    // another program in the same process has another name; its arguments are read again with it
    if (known?.startTicks !== stat.startTicks || known.name !== stat.name) {
      known = { name: stat.name, startTicks: stat.startTicks, facts: this.#factsOf(pid) }
      this.#processes.set(pid, known)
    }
    const rss_bytes = parseProcessStatus(this.#text(pid, 'status')).memory.rss
    return { pid, name: stat.name, ...known.facts, ...(rss_bytes !== undefined && { rss_bytes }) }
  }

  #factsOf(pid: number): Known['facts'] {
    const cgroup = parseControlGroup(this.#text(pid, 'cgroup'))
    const container = cgroup === undefined ? undefined : containerOf(cgroup)
    return {
      command: withoutSecrets(parseCommandLine(this.#text(pid, 'cmdline'))),
      ...(cgroup !== undefined && { cgroup }),
      ...(container !== undefined && { container }),
    }
  }

  #text(pid: number, file: string): string {
    try {
      return this.#root.readKernelText(`/proc/${pid}/${file}`)
    } catch {
      // it has ended, or is another user's
      return ''
    }
  }
}
