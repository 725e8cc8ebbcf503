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
  const packages = await packageChanges(store, from - nearPackages, to + nearPackages)
  const entries = new Map<string, Gathered>()
  const arrivals: Arrival[] = []
  for await (const source of arrivalsTold(changesIn(store, request), () => hostsBefore(store, from))) {
    if (request.isKnown?.(source)) continue
    if (source.isArrival) {
      let arrival = arrivals.at(-1)
      if (arrival?.host !== source.host) {
        arrival = { host: source.host, first: source.at, at: source.at, sources: 0 }
        arrivals.push(arrival)
      }
      arrival.first = Math.min(arrival.first, source.at)
      arrival.at = Math.max(arrival.at, source.at)
      arrival.sources++
      continue
    }
    const { host, path, at, change } = source
    const isNear = packages.get(host)?.some((each) => Math.abs(each - at) <= nearPackages) ?? false
    const what = { path, kind: change.kind, summary: summaryOf(change), identity: identityOf(change) }
    gather(entries, what, { host, at }, isNear && path !== packagesPath)
  }
  const earlierNames = arrivals.length > 0 ? await earlierNamesIn(store) : () => undefined
  for (const { host, first, at, sources } of arrivals) {
    const earlier = earlierNames(host, first)
    const found = `first seen, with ${sources} ${sources === 1 ? 'source' : 'sources'}`
    const summary = earlier === undefined ? found : `${found}; called ${earlier} before`
    gather(entries, { path: 'host', kind: 'arrived', summary, identity: summary }, { host, at }, false)
  }
  return [...entries.values()]
    .map(({ hosts, accompanied, ...entry }) => ({
      ...entry,
      hosts: [...hosts].sort(),
      with_packages: accompanied.size,
    }))
    .sort((one, other) => other.at - one.at || (one.path < other.path ? -1 : 1))
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

async function hostsBefore(store: Store, time: number): Promise<Set<string>> {
  const view = { kind: 'moment', at: time - 1 } as const
  const { hosts } = await store.hosts({ all: [], without: [], view, silentBefore: 0 })
  return new Set(hosts.map(({ name }) => name))
}

/** Marks what was first seen together with its host. The hosts known before are asked for once there is anything of that kind. */
async function* arrivalsTold(
  changes: AsyncIterable<SourceChange>,
  askKnown: () => Promise<ReadonlySet<string>>,
): AsyncIterable<SourceChange & { isArrival: boolean }> {
  let ofHost: SourceChange[] = []
  let known: ReadonlySet<string> | undefined
  async function* told() {
    const began = Math.min(...ofHost.map(({ at }) => at))
    for (const source of ofHost) {
      const mayBe = source.change.kind === 'appeared' && source.at <= began + settling
      if (mayBe) known ??= await askKnown()
      yield { ...source, isArrival: mayBe && known?.has(source.host) === false }
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
