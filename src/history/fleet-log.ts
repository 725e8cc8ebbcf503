// The changes of a fleet as one stream: the same change on many hosts is one entry.
import type { Store } from '../store/store.ts'
import { changesAndArrivals } from './arrivals.ts'
import type { Change } from './change.ts'
import { identityOf, summaryOf } from './change-summary.ts'
import { type ChangesRequest, changesIn, type SourceChange } from './changes.ts'
import { allOf, everything, hasValue, isOneOf } from './conditions.ts'

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
const packagesPath = 'packages'
/** More hosts than this are not named one by one. */
const mostNamed = 1000

export interface LogRequest extends ChangesRequest {
  /** Changes that are left out. */
  isKnown?(change: SourceChange): boolean
}

/** Newest first. Its size goes with the number of different changes, and of hosts that have them. */
export async function fleetLog(store: Store, request: LogRequest): Promise<LogEntry[]> {
  const entries = new Map<string, Gathered>()
  const arrivals: Arrival[] = []
  for await (const source of changesAndArrivals(store, request)) {
    if (request.isKnown?.(source)) continue
    const { host, path, at, change } = source
    if (source.isArrival) {
      let arrival = arrivals.at(-1)
      if (arrival?.host !== host) {
        arrival = { host, first: at, at, sources: 0 }
        arrivals.push(arrival)
      }
      arrival.first = Math.min(arrival.first, at)
      arrival.at = Math.max(arrival.at, at)
      arrival.sources++
      continue
    }
    gather(entries, { path, kind: change.kind, summary: summaryOf(change), identity: identityOf(change) }, host, at)
  }
  const accompanied = await changesWithPackages(store, [...entries.values()], request)
  const earlierNames = arrivals.length > 0 ? await earlierNamesIn(store) : () => undefined
  for (const { host, first, at, sources } of arrivals) {
    const earlier = earlierNames(host, first)
    const found = `first seen, with ${sources} ${sources === 1 ? 'source' : 'sources'}`
    const summary = earlier === undefined ? found : `${found}; called ${earlier} before`
    gather(entries, { path: 'host', kind: 'arrived', summary, identity: summary }, host, at)
  }
  return Array.from(entries.values(), (entry) => ({
    ...entry,
    hosts: [...entry.hosts.keys()].sort(),
    with_packages: accompanied.get(entry) ?? 0,
  })).sort((one, other) => other.at - one.at || (one.path < other.path ? -1 : 1))
}

/** A host that was not known before, and when its sources were first seen. */
interface Arrival {
  host: string
  first: number
  at: number
  sources: number
}

/** Tells by `host.id` under which name a host was known that fell silent before a time. */
async function earlierNamesIn(store: Store): Promise<(host: string, before: number) => string | undefined> {
  const ids = new Map<string, string>()
  const seen = new Map<string, { name: string; at: number }[]>()
  const request = {
    condition: hasValue('file.path', 'host'),
    view: { kind: 'latest' },
    fields: ['@timestamp', 'host.id'],
  } as const
  for await (const { host, names, values } of store.select(request)) {
    const [id, at] = ['host.id', '@timestamp'].map((name) => values[names.indexOf(name)])
    if (id === undefined) continue
    ids.set(host, String(id))
    seen.set(String(id), [...(seen.get(String(id)) ?? []), { name: host, at: Date.parse(String(at)) }])
  }
  return (host, before) =>
    seen
      .get(ids.get(host) ?? '')
      ?.filter(({ name, at }) => name !== host && at < before)
      .sort((one, other) => other.at - one.at)[0]?.name
}

/** With the times of each host. */
type Gathered = Omit<LogEntry, 'hosts' | 'with_packages'> & { hosts: Map<string, number[]> }

function gather(
  entries: Map<string, Gathered>,
  what: Pick<LogEntry, 'path' | 'kind' | 'summary' | 'identity'>,
  host: string,
  at: number,
): void {
  const key = `${what.path}\n${what.identity}`
  const entry = entries.get(key) ?? { ...what, at, first: at, hosts: new Map<string, number[]>() }
  entry.at = Math.max(entry.at, at)
  entry.first = Math.min(entry.first, at)
  const times = entry.hosts.get(host)
  if (times) times.push(at)
  else entry.hosts.set(host, [at])
  entries.set(key, entry)
}

/** On how many of its hosts an entry goes with a change of packages, which is no company to itself. */
async function changesWithPackages(
  store: Store,
  entries: readonly Gathered[],
  { from, to }: LogRequest,
): Promise<Map<Gathered, number>> {
  const others = entries.filter(({ path }) => path !== packagesPath)
  const hosts = new Set(others.flatMap((entry) => [...entry.hosts.keys()]))
  if (hosts.size === 0) return new Map()
  const packages = await packageChanges(store, hosts, { from: from - nearPackages, to: to + nearPackages })
  const isNear = (host: string, at: number) =>
    packages.get(host)?.some((each) => Math.abs(each - at) <= nearPackages) ?? false
  const accompanied = (entry: Gathered) =>
    [...entry.hosts].filter(([host, times]) => times.some((at) => isNear(host, at))).length
  return new Map(others.map((entry) => [entry, accompanied(entry)]))
}

/** When the packages of each of these hosts changed; to be first seen is no change. */
async function packageChanges(
  store: Store,
  hosts: ReadonlySet<string>,
  span: { from: number; to: number },
): Promise<Map<string, number[]>> {
  const ofThem = hosts.size > mostNamed ? everything : isOneOf('host.name', [...hosts])
  const condition = allOf(hasValue('file.path', packagesPath), ofThem)
  const changes = new Map<string, number[]>()
  for await (const { host, at, change } of changesIn(store, { condition, ...span }))
    if (change.kind === 'changed') changes.set(host, [...(changes.get(host) ?? []), at])
  return changes
}
