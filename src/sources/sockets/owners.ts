// Who has a socket: its process, as people name it.
import type { Root } from '../../host/root.ts'
import { withoutSecrets } from '../../parsers/command-line.ts'
import { containerOf } from '../../parsers/container-id.ts'
import { parseCommandLine, parseControlGroup, parseProcessStat, parseProcessStatus } from '../../parsers/proc-pid.ts'
import { SocketHolders } from './holders.ts'

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

interface Known {
  startTicks: number
  name: string
  facts: Pick<Owner, 'command' | 'cgroup' | 'container'>
}

export class SocketOwners {
  readonly #root: Root
  readonly #holders: SocketHolders
  readonly #processes = new Map<number, Known>()

  /** `clock`: milliseconds that only go forward. */
  constructor(root: Root, clock = () => performance.now()) {
    this.#root = root
    this.#holders = new SocketHolders(root, clock)
  }

  /** The owner of each of these sockets, as far as it can be known. */
  async find(inodes: ReadonlySet<number>, signal: AbortSignal): Promise<Map<number, Owner>> {
    const owners = new Map<number, Owner>()
    const seen = new Map<number, Owner | undefined>()
    for (const [inode, pid] of await this.#holders.find(inodes, signal)) {
      if (!seen.has(pid)) seen.set(pid, this.#ownerOf(pid))
      const owner = seen.get(pid)
      if (owner) owners.set(inode, owner)
    }
    for (const pid of this.#processes.keys()) if (!seen.has(pid)) this.#processes.delete(pid)
    return owners
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
