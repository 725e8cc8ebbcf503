// The state at a past time, which no index holds by itself. What was observed until then stands in the history of that day, in the
// daily view of the days before, and among the newest states where nothing came since; of each host and path the newest counts.
import type { estypes } from '@elastic/elasticsearch'
import type { Condition } from '../../../query/ast.ts'
import { type Document, dayOf, timeOf } from '../../../snapshot/document.ts'
import { snapshotId } from '../../../snapshot/snapshot-id.ts'
import type { SearchRequest } from '../../store.ts'
import { documentOf, type Source } from '../mapping/document-source.ts'
import { dayIndex, daysAlias, historyAlias, historyIndex, latestAlias } from '../mapping/index-names.ts'
import { type Asking, firstTimeOf, observed, type Target } from './asking.ts'
import { compositeBuckets } from './buckets.ts'
import { hasFieldPattern, type Query, queryOf } from './query-writer.ts'
import { partsOf, type Reader } from './reader.ts'

/** One host and path, and when its state of the moment was kept: milliseconds since the epoch. */
export interface Standing {
  host: string
  path: string
  at: number
}

const dayMs = 86_400_000
const bySource = ['host.name', 'file.path'].map((field) => ({ [field]: { terms: { field } } }))
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
    let left = request.limit ?? Number.POSITIVE_INFINITY
    let some: Standing[] = []
    const size = request.withoutContent ? 1000 : 100
    for await (const standing of this.matching(request.condition, at)) {
      some.push(standing)
      if (some.length < Math.min(size, left)) continue
      yield* await this.#documents(some, request)
      left -= some.length
      some = []
      if (left <= 0) return
    }
    yield* await this.#documents(some, request)
  }

  /** Whose state of the moment matches, by host and path. */
  async *matching(condition: Condition, at: number): AsyncIterable<Standing> {
    const { prefix, types } = this.#asking
    const mapped = hasFieldPattern(condition) ? await this.#reader.mappedFields() : []
    const matched = queryOf(condition, { types, mapped })
    // a sample stands in the history without its text, and maybe with it elsewhere: then that decides
    const elsewhere = { bool: { must_not: [inHistory(prefix)] } }
    const aggregations = {
      newest: time,
      matched: { filter: matched, aggregations: { time } },
      kept: { filter: elsewhere, aggregations: { time, matched: { filter: matched, aggregations: { time } } } },
    }
    for await (const bucket of compositeBuckets(this.#asking, await this.target(at), bySource, aggregations)) {
      const { newest, matched: all, kept } = bucket as unknown as Bucket
      if (newest.value === null) continue
      const deciding = kept.time.value === newest.value ? kept.matched : all
      if (deciding.time.value !== newest.value) continue
      yield { host: String(bucket.key['host.name']), path: String(bucket.key['file.path']), at: newest.value }
    }
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
  async #documents(standings: readonly Standing[], request: SearchRequest): Promise<Document[]> {
    const { prefix } = this.#asking
    const found = new Map<Standing, Document>()
    // with its text where that is kept; the newest states may be newer by now, and a day may have gone
    const places: ((standing: Standing, id: string) => [index: string, id: string])[] = [
      ({ at }, id) => [dayIndex(prefix, dayOf(at)), id],
      ({ at }, id) => [historyIndex(prefix, dayOf(at)), `${id}@${at}`],
      (_, id) => [latestAlias(prefix), id],
    ]
    for (const place of places) {
      const left = standings.filter((standing) => !found.has(standing))
      if (left.length === 0) break
      const sources = await this.#sources(
        left.map((standing) => place(standing, snapshotId(standing.host, standing.path))),
        request,
      )
      for (const [index, source] of sources.entries()) {
        const standing = left[index]!
        const document = source && documentOf(source)
        if (document && timeOf(document) === standing.at) found.set(standing, document)
      }
    }
    return standings.flatMap((standing) => found.get(standing) ?? [])
  }

  async #sources(
    places: readonly [index: string, id: string][],
    request: SearchRequest,
  ): Promise<(Source | undefined)[]> {
    const { excludes, includes } = partsOf(request)
    const { docs } = await this.#asking.client.mget<Source>({
      docs: places.map(([_index, _id]) => ({ _index, _id })),
      _source_excludes: excludes,
      ...(includes && { _source_includes: includes }),
    })
    return docs.map((doc) => ('found' in doc && doc.found ? doc._source : undefined))
  }
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
