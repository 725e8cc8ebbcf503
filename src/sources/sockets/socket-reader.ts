// All a host's sockets say at one moment: who listens, how full the queues are, how many sockets are in which state.
import { networkNamespace } from '../../host/process-files.ts'
import type { Root } from '../../host/root.ts'
import { parseSockstat } from '../../parsers/sockstat.ts'
import { readNetTableIfAny } from '../net-table.ts'
import { byFullness, type Listener, mergeListeners } from './listener.ts'
import { Namespaces } from './namespaces.ts'
import { type Owner, SocketOwners } from './owners.ts'
import { openSocketTables, type SocketTables, type Way } from './socket-tables.ts'
import { Spending } from './spending.ts'
import { derivedStates, type States, statesOf, type Totals } from './states.ts'

export interface OwnedListener extends Listener {
  owner?: Owner
}

export interface SocketReading {
  way: Way
  /** Why not a better way, a sentence each. */
  reasons: readonly string[]
  /** Fullest first. */
  listeners: OwnedListener[]
  /** Absent when counting was not asked for, or was not affordable. */
  states?: States
  /** Namespaces of containers that were looked into, and those that may not be. */
  namespaces: number
  closed_namespaces: number
}

export interface ReadOptions {
  signal: AbortSignal
  /** `affordable`: less exactly, or not at all, where more would take over 1 % of a processor. */
  count: 'each' | 'affordable' | 'none'
  /** Whose process is wanted: looking for that of a new socket is the dearest part. All when absent. */
  owned?: (listener: Listener) => boolean
}

export interface ReaderOptions {
  root: Root
  env: Record<string, string | undefined>
  ways?: readonly Way[] | undefined
  /** Milliseconds that only go forward. */
  clock?: () => number
}

/** Keeps the way it chose and what it knows of processes from one reading to the next. One reading at a time. */
export class SocketReader {
  readonly #options: ReaderOptions
  readonly #owners: SocketOwners
  readonly #namespaces: Namespaces
  /** Half of what may be spent is for each. */
  readonly #listing: Spending
  readonly #counting: Spending
  #tables: SocketTables | undefined

  constructor(options: ReaderOptions) {
    this.#options = options
    this.#listing = new Spending(options.clock, 0.005)
    this.#counting = new Spending(options.clock, 0.005)
    this.#owners = new SocketOwners(options.root, options.clock)
    this.#namespaces = new Namespaces(options.root, options.clock)
  }

  /** Throws NoDataError when the host has no sockets to read. */
  async read(options: ReadOptions): Promise<SocketReading> {
    try {
      return await this.#readWith(await this.#chosen(options.signal), options)
    } catch (error) {
      // the way that failed is not taken for granted
      this.close()
      throw error
    }
  }

  /** As `read`; undefined where that would take over 1 % of a processor since the reading before, as without netlink it may. */
  async readIfAffordable(options: ReadOptions): Promise<SocketReading | undefined> {
    const { way } = await this.#chosen(options.signal)
    const isDear = way === 'ss' || way === 'proc'
    return isDear && !this.#listing.affords(way) ? undefined : this.read(options)
  }

  close(): void {
    this.#tables?.close()
    this.#tables = undefined
  }

  async #chosen(signal: AbortSignal): Promise<SocketTables> {
    this.#tables ??= await openSocketTables({ ...this.#options, signal })
    return this.#tables
  }

  async #readWith(tables: SocketTables, options: ReadOptions): Promise<SocketReading> {
    const listed = await this.#listing.pay(tables.way, () => this.#listed(tables, options))
    const states = await this.#states(tables, options)
    return { way: tables.way, reasons: tables.reasons, ...listed, ...(states && { states }) }
  }

  async #listed(tables: SocketTables, { signal, owned }: ReadOptions) {
    const own = await tables.listeners(signal)
    const { found, looked, closed } = await this.#elsewhere(tables, signal)
    const listeners = mergeListeners([...own, ...found])
    const asked = owned ? listeners.filter(owned) : listeners
    const owners = await this.#owners.find(new Set(asked.flatMap(({ inodes }) => inodes)), signal)
    return {
      listeners: listeners.map((listener) => withOwner(listener, owners)).sort(byFullness),
      namespaces: looked,
      closed_namespaces: closed,
    }
  }

  async #elsewhere(tables: SocketTables, signal: AbortSignal) {
    const { root } = this.#options
    const own = networkNamespace(root, root.base === '/' ? 'self' : 1)
    const found: Listener[] = []
    let looked = 0
    let closed = 0
    for (const namespace of await this.#namespaces.find(own, signal)) {
      try {
        for (const listener of tables.listenersIn(namespace)) found.push({ ...listener, namespace: namespace.id })
        looked++
      } catch {
        // no right to look into it, or it has just ended
        closed++
      }
    }
    return { found, looked, closed }
  }

  async #states(tables: SocketTables, { signal, count }: ReadOptions): Promise<States | undefined> {
    if (count === 'none') return undefined
    const spending = this.#counting
    if (count === 'each' || spending.affords('each'))
      return statesOf(await spending.pay('each', () => tables.countEach(signal)))
    const few = tables.countFew
    if (few === undefined || !spending.affords('few')) return undefined
    const totals = totalsOf(this.#options.root)
    if (!totals) return undefined
    return derivedStates(await spending.pay('few', () => few(signal)), totals)
  }
}

function withOwner(listener: Listener, owners: ReadonlyMap<number, Owner>): OwnedListener {
  const owner = listener.inodes.map((inode) => owners.get(inode)).find((each) => each !== undefined)
  return owner ? { ...listener, owner } : listener
}

function totalsOf(root: Root): Totals | undefined {
  const figures = parseSockstat(readNetTableIfAny(root, 'sockstat') + readNetTableIfAny(root, 'sockstat6'))
  const { 'sockstat.TCP.inuse': inuse4, 'sockstat.TCP6.inuse': inuse6 = 0, 'sockstat.TCP.tw': timeWait } = figures
  if (typeof inuse4 !== 'number' || typeof inuse6 !== 'number' || typeof timeWait !== 'number') return undefined
  return { inuse4, inuse6, timeWait }
}

/** The reason for a doctor: which way would be taken here, without reading more than that takes. */
export async function wayOf(
  options: ReaderOptions & { signal: AbortSignal },
): Promise<Pick<SocketTables, 'way' | 'reasons'>> {
  const tables = await openSocketTables(options)
  tables.close()
  return { way: tables.way, reasons: tables.reasons }
}
