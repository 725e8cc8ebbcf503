// Since when something is true of a host, and until when it was: told from versions, each of which holds until the next.
import type { Condition } from '../query/ast.ts'
import { compareCodePoints } from '../query/code-point-order.ts'
import type { Store, View } from '../store/store.ts'
import { allOf, everything, isBetween, isOneOf } from './conditions.ts'

/** A time during which a host had a document that matches. Times are milliseconds since the epoch. */
export interface Span {
  host: string
  since: number
  /** `changed`: it was seen to begin. `first seen`: nothing is known of the source before. `earlier`: it held already at the time asked for, or when the history begins. */
  began: 'changed' | 'first seen' | 'earlier'
  /** Absent while it still holds, as far as is known. */
  until?: number
  /** Where the documents that match are. */
  paths: string[]
}

export interface WhenRequest {
  condition: Condition
  /** The whole history when absent. */
  from?: number
  to: number
}

interface State {
  at: number
  failed: boolean
}

interface Source {
  host: string
  path: string
  matched: Set<number>
  /** Before the time asked for, and since; oldest first. */
  before: State[]
  states: State[]
}

/** So many versions are held at a time. */
const versionsAtOnce = 200_000
/** More paths than this are not worth naming. */
const mostPaths = 100

/**
 * The spans of each host, by host and time; those of several sources that overlap are one. A source that could not be read for a
 * while is taken to have stayed as it was. Samples of a metric source hold until the next, and are kept without their text.
 */
export async function* whenTrue(store: Store, { condition, from, to }: WhenRequest): AsyncIterable<Span> {
  const start = from ?? (await store.historySince())
  if (start === undefined) return
  const before: View = { kind: 'moment', at: start - 1 }
  const since: View = { kind: 'history', from: start, to }
  const hosts = new Set<string>()
  for (const view of [before, since]) {
    const answer = await store.hosts({ all: [condition], without: [], view, silentBefore: 0 })
    for (const { name } of answer.hosts) hosts.add(name)
  }
  const versions = await store.count({ condition, view: since })
  const names = [...hosts].sort(compareCodePoints)
  const size = Math.max(1, Math.floor((names.length * versionsAtOnce) / Math.max(versions, 1)))
  for (let at = 0; at < names.length; at += size) {
    const some = names.slice(at, at + size)
    const [first = ''] = some
    const within = some.length === names.length ? everything : isBetween('host.name', first, some.at(-1) ?? first)
    const sources = await sourcesOf(store, allOf(condition, within), within, { before, since })
    const byHost = Map.groupBy(sources, ({ host }) => host)
    for (const host of some) yield* joined((byHost.get(host) ?? []).flatMap((source) => spansOf(source, start)))
  }
}

/** Every source with a version that matches, and all its versions. */
async function sourcesOf(
  store: Store,
  matching: Condition,
  within: Condition,
  views: { before: View; since: View },
): Promise<Source[]> {
  const sources = new Map<string, Source>()
  const paths = new Set<string>()
  for (const view of [views.before, views.since]) {
    for await (const { host, path, at } of statesOf(store, matching, view)) {
      const key = `${host}\n${path}`
      const source = sources.get(key) ?? { host, path, matched: new Set(), before: [], states: [] }
      source.matched.add(at)
      sources.set(key, source)
      paths.add(path)
    }
  }
  if (sources.size === 0) return []
  const all = allOf(within, paths.size > mostPaths ? everything : isOneOf('file.path', [...paths]))
  for (const part of ['before', 'states'] as const) {
    const view = part === 'before' ? views.before : views.since
    for await (const { host, path, ...state } of statesOf(store, all, view))
      sources.get(`${host}\n${path}`)?.[part].unshift(state)
  }
  return [...sources.values()]
}

/** Versions, newest first for each source. */
async function* statesOf(
  store: Store,
  condition: Condition,
  view: View,
): AsyncIterable<State & { host: string; path: string }> {
  for await (const selected of store.select({ condition, view, fields: ['@timestamp', 'error.message'] })) {
    const { host, path, names, values } = selected
    const at = Date.parse(String(values[names.indexOf('@timestamp')]))
    yield { host, path, at, failed: names.includes('error.message') }
  }
}

function spansOf({ host, path, matched, before, states }: Source, start: number): Span[] {
  const spans: Span[] = []
  let open: Span | undefined
  for (const [index, { at, failed }] of [...before, ...states].entries()) {
    const isTrue = matched.has(at)
    if (failed && !isTrue) continue
    if (isTrue && !open) {
      const isEarlier = index < before.length
      const began = isEarlier ? 'earlier' : index === 0 ? 'first seen' : 'changed'
      open = { host, since: isEarlier ? start : at, began, paths: [path] }
      spans.push(open)
    } else if (!isTrue && open) {
      open.until = at
      open = undefined
    }
  }
  return spans
}

/** Spans of one host that overlap or touch become one. */
function joined(spans: Span[]): Span[] {
  const whole: Span[] = []
  for (const span of spans.sort((one, other) => one.since - other.since)) {
    const last = whole.at(-1)
    if (!last || (last.until !== undefined && last.until < span.since)) {
      whole.push(span)
      continue
    }
    last.paths = [...new Set([...last.paths, ...span.paths])]
    if (last.until !== undefined && (span.until === undefined || span.until > last.until)) {
      if (span.until === undefined) delete last.until
      else last.until = span.until
    }
  }
  return whole
}
