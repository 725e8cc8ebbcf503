// Reading: documents in a stable order, page by page from a point in time, however many there are.
import type { estypes } from '@elastic/elasticsearch'
import type { Condition } from '../../../query/ast.ts'
import { type Document, timeOf } from '../../../snapshot/document.ts'
import { snapshotId } from '../../../snapshot/snapshot-id.ts'
import type { SearchRequest, View } from '../../store.ts'
import { FailureError } from '../connection/failure.ts'
import { documentOf, type Source } from '../mapping/document-source.ts'
import type { FieldTypes } from '../mapping/field-types.ts'
import { daysAlias, historyAlias, type IndexedView, indicesOf, latestAlias } from '../mapping/index-names.ts'
import { pairsField } from '../mapping/pairs.ts'
import { type Asking, observed, plain, type Target } from './asking.ts'
import { isColumn } from './columns.ts'
import { Moments } from './moments.ts'
import { hasFieldPattern, type Query, queryOf } from './query-writer.ts'

/** Core fields of one value, which the index keeps by column: listing them reads no document. */
function columnsOf(fields: readonly string[], types: FieldTypes): string[] | undefined {
  const isColumn = (name: string) =>
    /^(@timestamp$|host\.name$|file\.|event\.)/.test(name) && types.nativeType(name) !== 'text'
  const columns = [...new Set([...common, ...fields])]
  return columns.every((name) => isColumn(name) && types.single.some((field) => field.name === name))
    ? columns
    : undefined
}

/** The parts of a `_source` that a request needs. */
export function partsOf({ withoutContent, fields }: SearchRequest): { excludes: string[]; includes?: string[] } {
  const excludes = ['state', pairsField, ...(withoutContent ? ['content'] : [])]
  return fields ? { excludes, includes: [...common, ...fields, 'other'] } : { excludes }
}

/** The order of `search`. */
export const sort: estypes.SortCombinations[] = [
  { 'host.name': 'asc' },
  { 'file.path': 'asc' },
  { '@timestamp': 'desc' },
]
/** What every document has. */
const common = ['@timestamp', 'host.name', 'file.path', 'event.dataset', 'event.kind']
const keepAlive = '2m'
/** A page is about so much text, whatever the documents are. */
const pageCharacters = 4_000_000
const mostPerPage = 5000
const mostColumns = 10

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
    const { condition, view, limit, fields } = request
    if (limit === 0) return
    if (view.kind === 'moment') {
      yield* this.moments.search(request, view.at)
      return
    }
    const target = await this.target(condition, view)
    const columns =
      fields && (columnsOf(fields, this.#asking.types) ?? (await this.#otherColumns(target, fields, limit)))
    if (columns) {
      const pages = this.pages(target, { sort, _source: false, docvalue_fields: [...columns, 'other_names'] }, limit)
      for await (const hit of pages) yield this.#fromColumns(hit, columns) ?? (await this.#whole(hit))
      return
    }
    const pages = this.pages(target, { sort, _source: partsOf(request) }, limit)
    for await (const { _source } of pages) yield documentOf(_source as Source)
  }

  /** As `columnsOf`, for any fields; to find out takes two requests for each, which a small answer is not worth. */
  async #otherColumns(target: Target, fields: readonly string[], limit = mostPerPage): Promise<string[] | undefined> {
    if (limit < mostPerPage || fields.length > mostColumns || fields.includes('content')) return undefined
    const beyond = fields.filter((field) => !columnsOf([field], this.#asking.types))
    const are = await Promise.all(beyond.map((field) => isColumn(this.#asking, field, target)))
    return are.every(Boolean) ? [...new Set([...common, ...fields])] : undefined
  }

  /** Undefined when the index does not hold one of the values. */
  #fromColumns({ fields, _ignored }: estypes.SearchHit<unknown>, columns: readonly string[]): Document | undefined {
    const elsewhere: readonly string[] = [...(_ignored ?? []), ...(fields?.['other_names'] ?? [])]
    if (elsewhere.some((name) => columns.includes(name))) return undefined
    return Object.fromEntries(columns.flatMap((name) => (fields?.[name] ? [[name, fields[name][0]]] : []))) as Document
  }

  async #whole({ _index, _id }: estypes.SearchHit<unknown>): Promise<Document> {
    const { _source } = await this.#asking.client.get<Source>({
      index: _index,
      id: _id ?? '',
      _source_excludes: 'state',
    })
    return documentOf(_source ?? {})
  }

  /** Hits of a search, page by page; a small limit is one request. */
  async *pages(
    target: Target,
    body: Pick<estypes.SearchRequest, 'sort' | '_source' | 'docvalue_fields'>,
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

/** A query for the versions of one source up to a time. */
export function sourceAt(host: string, path: string, at: number): Query {
  return {
    bool: {
      filter: [{ term: { 'host.name': host } }, { term: { 'file.path': path } }, observed({ to: at })],
    },
  }
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
