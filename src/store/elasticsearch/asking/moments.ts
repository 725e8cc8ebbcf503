// The state at a past time, which no index holds by itself. What was observed until then stands in the history of that day, in the
// daily view of the days before, and among the newest states where nothing came since; of each host and path the newest counts.
import type { estypes } from '@elastic/elasticsearch'
import type { Condition } from '../../../query/ast.ts'
import { leavesOf } from '../../../query/named.ts'
import { type Document, dayOf, timeOf } from '../../../snapshot/document.ts'
import { snapshotId } from '../../../snapshot/snapshot-id.ts'
import type { SearchRequest } from '../../store.ts'
import { documentOf, type Source } from '../mapping/document-source.ts'
import { dayIndex, daysAlias, historyAlias, historyIndex, latestAlias } from '../mapping/index-names.ts'
import { type Asking, firstTimeOf, narrowed, observed, plain, type Target } from './asking.ts'
import { compositeBuckets } from './buckets.ts'
import { columnSearch, columnsOf, documentOfColumns } from './columns.ts'
import type { Query } from './query-parts.ts'
import { hasFieldPattern, isConjunction, queryOf } from './query-writer.ts'
import { partsOf, type Reader } from './reader.ts'

/** One host and path, and when its state of the moment was kept: milliseconds since the epoch. */
export interface Standing {
  host: string
  path: string
  at: number
}

const dayMs = 86_400_000
const sourceFields = ['host.name', 'file.path'] as const
const bySource = sourceFields.map((field) => ({ [field]: { terms: { field } } }))
/** More hosts or paths than this are not named one by one. */
const mostNamed = 1000
const time = { max: { field: '@timestamp' } }

export class Moments {
  readonly #asking: Asking
  readonly #reader: Reader

  constructor(asking: Asking, reader: Reader) {
    this.#asking = asking
    this.#reader = reader
  }

  async count(condition: Condition, at: number): Promise<number> {
    let count = 0
    for await (const _ of this.matching(condition, at)) count++
    return count
  }

  async *search(request: SearchRequest, at: number): AsyncIterable<Document> {
    const target = await this.target(at)
    const columns = await columnsOf(this.#asking, target, request)
    const size = columns ? 5000 : request.withoutContent ? 1000 : 100
    let left = request.limit ?? Number.POSITIVE_INFINITY
    let some: Standing[] = []
    for await (const standing of this.#matching(request.condition, target)) {
      some.push(standing)
      if (some.length < Math.min(size, left)) continue
      yield* await this.#documents(some, request, columns)
      left -= some.length
      some = []
      if (left <= 0) return
    }
    yield* await this.#documents(some, request, columns)
  }

  /** Whose state of the moment matches, by host and path. */
  async *matching(condition: Condition, at: number): AsyncIterable<Standing> {
    yield* this.#matching(condition, await this.target(at))
  }

  async *#matching(condition: Condition, ofMoment: Target): AsyncIterable<Standing> {
    const { prefix, types } = this.#asking
    const mapped = hasFieldPattern(condition) ? await this.#reader.mappedFields() : []
    const known = { types, mapped }
    const matched = queryOf(condition, known)
    const { ofSources, others } = partsOfSources(condition)
    const ofThem = narrowed(ofMoment, ...ofSources.map((part) => queryOf(part, known)))
    const target = others.length === 0 ? ofThem : await this.#ofMatching(ofThem, matched)
    if (target === undefined) return
    // a sample stands in the history without its text, and maybe with it elsewhere: then that decides
    const elsewhere = { bool: { must_not: [inHistory(prefix)] } }
    const aggregations = {
      newest: time,
      matched: { filter: matched, aggregations: { time } },
      kept: { filter: elsewhere, aggregations: { time, matched: { filter: matched, aggregations: { time } } } },
    }
    for await (const bucket of compositeBuckets(this.#asking, target, bySource, aggregations)) {
      const { newest, matched: all, kept } = bucket as unknown as Bucket
      if (newest.value === null) continue
      const deciding = kept.time.value === newest.value ? kept.matched : all
      if (deciding.time.value !== newest.value) continue
      yield { host: String(bucket.key['host.name']), path: String(bucket.key['file.path']), at: newest.value }
    }
  }

  /** Only the hosts and paths that match at some time: the newest of all the others need not be sought. Undefined where none does. */
  async #ofMatching(target: Target, matched: Query): Promise<Target | undefined> {
    const { aggregations } = await this.#asking.client.search<unknown, Record<string, Named>>({
      ...narrowed(target, matched),
      size: 0,
      ...plain,
      aggregations: Object.fromEntries(sourceFields.map((field) => [field, { terms: { field, size: mostNamed } }])),
    })
    const queries: Query[] = []
    for (const field of sourceFields) {
      const { buckets, sum_other_doc_count } = aggregations![field]!
      if (buckets.length === 0) return undefined
      if (sum_other_doc_count === 0) queries.push({ terms: { [field]: buckets.map(({ key }) => key) } })
    }
    return narrowed(target, ...queries)
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
    const { excludes, includes } = partsOf(request)
    const { docs } = await this.#asking.client.mget<Source>({
      docs: [...places],
      _source_excludes: excludes,
      ...(includes && { _source_includes: includes }),
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

/** Parts of a condition that tell sources from one another: they hold at all times or never. And those that may change. */
function partsOfSources(condition: Condition): { ofSources: Condition[]; others: Condition[] } {
  const parts = isConjunction(condition) ? condition.must : [condition]
  return { ofSources: parts.filter(isOfSources), others: parts.filter((part) => !isOfSources(part)) }
}

function isOfSources(condition: Condition): boolean {
  return leavesOf(condition).every((leaf) =>
    'field' in leaf ? sourceFields.some((field) => field === leaf.field) : leaf.kind === 'all' || leaf.kind === 'none',
  )
}

interface Named {
  buckets: { key: string }[]
  sum_other_doc_count: number
}

interface Bucket {
  newest: estypes.AggregationsMaxAggregate
  matched: Timed
  kept: Timed & { matched: Timed }
}

interface Timed {
  time: estypes.AggregationsMaxAggregate
}

function inHistory(prefix: string): Query {
  return { prefix: { _index: `${prefix}history_` } }
}
