// Hosts that were not known before a span of time, and the changes of all others. What such a host had from the beginning says
// nothing but that it is there, and is not read: on the first day of a fleet that is nearly everything.
import type { Condition } from '../query/ast.ts'
import type { Document } from '../snapshot/document.ts'
import type { Selected, Store } from '../store/store.ts'
import {
  type ChangesRequest,
  changesAmong,
  changesIn,
  ofSources,
  ofState,
  type SourceChange,
  statesOf,
} from './changes.ts'
import { allOf, anyOf, hasValue, isOneOf, not } from './conditions.ts'

/** A change, or what was there when its host was first seen. */
export interface ToldChange extends SourceChange {
  isArrival: boolean
}

/** What is first seen of a new host within this time was there before, in milliseconds. */
const settling = 3_600_000
/** As many versions of a span are read at once, which is cheaper than to find out who is new. */
const cheaplyRead = 500
/** Of new hosts so much is held before it is told. */
const chunkSources = 1000
const chunkArrivals = 50_000

/** As `changesIn`, one host after another, new ones first where there are many changes. */
export async function* changesAndArrivals(
  store: Store,
  request: ChangesRequest,
  enough = cheaplyRead,
): AsyncIterable<ToldChange> {
  const { condition, from, to } = request
  const few = await fewerThan(enough, store.search({ ...statesOf(request), limit: enough }))
  if (few) {
    yield* told(changesAmong(store, few, from), () => hostsBefore(store, from))
    return
  }
  const known = await hostsBefore(store, from)
  const found = new Set<string>()
  yield* told(changesOfNewHosts(store, request, known, found), async () => known)
  const isKnown = found.size < known.size ? not(isOneOf('host.name', [...found])) : isOneOf('host.name', [...known])
  const others = found.size === 0 ? condition : allOf(condition, isKnown)
  // a host that came meanwhile is new all the same
  yield* told(changesIn(store, { condition: others, from, to }), async () => known)
}

/** All documents, or undefined where there are as many as that. */
async function fewerThan(enough: number, documents: AsyncIterable<Document>): Promise<Document[] | undefined> {
  const few: Document[] = []
  for await (const document of documents) {
    if (few.push(document) >= enough) return undefined
  }
  return few.length < enough ? few : undefined
}

async function hostsBefore(store: Store, time: number): Promise<ReadonlySet<string>> {
  const view = { kind: 'moment', at: time - 1 } as const
  const { hosts } = await store.hosts({ all: [], without: [], view, silentBefore: 0 })
  return new Set(hosts.map(({ name }) => name))
}

/** Marks what was first seen together with its host. The hosts known before are asked for once there is anything of that kind. */
async function* told(
  changes: AsyncIterable<SourceChange>,
  askKnown: () => Promise<ReadonlySet<string>>,
): AsyncIterable<ToldChange> {
  let known: ReadonlySet<string> | undefined
  for await (const ofHost of byHost(changes)) {
    const began = Math.min(...ofHost.map(({ at }) => at))
    for (const source of ofHost) {
      const mayBe = source.change.kind === 'appeared' && source.at <= began + settling
      if (mayBe) known ??= await askKnown()
      yield { ...source, isArrival: mayBe && known?.has(source.host) === false }
    }
  }
}

/** Reads only what is more than an arrival. Adds to `found` whose changes these are. */
async function* changesOfNewHosts(
  store: Store,
  request: ChangesRequest,
  known: ReadonlySet<string>,
  found: Set<string>,
): AsyncIterable<SourceChange> {
  let hosts: NewHost[] = []
  for await (const host of newHosts(store, request, known)) {
    found.add(host.name)
    hosts.push(host)
    if (countOf(hosts, 'others') < chunkSources && countOf(hosts, 'arrived') < chunkArrivals) continue
    yield* changesOfHosts(store, hosts, request)
    hosts = []
  }
  yield* changesOfHosts(store, hosts, request)
}

/** What a new host has: what was there from the beginning, and paths of which there is more to tell. */
interface NewHost {
  name: string
  arrived: SourceChange[]
  others: string[]
}

function countOf(hosts: readonly NewHost[], what: 'arrived' | 'others'): number {
  return hosts.reduce((sum, host) => sum + host[what].length, 0)
}

async function* changesOfHosts(
  store: Store,
  hosts: readonly NewHost[],
  { condition, from, to }: ChangesRequest,
): AsyncIterable<SourceChange> {
  const sources = hosts.flatMap(({ name, others }) => others.map((path) => ({ host: name, path })))
  const changes = new Map<string, SourceChange[]>()
  // no more named at once than a chunk has
  for (let at = 0; at < sources.length; at += chunkSources) {
    const some = ofSources(sources.slice(at, at + chunkSources))
    for await (const change of changesIn(store, { condition: allOf(condition, some), from, to })) {
      const ofHost = changes.get(change.host)
      if (ofHost) ofHost.push(change)
      else changes.set(change.host, [change])
    }
  }
  for (const { name, arrived } of hosts) {
    yield* arrived
    yield* changes.get(name) ?? []
  }
}

/** Found by the times of their versions alone. */
async function* newHosts(
  store: Store,
  { condition, from, to }: ChangesRequest,
  known: ReadonlySet<string>,
): AsyncIterable<NewHost> {
  const view = { kind: 'history', from, to } as const
  const isNew = allOf(condition, ofState, not(isOneOf('host.name', [...known])))
  const unclear = new Set<string>()
  for await (const { host, path } of store.select({ condition: allOf(isNew, isUnclear), view, fields: [] }))
    unclear.add(`${host}\n${path}`)
  const versions = store.select({ condition: isNew, view, fields: ['@timestamp'] })
  for await (const sightings of byHost(sightingsOf(versions))) yield newHostOf(sightings, unclear)
}

/** What may have been gone or unreadable from the beginning. */
const isUnclear: Condition = anyOf([{ kind: 'exists', field: 'error.message' }, hasValue('file.exists', 'false')])

interface Sighting {
  host: string
  path: string
  at: number
}

async function* sightingsOf(rows: AsyncIterable<Selected>): AsyncIterable<Sighting> {
  for await (const { host, path, names, values } of rows)
    yield { host, path, at: Date.parse(String(values[names.indexOf('@timestamp')])) }
}

function newHostOf(sightings: readonly Sighting[], unclear: ReadonlySet<string>): NewHost {
  const began = Math.min(...sightings.map(({ at }) => at))
  const arrived: SourceChange[] = []
  const others: string[] = []
  for (const [path, [first, ...more]] of Map.groupBy(sightings, (sighting) => sighting.path)) {
    if (!first) continue
    const isPlain = more.length === 0 && first.at <= began + settling && !unclear.has(`${first.host}\n${path}`)
    if (isPlain) arrived.push({ ...first, change: { kind: 'appeared' } })
    else others.push(path)
  }
  return { name: sightings[0]?.host ?? '', arrived, others }
}

/** Runs of one host. */
async function* byHost<Item extends { host: string }>(items: AsyncIterable<Item>): AsyncIterable<Item[]> {
  let run: Item[] = []
  for await (const item of items) {
    if (run.length > 0 && run[0]?.host !== item.host) {
      yield run
      run = []
    }
    run.push(item)
  }
  if (run.length > 0) yield run
}
