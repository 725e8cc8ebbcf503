// How a field's values are spread over hosts: counted in the inverted index where that is the whole truth, else read from the
// documents one by one.
import type { SQLInputValue } from 'node:sqlite'
import type { Condition } from '../../query/ast.ts'
import type { Scalar } from '../../snapshot/document.ts'
import { isMetaField } from '../field-split.ts'
import type { View } from '../store.ts'
import type { Database } from './database.ts'
import { elementsOf, type FieldSets, longestIndexedValue, typeBits } from './field-sets.ts'
import { columnFields, QueryCompiler } from './query-compiler.ts'
import type { Reader } from './reader.ts'
import { scopeOf } from './views.ts'

/** How many documents of one host hold one value. */
export interface ValueCount {
  value: Scalar
  host_id: number
  documents: number
}

/** Counts of every value of a field over the documents that match, in no order; the same host and value may come repeatedly. */
export function valueCounts(
  { database, reader, sets }: { database: Database; reader: Reader; sets: FieldSets },
  field: string,
  condition: Condition,
  view: View,
): Iterable<ValueCount> {
  if (field === 'host.name' || field === 'file.path') return fromColumn(reader, field, condition, view)
  return fromIndex(database, field, condition, view) ?? fromDocuments(reader, sets, field, condition, view)
}

/** What every document has stands in no set of fields, so none is decoded. */
function* fromColumn(
  reader: Reader,
  field: 'host.name' | 'file.path',
  condition: Condition,
  view: View,
): Iterable<ValueCount> {
  for (const { host, path, host_id } of reader.rows(condition, view, { ordered: false }))
    yield { value: field === 'host.name' ? host : path, host_id, documents: 1 }
}

/** Undefined where the index does not hold each value as it is: counters, long texts, booleans among texts. */
function fromIndex(
  database: Database,
  field: string,
  condition: Condition,
  view: View,
): Iterable<ValueCount> | undefined {
  if (field.includes('*') || columnFields.includes(field)) return undefined
  const known = database.get<{ id: number; types: number }>('SELECT id, types FROM field WHERE name = ?', field)
  if (!known || (known.types & typeBits.boolean && known.types !== typeBits.boolean)) return undefined
  const cut = 'SELECT 1 AS cut FROM value WHERE field_id = ? AND length(v) >= ? LIMIT 1'
  if (database.get(cut, known.id, longestIndexedValue)) return undefined
  const compiler = new QueryCompiler(database, view)
  const candidates = compiler.compile(condition)
  if (candidates.exact !== 'all' || !compiler.isIndexed(field)) return undefined
  const scope = scopeOf(view, true)
  const set = isMetaField(field) ? 'v.meta_set' : 'v.typed_set'
  const among = condition.kind === 'all' ? '' : ` AND v.id IN (${candidates.sql})`
  const parameters: SQLInputValue[] = [known.id, ...scope.parameters]
  if (condition.kind !== 'all') parameters.push(...candidates.parameters)
  const holders = database.all<{ set_id: number; host_id: number; documents: number }>(
    `SELECT p.set_id, e.host_id, count(*) AS documents
     FROM (SELECT DISTINCT set_id FROM posting WHERE value_id IN (SELECT id FROM value WHERE field_id = ?)) p
     CROSS JOIN ${scope.from}
     WHERE ${scope.where} AND ${set} = p.set_id${among} GROUP BY p.set_id, e.host_id`,
    ...parameters,
  )
  return valuesOfHolders(
    database,
    known,
    Map.groupBy(holders, ({ set_id }) => set_id),
  )
}

/** A set has many values and is had by many hosts: the pairs of them are made here, as SQL is slow to give so many rows. */
function* valuesOfHolders(
  database: Database,
  { id, types }: { id: number; types: number },
  bySet: ReadonlyMap<number, readonly { host_id: number; documents: number }[]>,
): Iterable<ValueCount> {
  const isBoolean = types === typeBits.boolean
  const sql = 'SELECT x.v, p.set_id FROM value x CROSS JOIN posting p ON p.value_id = x.id WHERE x.field_id = ?'
  for (const { v, set_id } of database.iterate<{ v: number | string; set_id: number }>(sql, id)) {
    const value = isBoolean ? v === 'true' : v
    for (const { host_id, documents } of bySet.get(set_id) ?? []) yield { value, host_id, documents }
  }
}

function* fromDocuments(
  reader: Reader,
  sets: FieldSets,
  field: string,
  condition: Condition,
  view: View,
): Iterable<ValueCount> {
  const exists: Condition = { kind: 'exists', field }
  const having: Condition =
    condition.kind === 'all' ? exists : { kind: 'bool', must: [condition, exists], should: [], must_not: [] }
  for (const row of reader.rows(having, view, { ordered: false })) {
    const value =
      sets.get(row.typed_set)[field] ?? sets.get(row.meta_set)[field] ?? reader.document(row, view, false)[field]
    if (value === undefined) continue
    for (const element of new Set(elementsOf(value))) yield { value: element, host_id: row.host_id, documents: 1 }
  }
}
