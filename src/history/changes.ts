// What the states of a fleet turned into in a span of time: each version beside the one before it, host by host.
import type { Condition } from '../query/ast.ts'
import { type Document, timeOf } from '../snapshot/document.ts'
import type { SearchRequest, Store } from '../store/store.ts'
import { type Change, changeBetween, standingOf } from './change.ts'
import { allOf, anyOf, hasValue, isOneOf } from './conditions.ts'

/** One version that says something else than the one before it. */
export interface SourceChange {
  host: string
  path: string
  /** When it was first seen, in milliseconds since the epoch. */
  at: number
  change: Change
}

export interface ChangesRequest {
  /** What a version has to match to count; the one before it need not. */
  condition: Condition
  /** Milliseconds since the epoch, both included. */
  from: number
  to: number
}

/** The versions of one source in the span, newest first. */
interface Source {
  host: string
  path: string
  versions: Document[]
}

export const ofState: Condition = hasValue('event.kind', 'state')

/** A chunk of sources is about so much text, and not more sources. */
const chunkCharacters = 8_000_000
const chunkSources = 1000

/** Changes of state sources by host and path, newest first; what was only written anew and what counts by itself are left out. */
export async function* changesIn(store: Store, request: ChangesRequest): AsyncIterable<SourceChange> {
  yield* changesAmong(store, store.search(statesOf(request)), request.from)
}

/** Asks for every version that such a change may come from. */
export function statesOf({ condition, from, to }: ChangesRequest): SearchRequest {
  return { condition: allOf(condition, ofState), view: { kind: 'history', from, to } }
}

/** The changes that these versions of a span are. */
export async function* changesAmong(
  store: Store,
  states: AsyncIterable<Document> | Iterable<Document>,
  from: number,
): AsyncIterable<SourceChange> {
  let sources: Source[] = []
  let characters = 0
  for await (const document of states) {
    const { 'host.name': host, 'file.path': path } = document
    const last = sources.at(-1)
    if (last?.host === host && last.path === path) last.versions.push(document)
    else {
      if (sources.length >= chunkSources || characters > chunkCharacters) {
        yield* changesOf(store, sources, from)
        sources = []
        characters = 0
      }
      sources.push({ host, path, versions: [document] })
    }
    characters += document.content?.length ?? 0
  }
  yield* changesOf(store, sources, from)
}

async function* changesOf(store: Store, sources: readonly Source[], from: number): AsyncIterable<SourceChange> {
  if (sources.length === 0) return
  const earlier = await statesBefore(store, sources, from)
  for (const { host, path, versions } of sources) {
    for (const [index, after] of versions.entries()) {
      const before = versions[index + 1] ?? earlier.get(`${host}\n${path}`)
      const change = await sourceChange(store, before, after)
      if (change) yield change
    }
  }
}

/** What a version says otherwise than the one before it; undefined where that is nothing, or only written anew. */
export async function sourceChange(
  store: Store,
  before: Document | undefined,
  after: Document,
): Promise<SourceChange | undefined> {
  const known = before && standingOf(before) !== 'present' ? await knownBefore(store, before) : undefined
  const change = changeBetween(before, after, { ignoreVolatile: true, known })
  if (change.kind === 'same' || change.kind === 'touched' || change.kind === 'missing') return undefined
  return { host: after['host.name'], path: after['file.path'], at: timeOf(after), change }
}

/** What the sources said just before a time. */
async function statesBefore(store: Store, sources: readonly Source[], time: number): Promise<Map<string, Document>> {
  const found = new Map<string, Document>()
  for await (const document of store.search({ condition: ofSources(sources), view: { kind: 'moment', at: time - 1 } }))
    found.set(`${document['host.name']}\n${document['file.path']}`, document)
  return found
}

/** Of these hosts and paths. */
export function ofSources(sources: readonly { host: string; path: string }[]): Condition {
  const byPath = Map.groupBy(sources, ({ path }) => path)
  const hostsOf = (some: readonly { host: string }[]) => some.map(({ host }) => host)
  return anyOf(
    Array.from(byPath, ([path, some]) => allOf(hasValue('file.path', path), isOneOf('host.name', hostsOf(some)))),
  )
}

/** Versions asked for one by one before giving up. */
const mostSteps = 20

/** The newest state before one that says nothing, of which is known what it said. */
async function knownBefore(store: Store, from: Document): Promise<Document | undefined> {
  let document: Document | undefined = from
  for (let step = 0; step < mostSteps && document && standingOf(document) !== 'present'; step++)
    document = await store.get(document['host.name'], document['file.path'], timeOf(document) - 1)
  return document && standingOf(document) === 'present' ? document : undefined
}
