// Answers about hosts rather than documents: which match, which do not, how a value is distributed, and whom that covers.
import type { Condition } from '../../query/ast.ts'
import { sourcesNamed } from '../../query/named.ts'
import type { Scalar } from '../../snapshot/document.ts'
import { compareScalars } from '../scalar-order.ts'
import type { Coverage, HostsAnswer, HostsRequest, SearchRequest, ValuesAnswer, View } from '../store.ts'
import type { Database } from './database.ts'
import { valueCounts } from './distribution.ts'
import type { FieldSets } from './field-sets.ts'
import type { Reader } from './reader.ts'
import { atOf, scopeOf } from './views.ts'

interface HostRecord {
  id: number
  name: string
  seen: number
}

export class Fleet {
  readonly #database: Database
  readonly #reader: Reader
  readonly #sets: FieldSets

  constructor(database: Database, reader: Reader, sets: FieldSets) {
    this.#database = database
    this.#reader = reader
    this.#sets = sets
  }

  hosts({ all, without, universe, view, silentBefore }: HostsRequest): HostsAnswer {
    const asked = this.#asked(universe, view)
    let matched = asked
    for (const condition of all) matched = intersection(matched, this.#reader.hostIds(condition, view))
    for (const condition of without) matched = difference(matched, this.#reader.hostIds(condition, view))
    const hosts = this.#records(matched, view).map(({ name, seen }) => ({ name, seen, silent: seen < silentBefore }))
    return { hosts, coverage: this.#coverage([...all, ...without], view, asked, matched, silentBefore) }
  }

  values(
    field: string,
    { condition, view, silentBefore = Number.NEGATIVE_INFINITY }: SearchRequest & { silentBefore?: number },
  ): ValuesAnswer {
    const counts = new Map<Scalar, { hosts: Set<number>; documents: number }>()
    const matched = new Set<number>()
    const parts = { database: this.#database, reader: this.#reader, sets: this.#sets }
    for (const { value, host_id, documents } of valueCounts(parts, field, condition, view)) {
      matched.add(host_id)
      const count = counts.get(value) ?? { hosts: new Set<number>(), documents: 0 }
      count.hosts.add(host_id)
      count.documents += documents
      counts.set(value, count)
    }
    const namesById = new Map(this.#allHosts().map(({ id, name }) => [id, name]))
    const values = [...counts]
      .map(([value, { hosts, documents }]) => ({
        value,
        hosts: hosts.size,
        documents,
        examples: firstNames(hosts, namesById),
      }))
      .sort((a, b) => b.hosts - a.hosts || b.documents - a.documents || compareScalars(a.value, b.value))
    const asked = this.#asked(condition.kind === 'all' ? undefined : condition, view)
    return { values, coverage: this.#coverage([{ kind: 'exists', field }], view, asked, matched, silentBefore) }
  }

  #asked(universe: Condition | undefined, view: View): Set<number> {
    if (universe) return this.#reader.hostIds(universe, view)
    if (view.kind === 'latest') return new Set(this.#allHosts().map(({ id }) => id))
    return this.#reader.hostIds({ kind: 'all' }, view)
  }

  #coverage(
    conditions: readonly Condition[],
    view: View,
    asked: Set<number>,
    matched: Set<number>,
    silentBefore: number,
  ): Coverage {
    const paths = this.#pathsAskedFor(conditions)
    const silent = this.#records(asked, view).filter(({ seen }) => seen < silentBefore).length
    const inError = intersection(asked, this.#hostsInError(view, paths)).size
    return {
      asked: asked.size,
      matched: matched.size,
      not_matched: asked.size - matched.size,
      silent,
      without_source: paths ? difference(asked, this.#hostsWithPaths(view, paths)).size : 0,
      in_error: inError,
    }
  }

  /** Paths the conditions name, or where the fields they name are found; undefined when they name neither. */
  #pathsAskedFor(conditions: readonly Condition[]): number[] | undefined {
    const { paths, fields } = sourcesNamed(conditions)
    if (paths.size + fields.size === 0) return undefined
    const found = new Set<number>()
    for (const path of paths)
      for (const { id } of this.#database.all<{ id: number }>('SELECT id FROM path WHERE path = ?', path)) found.add(id)
    const sql = `SELECT DISTINCT q.path_id AS id FROM field f JOIN shape_field s ON s.field_id = f.id
      JOIN path_shape q ON q.shape_id = s.shape_id WHERE f.name GLOB ?`
    for (const field of fields)
      for (const { id } of this.#database.all<{ id: number }>(sql, globOf(field))) found.add(id)
    return [...found]
  }

  #hostsWithPaths(view: View, paths: number[]): Set<number> {
    const scope = scopeOf(view, false)
    const sql = `SELECT DISTINCT e.host_id FROM ${scope.from} WHERE ${scope.where} AND e.path_id IN (SELECT value FROM json_each(?))`
    return idsOf(this.#database.all<{ host_id: number }>(sql, ...scope.parameters, JSON.stringify(paths)))
  }

  #hostsInError(view: View, paths: number[] | undefined): Set<number> {
    const wanted = paths && new Set(paths)
    const found = new Set<number>()
    for (const row of this.#reader.rows({ kind: 'exists', field: 'error.message' }, view, { ordered: false })) {
      if (!wanted || wanted.has(row.path_id)) found.add(row.host_id)
    }
    return found
  }

  #records(ids: Set<number>, view: View): HostRecord[] {
    const known = this.#allHosts().filter(({ id }) => ids.has(id))
    if (view.kind !== 'moment') return known
    const scope = scopeOf(view, false)
    const sql = `SELECT e.host_id AS id, max(${atOf(view)}) AS seen FROM ${scope.from} WHERE ${scope.where} GROUP BY e.host_id`
    const seen = new Map(this.#database.all<{ id: number; seen: number }>(sql).map((row) => [row.id, row.seen]))
    return known.map((host) => ({ ...host, seen: seen.get(host.id) ?? host.seen }))
  }

  #allHosts(): HostRecord[] {
    return this.#database.all<HostRecord>('SELECT id, name, seen FROM host ORDER BY name')
  }
}

function globOf(field: string): string {
  return field.replace(/[[\]?]/g, '[$&]')
}

function idsOf(rows: { host_id: number }[]): Set<number> {
  return new Set(rows.map(({ host_id }) => host_id))
}

function intersection(one: Set<number>, other: Set<number>): Set<number> {
  return new Set([...one].filter((id) => other.has(id)))
}

function difference(one: Set<number>, other: Set<number>): Set<number> {
  return new Set([...one].filter((id) => !other.has(id)))
}

/** The first three by name. */
function firstNames(ids: Set<number>, namesById: Map<number, string>): string[] {
  const names = Array.from(ids, (id) => namesById.get(id) ?? '')
  return names.sort().slice(0, 3)
}
