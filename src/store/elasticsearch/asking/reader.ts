// Reading: documents in a stable order, page by page from a point in time, however many there are.
import type { estypes } from '@elastic/elasticsearch'
import type { Condition } from '../../../query/ast.ts'
import { type Document, timeOf } from '../../../snapshot/document.ts'
import { snapshotId } from '../../../snapshot/snapshot-id.ts'
import type { SearchRequest, View } from '../../store.ts'
import { FailureError } from '../connection/failure.ts'
import { documentOf, type Source } from '../mapping/document-source.ts'
import { daysAlias, historyAlias, type IndexedView, indicesOf, latestAlias } from '../mapping/index-names.ts'
import { type Asking, common, observed, plain, sourceAt, type Target } from './asking.ts'
import { columnSearch, columnsOf, documentOfColumns } from './columns.ts'
import { Moments } from './moments.ts'
import type { Query } from './query-parts.ts'
import { hasFieldPattern, queryOf } from './query-writer.ts'

/** The parts of a `_source` that a request needs: the whole of it is less work than all but a part. */
export function partsOf({
  withoutContent,
  fields,
}: SearchRequest): true | { excludes?: string[]; includes?: string[] } {
  const includes = fields && { includes: [...common, ...fields, 'other'] }
  if (withoutContent) return { excludes: ['content'], ...includes }
  return includes ?? true
}

/** The order of `search`. */
export const sort: estypes.SortCombinations[] = [
  { 'host.name': 'asc' },
  { 'file.path': 'asc' },
  { '@timestamp': 'desc' },
]
const keepAlive = '2m'
/** A page is about so much text, whatever the documents are. */
const pageCharacters = 4_000_000
const mostPerPage = 5000

export class Reader {
  readonly #asking: Asking
  /** As it was at a time: what no index holds by itself. */
  readonly moments: Moments

  constructor(asking: Asking) {
    this.#asking = asking
    this.moments = new Moments(asking, this)
  }

  /** The indices and the query of a condition in a view. */
  async target(condition: Condition, view: IndexedView): Promise<Target> {
    const { prefix, types } = this.#asking
    const index = indicesOf(prefix, view)
    const mapped = hasFieldPattern(condition) ? await this.mappedFields() : []
    return {
      index,
      ignore_unavailable: view.kind !== 'latest',
      query: within(view, queryOf(condition, { types, mapped })),
    }
  }

  /** Names that have a mapping in any view. */
  async mappedFields(): Promise<string[]> {
    const { client, prefix } = this.#asking
    const { fields } = await client.fieldCaps({
      index: [latestAlias(prefix), daysAlias(prefix), historyAlias(prefix)],
      fields: '*',
      ignore_unavailable: true,
      include_unmapped: false,
      filters: '-metadata,-parent',
    })
    return Object.keys(fields)
  }

  async count(condition: Condition, view: View): Promise<number> {
    if (view.kind === 'moment') return this.moments.count(condition, view.at)
    const { count } = await this.#asking.client.count(await this.target(condition, view))
    return count
  }

  /** Throws where there are no newest states: a prefix nobody set up looks like a store without the days asked for. */
  async mustBeSetUp(): Promise<void> {
    await this.count({ kind: 'none' }, { kind: 'latest' })
  }

  async *search(request: SearchRequest): AsyncIterable<Document> {
    const { condition, view, limit } = request
    if (limit === 0) return
    if (view.kind === 'moment') {
      yield* this.moments.search(request, view.at)
      return
    }
    const target = await this.target(condition, view)
    const columns = await columnsOf(this.#asking, target, request)
    if (columns) {
      const pages = this.pages(target, { sort, ...columnSearch(columns) }, limit)
      for await (const hit of pages) yield documentOfColumns(this.#asking, hit, columns)
      return
    }
    const pages = this.pages(target, { sort, _source: partsOf(request) }, limit)
    for await (const { _source } of pages) yield documentOf(_source as Source)
  }

  /** Hits of a search, page by page; a small limit is one request. */
  async *pages(
    target: Target,
    body: Pick<estypes.SearchRequest, 'sort' | '_source' | 'stored_fields' | 'docvalue_fields'>,
    limit = Number.POSITIVE_INFINITY,
  ): AsyncIterable<estypes.SearchHit<unknown>> {
    const { client } = this.#asking
    const { index, ignore_unavailable, query } = target
    const first = Math.min(limit, 100)
    if (limit <= first) {
      const { hits } = await client.search({ index, ignore_unavailable, query, size: first, ...body, ...plain })
      yield* hits.hits
      return
    }
    const { id } = await client.openPointInTime({ index, ignore_unavailable, keep_alive: keepAlive })
    try {
      yield* this.#pagesOf({ id, keep_alive: keepAlive }, query, body, first, limit)
    } finally {
      await client.closePointInTime({ id }).catch(() => {})
    }
  }

  async *#pagesOf(
    pit: estypes.SearchPointInTimeReference,
    query: Query,
    body: object,
    first: number,
    limit: number,
  ): AsyncIterable<estypes.SearchHit<unknown>> {
    let size = first
    let left = limit
    let after: estypes.SortResults | undefined
    while (left > 0) {
      const { hits } = await this.#asking.client.search({
        pit,
        query,
        size: Math.min(size, left),
        ...(after && { search_after: after }),
        ...body,
        ...plain,
      })
      yield* hits.hits
      left -= hits.hits.length
      after = hits.hits.at(-1)?.sort
      if (hits.hits.length < size || after === undefined) return
      size = nextSize(hits.hits)
    }
  }

  /** The newest state of one source at or before a time. */
  async get(host: string, path: string, at: number | undefined): Promise<Document | undefined> {
    const { prefix } = this.#asking
    const latest = await this.#latest(host, path)
    if (at === undefined) return latest && documentOf(latest)
    const query = sourceAt(host, path, at)
    const version = await this.#newest(historyAlias(prefix), query)
    if (latest && timeOf(documentOf(latest)) <= at && !isSameState(version, latest)) return documentOf(latest)
    // where the history begins later, the daily view is what is left
    const source = version ?? (await this.#newest(daysAlias(prefix), query))
    return source && documentOf(source)
  }

  /** Found at once after it was written, as its id is known. */
  async #latest(host: string, path: string): Promise<Source | undefined> {
    const { client, prefix } = this.#asking
    const { docs } = await client.mget<Source>({ index: latestAlias(prefix), ids: [snapshotId(host, path)] })
    const [found] = docs
    if (found && 'error' in found) {
      const { type, reason, index: missing } = found.error as estypes.ErrorCause & { index?: string }
      if (type !== 'index_not_found_exception') throw new Error(reason ?? type)
      throw new FailureError({ kind: 'not_set_up', ...(missing !== undefined && { index: missing }) })
    }
    return found?.found ? found._source : undefined
  }

  async #newest(index: string, query: Query): Promise<Source | undefined> {
    const { hits } = await this.#asking.client.search<Source>({
      index,
      ignore_unavailable: true,
      query,
      size: 1,
      sort: [{ '@timestamp': 'desc' }],
      ...plain,
    })
    return hits.hits[0]?._source
  }
}

/** Whether a version found in the history is the newest state: the history may be half a minute behind. */
function isSameState(version: Source | undefined, latest: Source): boolean {
  if (version === undefined) return false
  const { '@timestamp': time, state } = latest
  return state === undefined ? version['@timestamp'] === time : version['state'] === state
}

/** The history is asked between two moments, the other views by their indices. */
function within(view: IndexedView, query: Query): Query {
  if (view.kind === 'latest') return query
  const [from, to] =
    view.kind === 'days' ? [view.from * 86_400_000, view.to * 86_400_000 + 86_399_999] : [view.from, view.to]
  return from === undefined && to === undefined ? query : { bool: { filter: [query, observed({ from, to })] } }
}

function nextSize(hits: readonly estypes.SearchHit<unknown>[]): number {
  let characters = 1
  for (const { _source } of hits) characters += 500 + String((_source as Source | undefined)?.['content'] ?? '').length
  return Math.max(10, Math.min(mostPerPage, Math.floor((pageCharacters * hits.length) / characters)))
}
