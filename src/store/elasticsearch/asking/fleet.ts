// Answers about hosts rather than documents: counted by Elasticsearch, page by page in the order of their names, so that 40,000
// hosts are as exact as four.
import type { estypes } from '@elastic/elasticsearch'
import type { Condition } from '../../../query/ast.ts'
import { sourcesNamed } from '../../../query/named.ts'
import type { Coverage, HostsAnswer, HostsRequest, View } from '../../store.ts'
import type { IndexedView } from '../mapping/index-names.ts'
import type { Asking } from './asking.ts'
import { compositeBuckets } from './buckets.ts'
import type { Reader } from './reader.ts'
import { byHost } from './standings.ts'

const latest = { kind: 'latest' } as const

export class Fleet {
  readonly #asking: Asking
  readonly #reader: Reader

  constructor(asking: Asking, reader: Reader) {
    this.#asking = asking
    this.#reader = reader
  }

  async hosts({ all, without, universe, view, silentBefore }: HostsRequest): Promise<HostsAnswer> {
    const namesOf = (conditions: readonly Condition[]) =>
      Promise.all(conditions.map((condition) => this.hostNames(condition, view)))
    const [seen, having, excluded] = await Promise.all([this.lastSeen(view), namesOf(all), namesOf(without)])
    const asked = await this.asked(universe, view, seen)
    let matched = asked
    for (const names of having) matched = matched.intersection(names)
    for (const names of excluded) matched = matched.difference(names)
    const hosts = Array.from(matched, (name) => {
      const at = seen.get(name) ?? -1
      return { name, seen: at, silent: at < silentBefore }
    })
    const coverage = await this.coverage([...all, ...without], view, { asked, matched, seen, silentBefore })
    return { hosts, coverage }
  }

  /** The hosts a question is about; every known one where the newest states are asked. */
  async asked(universe: Condition | undefined, view: View, seen: Map<string, number>): Promise<Set<string>> {
    if (universe) return this.hostNames(universe, view)
    const isEveryHostSeen = view.kind === 'latest' || view.kind === 'moment'
    return isEveryHostSeen ? new Set(seen.keys()) : this.hostNames({ kind: 'all' }, view)
  }

  /** Names of the hosts with a document that matches, in order. */
  async hostNames(condition: Condition, view: View): Promise<Set<string>> {
    const names = new Set<string>()
    if (view.kind === 'moment') for await (const host of this.#reader.moments.hosts(condition, view.at)) names.add(host)
    else for await (const { key } of this.#buckets(condition, view)) names.add(String(key['host.name']))
    return names
  }

  /** The newest time each known host was heard of, at a moment as it was then, in milliseconds since the epoch. */
  async lastSeen(view: View): Promise<Map<string, number>> {
    const seen = new Map<string, number>()
    const newest = { seen: { max: { field: '@timestamp' } } }
    const target =
      view.kind === 'moment'
        ? await this.#reader.moments.target(view.at)
        : await this.#reader.target({ kind: 'all' }, latest)
    for await (const bucket of compositeBuckets(this.#asking, target, byHost, newest)) {
      const { value } = bucket['seen'] as estypes.AggregationsMaxAggregate
      seen.set(String(bucket.key['host.name']), value ?? -1)
    }
    return seen
  }

  /** Whom an answer speaks of. */
  async coverage(
    conditions: readonly Condition[],
    view: View,
    { asked, matched, seen, silentBefore }: Answered,
  ): Promise<Coverage> {
    const paths = await this.#pathsAskedFor(conditions)
    const atPaths: Condition | undefined = paths && oneOf('file.path', paths)
    const failed: Condition = { kind: 'exists', field: 'error.message' }
    const failedThere: Condition = atPaths
      ? { kind: 'bool', must: [failed, atPaths], should: [], must_not: [] }
      : failed
    const [inError, withSource] = await Promise.all([
      this.hostNames(failedThere, view),
      atPaths && this.hostNames(atPaths, view),
    ])
    return {
      asked: asked.size,
      matched: matched.size,
      not_matched: asked.size - matched.size,
      silent: Array.from(asked).filter((name) => (seen.get(name) ?? -1) < silentBefore).length,
      without_source: withSource ? asked.difference(withSource).size : 0,
      in_error: asked.intersection(inError).size,
    }
  }

  /** Paths the conditions name, or where the fields they name are found; undefined when they name neither. */
  async #pathsAskedFor(conditions: readonly Condition[]): Promise<string[] | undefined> {
    const { paths, fields } = sourcesNamed(conditions)
    for (const field of fields) for (const path of await this.pathsOf(field)) paths.add(path)
    return paths.size + fields.size === 0 ? undefined : [...paths]
  }

  /** Paths whose newest documents carry a field. */
  async pathsOf(field: string): Promise<string[]> {
    const paths: string[] = []
    for await (const { key } of this.#buckets({ kind: 'exists', field }, latest, 'file.path'))
      paths.push(String(key['file.path']))
    return paths
  }

  /** The values of a keyword field over the documents that match, one bucket each. */
  async *#buckets(
    condition: Condition,
    view: IndexedView,
    field = 'host.name',
  ): AsyncIterable<estypes.AggregationsCompositeBucket> {
    const target = await this.#reader.target(condition, view)
    yield* compositeBuckets(this.#asking, target, [{ [field]: { terms: { field } } }])
  }
}

interface Answered {
  asked: Set<string>
  matched: Set<string>
  seen: Map<string, number>
  silentBefore: number
}

function oneOf(field: string, values: readonly string[]): Condition {
  if (values.length === 0) return { kind: 'none' }
  const should = values.map((text): Condition => ({ kind: 'value', field, value: { text } }))
  return { kind: 'bool', must: [], should, must_not: [] }
}
