// Reading: candidates of a condition, verified where SQL alone cannot say, as documents in a stable order.
import type { SQLInputValue } from 'node:sqlite'
import type { Condition } from '../../query/ast.ts'
import { namesContent, namesField } from '../../query/content.ts'
import { compileMatcher } from '../../query/matcher.ts'
import type { Document } from '../../snapshot/document.ts'
import { isNeverTyped } from '../field-split.ts'
import type { SearchRequest, View } from '../store.ts'
import type { Exact } from './candidates.ts'
import type { Database } from './database.ts'
import type { FieldSets } from './field-sets.ts'
import { QueryCompiler } from './query-compiler.ts'
import type { Texts } from './texts.ts'
import { atOf, scopeOf } from './views.ts'

/** One row of a view: names resolved, the rest by reference. */
export interface Row {
  entry_id: number
  host_id: number
  path_id: number
  at: number
  kind: number
  meta_set: number
  typed_set: number
  text_id: number | null
  hashed: number
  host: string
  path: string
}

const columns =
  'e.id AS entry_id, e.host_id, e.path_id, v.kind, v.meta_set, v.typed_set, v.text_id, v.hashed, h.name AS host, p.path'
const names = 'JOIN host h ON h.id = e.host_id JOIN path p ON p.id = e.path_id'

export class Reader {
  readonly #database: Database
  readonly #texts: Texts
  readonly #sets: FieldSets

  constructor(database: Database, texts: Texts, sets: FieldSets) {
    this.#database = database
    this.#texts = texts
    this.#sets = sets
  }

  /** Matching rows by host, path, newest first (or as they come); each is verified before it is given out. */
  *rows(condition: Condition, view: View, options: { ordered: boolean }): Iterable<Row> {
    const { sql, parameters, exact } = this.#select(condition, view, options.ordered)
    const matches = this.#verifier(condition, view, exact)
    for (const row of this.#database.iterate<Row>(sql, ...parameters)) if (matches(row)) yield row
  }

  count(condition: Condition, view: View): number {
    const { candidates, scope } = this.#narrow(condition, view)
    if (candidates.exact !== 'all') return Array.from(this.rows(condition, view, { ordered: false })).length
    const sql = `SELECT count(*) AS count FROM ${scope.from} WHERE ${scope.where} AND v.id IN (${candidates.sql})`
    return this.#database.get<{ count: number }>(sql, ...scope.parameters, ...candidates.parameters)?.count ?? 0
  }

  /** Ids of hosts with a matching row. */
  hostIds(condition: Condition, view: View): Set<number> {
    const { candidates, scope } = this.#narrow(condition, view)
    if (candidates.exact === 'all') {
      const sql = `SELECT DISTINCT e.host_id FROM ${scope.from} WHERE ${scope.where} AND v.id IN (${candidates.sql})`
      const rows = this.#database.all<{ host_id: number }>(sql, ...scope.parameters, ...candidates.parameters)
      return new Set(rows.map(({ host_id }) => host_id))
    }
    const found = new Set<number>()
    const matches = this.#verifier(condition, view, candidates.exact)
    const { sql, parameters } = this.#select(condition, view, false)
    for (const row of this.#database.iterate<Row>(sql, ...parameters)) {
      if (!found.has(row.host_id) && matches(row)) found.add(row.host_id)
    }
    return found
  }

  /** The whole document of a row; without `content` where that is not wanted. */
  document(row: Row, view: View, withContent: boolean): Document {
    return Object.assign(this.#withoutTyped(row, view, withContent), this.#sets.get(row.typed_set))
  }

  #withoutTyped(row: Row, view: View, withContent: boolean): Document {
    const meta = this.#sets.get(row.meta_set)
    const document: Document = {
      '@timestamp': new Date(row.at).toISOString(),
      'host.name': row.host,
      'file.path': row.path,
      'event.dataset': String(meta['event.dataset'] ?? ''),
      'event.kind': row.kind === 1 ? 'metric' : 'state',
    }
    Object.assign(document, meta)
    // the text of a counter belongs to the daily and the latest view
    const hasText = row.text_id !== null && !(view.kind === 'history' && row.kind === 1)
    if (hasText) {
      const text = withContent ? this.#texts.get(row.text_id ?? 0) : undefined
      const hash = row.hashed === 1 ? (text?.hash ?? this.#texts.hashOf(row.text_id ?? 0)) : undefined
      if (hash !== undefined) document['file.hash.sha256'] = hash
      if (text) document.content = text.text
    }
    return document
  }

  *search({ condition, view, limit, withoutContent }: SearchRequest): Iterable<Document> {
    let left = limit ?? Number.POSITIVE_INFINITY
    if (left <= 0) return
    for (const row of this.rows(condition, view, { ordered: true })) {
      yield this.document(row, view, withoutContent !== true)
      if (--left === 0) return
    }
  }

  /** The newest state of one source at or before a time; metric samples of the past come without their text. */
  get(host: string, path: string, at: number | undefined): Document | undefined {
    const one = `SELECT ${columns}, %AT% AS at FROM %FROM% ${names} WHERE h.name = ? AND p.path = ?`
    const select = (from: string, time: string) => one.replace('%AT%', time).replace('%FROM%', from)
    if (at === undefined) {
      const latest: View = { kind: 'latest' }
      const row = this.#database.get<Row>(select(scopeOf(latest, false).from, 'e.latest_at'), host, path)
      return row && this.document(row, latest, true)
    }
    const sql = `${select('version v JOIN entry e ON e.id = v.entry_id', 'v.at')} AND v.at <= ? ORDER BY v.at DESC LIMIT 1`
    const row = this.#database.get<Row>(sql, host, path, at)
    return row && this.document(row, { kind: 'days', from: 0, to: 0 }, true)
  }

  /** The test of a candidate that SQL alone could not answer for. */
  #verifier(condition: Condition, view: View, exact: Exact): (row: Row) => boolean {
    if (exact === 'all') return () => true
    const matches = compileMatcher(condition)
    const content = namesContent(condition)
    const typed = namesField(condition, (field) => !isNeverTyped(field))
    const documentOf = (row: Row) =>
      typed ? this.document(row, view, content) : this.#withoutTyped(row, view, content)
    return (row) => (exact === 'states' && row.kind === 0) || matches(documentOf(row))
  }

  #narrow(condition: Condition, view: View) {
    return {
      candidates: new QueryCompiler(this.#database, view).compile(condition),
      scope: scopeOf(view, condition.kind !== 'all'),
    }
  }

  #select(
    condition: Condition,
    view: View,
    ordered: boolean,
  ): { sql: string; parameters: SQLInputValue[]; exact: Exact } {
    const { candidates, scope } = this.#narrow(condition, view)
    const order = ordered ? ` ORDER BY h.name, p.path, ${atOf(view)} DESC` : ''
    const where = condition.kind === 'all' ? scope.where : `${scope.where} AND v.id IN (${candidates.sql})`
    return {
      sql: `SELECT ${columns}, ${atOf(view)} AS at FROM ${scope.from} ${names} WHERE ${where}${order}`,
      parameters: condition.kind === 'all' ? scope.parameters : [...scope.parameters, ...candidates.parameters],
      exact: candidates.exact,
    }
  }
}
