// The state at a past time, which no index holds by itself. What was observed until then stands in the history of that day, in the
// daily view of the days before, and among the newest states where nothing came since; of each host and path the newest counts.
import type { estypes } from '@elastic/elasticsearch'
import type { Condition } from '../../../query/ast.ts'
import { type Document, dayOf, timeOf } from '../../../snapshot/document.ts'
import { snapshotId } from '../../../snapshot/snapshot-id.ts'
import type { SearchRequest } from '../../store.ts'
import { documentOf, type Source } from '../mapping/document-source.ts'
import { dayIndex, daysAlias, historyAlias, historyIndex, latestAlias } from '../mapping/index-names.ts'
import { type Asking, firstTimeOf, narrowed, observed, type Target } from './asking.ts'
import { compositeBuckets } from './buckets.ts'
import { columnSearch, columnsOf, documentOfColumns } from './columns.ts'
import type { Query } from './query-parts.ts'
import { hasFieldPattern, queryOf } from './query-writer.ts'
import { partsOf, type Reader } from './reader.ts'
import { byHost, inHistory, newestMatching, newestOf, partsOfSources, type Standing } from './standings.ts'

const dayMs = 86_400_000

export class Moments {
  readonly #asking: Asking
  readonly #reader: Reader

  constructor(asking: Asking, reader: Reader) {
    this.#asking = asking
    this.#reader = reader
  }

  async count(condition: Condition, at: number): Promise<number> {
    let count = 0
    for await (const _ of this.#matching(condition, await this.target(at))) count++
    return count
  }

  async *search(request: SearchRequest, at: number): AsyncIterable<Document> {
    const target = await this.target(at)
    const columns = await columnsOf(this.#asking, target, request)
    const size = columns ? 5000 : request.withoutContent ? 1000 : 100
    let left = request.limit ?? Number.POSITIVE_INFINITY
    let some: Standing[] = []
    /** While some are told the next are on their way. */
    let coming: Promise<Document[]> = Promise.resolve([])
    const ask = () => {
      const before = coming
      coming = this.#documents(some, request, columns)
      // thrown where they are awaited, which may be never
      coming.catch(() => {})
      left -= some.length
      some = []
      return before
    }
    for await (const standing of this.#matching(request.condition, target)) {
      some.push(standing)
      if (some.length < Math.min(size, left)) continue
      yield* await ask()
      if (left <= 0) break
    }
    yield* await ask()
    yield* await coming
  }

  /** Names of the hosts with a state of the moment that matches, in order. */
  async *hosts(condition: Condition, at: number): AsyncIterable<string> {
    const { all, matched } = await this.#asked(condition, await this.target(at))
    if (matched === undefined) {
      for await (const { key } of compositeBuckets(this.#asking, all, byHost)) yield String(key['host.name'])
      return
    }
    for await (const { host } of newestMatching(this.#asking, all, matched)) yield host
  }

  /** Everything up to the moment of the sources that a condition tells from others; undefined where it says more than that. */
  async sources(condition: Condition, at: number): Promise<Target | undefined> {
    const { all, matched } = await this.#asked(condition, await this.target(at))
    return matched === undefined ? all : undefined
  }

  /** Whose state of the moment matches, by host and path. */
  async *#matching(condition: Condition, ofMoment: Target): AsyncIterable<Standing> {
    const { all, matched } = await this.#asked(condition, ofMoment)
    yield* matched === undefined ? newestOf(this.#asking, all) : newestMatching(this.#asking, all, matched)
  }

  /** Of which sources the newest is sought, and what it must match; undefined where that is known of the source. */
  async #asked(condition: Condition, ofMoment: Target): Promise<{ all: Target; matched: Query | undefined }> {
    const mapped = hasFieldPattern(condition) ? await this.#reader.mappedFields() : []
    const known = { types: this.#asking.types, mapped }
    const { ofSources, others } = partsOfSources(condition)
    const all = narrowed(ofMoment, ...ofSources.map((part) => queryOf(part, known)))
    return { all, matched: others.length === 0 ? undefined : queryOf(condition, known) }
  }

  /** Everything among which the newest of each host and path at a time is. */
  async target(at: number): Promise<Target> {
    const { prefix } = this.#asking
    const day = dayOf(at)
    const filter: Query[] = [observed({ to: at })]
    // of samples the daily view has the last of each day before, as far back as it goes
    const first = await firstTimeOf(this.#asking, daysAlias(prefix))
    if (first !== undefined && first < day * dayMs)
      filter.push({
        bool: {
          should: [
            observed({ from: day * dayMs }),
            { term: { 'event.kind': 'state' } },
            { bool: { must_not: [inHistory(prefix)] } },
          ],
        },
      })
    return {
      index: [latestAlias(prefix), daysAlias(prefix), historyAlias(prefix)],
      ignore_unavailable: true,
      query: { bool: { filter } },
    }
  }

  /** In the order asked for. What was removed meanwhile is left out. */
  async #documents(
    standings: readonly Standing[],
    request: SearchRequest,
    columns: readonly string[] | undefined,
  ): Promise<Document[]> {
    const { prefix } = this.#asking
    const found = new Map<Standing, Document>()
    // with its text where that is kept; the newest states may be newer by now, and a day may have gone
    const places: ((standing: Standing, id: string) => Place)[] = [
      ({ at }, id) => ({ _index: dayIndex(prefix, dayOf(at)), _id: id }),
      ({ at }, id) => ({ _index: historyIndex(prefix, dayOf(at)), _id: `${id}@${at}` }),
      (_, id) => ({ _index: latestAlias(prefix), _id: id }),
    ]
    for (const place of places) {
      const left = standings.filter((standing) => !found.has(standing))
      if (left.length === 0) break
      const there = left.map((standing) => place(standing, snapshotId(standing.host, standing.path)))
      const documents = columns ? await this.#byColumns(there, columns) : await this.#whole(there, request)
      const byStanding = new Map(documents.map((document) => [keyOf(standingOf(document)), document]))
      for (const standing of left) {
        const document = byStanding.get(keyOf(standing))
        if (document) found.set(standing, document)
      }
    }
    return standings.flatMap((standing) => found.get(standing) ?? [])
  }

  async #whole(places: readonly Place[], request: SearchRequest): Promise<Document[]> {
    const parts = partsOf(request)
    const { docs } = await this.#asking.client.mget<Source>({
      docs: [...places],
      ...(parts !== true && { _source_includes: parts.includes ?? [], _source_excludes: parts.excludes ?? [] }),
    })
    return docs.flatMap((doc) => ('found' in doc && doc.found && doc._source ? [documentOf(doc._source)] : []))
  }

  async #byColumns(places: readonly Place[], columns: readonly string[]): Promise<Document[]> {
    const searches = Array.from(
      Map.groupBy(places, ({ _index }) => _index),
      ([index, some]): estypes.MsearchRequestItem[] => [
        { index, ignore_unavailable: true, allow_partial_search_results: false },
        { query: { ids: { values: some.map(({ _id }) => _id) } }, size: some.length, ...columnSearch(columns) },
      ],
    )
    const { responses } = await this.#asking.client.msearch({ searches: searches.flat() })
    const documents: Document[] = []
    for (const response of responses) {
      if ('error' in response) throw new Error(response.error.reason ?? response.error.type)
      for (const hit of response.hits.hits) documents.push(await documentOfColumns(this.#asking, hit, columns))
    }
    return documents
  }
}

interface Place {
  _index: string
  _id: string
}

function standingOf(document: Document): Standing {
  return { host: document['host.name'], path: document['file.path'], at: timeOf(document) }
}

function keyOf({ host, path, at }: Standing): string {
  return `${host}\n${path}\n${at}`
}
