// The changes of a fleet as one stream: the same change on many hosts is one entry.
import type { Store } from '../store/store.ts'
import type { Change } from './change.ts'
import { identityOf, summaryOf } from './change-summary.ts'
import { type ChangesRequest, changesIn, type SourceChange } from './changes.ts'
import { hasValue } from './conditions.ts'

/** One change, on however many hosts. Times are milliseconds since the epoch. */
export interface LogEntry {
  /** Of the newest and of the oldest of them. */
  at: number
  first: number
  path: string
  /** `arrived`: all that was found at first on a host that was not known before. */
  kind: Change['kind'] | 'arrived'
  /** One line, with names and values as the hosts have them. */
  summary: string
  /** Equal for the same change at the same path, in any answer. */
  identity: string
  /** By name. */
  hosts: string[]
  /** On so many of these hosts packages were installed, upgraded or removed near it. */
  with_packages: number
}

/** What happened so near to a change of packages goes with it, in milliseconds. */
const nearPackages = 10 * 60_000
/** What is first seen of a new host within this time was there before, in milliseconds. */
const settling = 3_600_000
const packagesPath = 'packages'

export interface LogRequest extends ChangesRequest {
  /** Changes that are left out. */
  isKnown?(change: SourceChange): boolean
}

/** Newest first. Its size goes with the number of different changes. */
export async function fleetLog(store: Store, request: LogRequest): Promise<LogEntry[]> {
  const { from, to } = request
  const view = { kind: 'moment', at: from - 1 } as const
  const { hosts: before } = await store.hosts({ all: [], without: [], view, silentBefore: 0 })
  const known = new Set(before.map(({ name }) => name))
  const packages = await packageChanges(store, from - nearPackages, to + nearPackages)
  const entries = new Map<string, Gathered>()
  let arrival: { host: string; at: number; sources: number } | undefined
  const arrive = () => {
    if (!arrival) return
    const { host, at, sources } = arrival
    const summary = `first seen, with ${sources} ${sources === 1 ? 'source' : 'sources'}`
    gather(entries, { path: 'host', kind: 'arrived', summary, identity: `arrived ${sources}` }, { host, at }, false)
    arrival = undefined
  }
  for await (const source of arrivalsTold(changesIn(store, request), known)) {
    if (request.isKnown?.(source)) continue
    if (source.isArrival) {
      if (arrival?.host !== source.host) arrive()
      arrival ??= { host: source.host, at: source.at, sources: 0 }
      arrival.at = Math.max(arrival.at, source.at)
      arrival.sources++
      continue
    }
    const { host, path, at, change } = source
    const isNear = packages.get(host)?.some((each) => Math.abs(each - at) <= nearPackages) ?? false
    const what = { path, kind: change.kind, summary: summaryOf(change), identity: identityOf(change) }
    gather(entries, what, { host, at }, isNear && path !== packagesPath)
  }
  arrive()
  return [...entries.values()]
    .map(({ hosts, accompanied, ...entry }) => ({
      ...entry,
      hosts: [...hosts].sort(),
      with_packages: accompanied.size,
    }))
    .sort((one, other) => other.at - one.at || (one.path < other.path ? -1 : 1))
}

type Gathered = Omit<LogEntry, 'hosts' | 'with_packages'> & { hosts: Set<string>; accompanied: Set<string> }

function gather(
  entries: Map<string, Gathered>,
  what: Pick<LogEntry, 'path' | 'kind' | 'summary' | 'identity'>,
  { host, at }: { host: string; at: number },
  isAccompanied: boolean,
): void {
  const key = `${what.path}\n${what.identity}`
  const entry = entries.get(key) ?? { ...what, at, first: at, hosts: new Set<string>(), accompanied: new Set<string>() }
  entry.at = Math.max(entry.at, at)
  entry.first = Math.min(entry.first, at)
  entry.hosts.add(host)
  if (isAccompanied) entry.accompanied.add(host)
  entries.set(key, entry)
}

/** Marks what was first seen together with its host. */
async function* arrivalsTold(
  changes: AsyncIterable<SourceChange>,
  known: ReadonlySet<string>,
): AsyncIterable<SourceChange & { isArrival: boolean }> {
  let ofHost: SourceChange[] = []
  function* told() {
    const began = Math.min(...ofHost.map(({ at }) => at))
    for (const source of ofHost) {
      const isNew = !known.has(source.host) && source.at <= began + settling
      yield { ...source, isArrival: isNew && source.change.kind === 'appeared' }
    }
  }
  for await (const source of changes) {
    if (ofHost.length > 0 && ofHost[0]?.host !== source.host) {
      yield* told()
      ofHost = []
    }
    ofHost.push(source)
  }
  yield* told()
}

/** When the packages of each host changed; to be first seen is no change. */
async function packageChanges(store: Store, from: number, to: number): Promise<Map<string, number[]>> {
  const condition = hasValue('file.path', packagesPath)
  const changes = new Map<string, number[]>()
  for await (const { host, at, change } of changesIn(store, { condition, from, to }))
    if (change.kind === 'changed') changes.set(host, [...(changes.get(host) ?? []), at])
  return changes
}
