// Network namespaces other than the host's own: those of containers, each with its own sockets.
import { networkNamespace, processIds } from '../../host/process-files.ts'
import type { Root } from '../../host/root.ts'
import { pacer } from '../../pacer.ts'

export interface Namespace {
  /** As the kernel numbers it; another one may get the number later. */
  id: string
  /** A process in it. */
  pid: number
}

const lookEveryMs = 60_000
/** A host has as many as containers; each costs half a millisecond a pass. */
const mostNamespaces = 256

/** Finds the namespaces that processes are in; looks at all processes once a minute at most. */
export class Namespaces {
  readonly #root: Root
  readonly #clock: () => number
  #found: Namespace[] = []
  #lookedAt = Number.NEGATIVE_INFINITY

  /** `clock`: milliseconds that only go forward. */
  constructor(root: Root, clock = () => performance.now()) {
    this.#root = root
    this.#clock = clock
  }

  /** Without `own`, that of the host. A process that ended in between takes its namespace with it until the next look. */
  async find(own: string | undefined, signal: AbortSignal): Promise<readonly Namespace[]> {
    if (own === undefined) return []
    if (this.#clock() - this.#lookedAt >= lookEveryMs) {
      this.#lookedAt = this.#clock()
      this.#found = await this.#look(own, signal)
    }
    return this.#found.filter(({ id, pid }) => networkNamespace(this.#root, pid) === id)
  }

  async #look(own: string, signal: AbortSignal): Promise<Namespace[]> {
    const found = new Map<string, Namespace>()
    const pace = pacer(2, 16)
    for (const pid of processIds(this.#root).sort((a, b) => a - b)) {
      const id = networkNamespace(this.#root, pid)
      if (id !== undefined && id !== own && !found.has(id) && found.size < mostNamespaces) found.set(id, { id, pid })
      if (pace.isOver()) await pace.rest()
      signal.throwIfAborted()
    }
    return [...found.values()]
  }
}
