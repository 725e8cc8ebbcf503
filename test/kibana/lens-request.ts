// The request that Kibana makes of a Lens layer: its columns as aggregations within one another, its query as it stands.
import type { Column, Columns, Query } from '../../src/kibana/lens-column.ts'

type Json = Record<string, unknown>

export interface LensAttributes {
  title: string
  visualizationType: string
  references: { type: string; id: string; name: string }[]
  state: {
    query: Query
    datasourceStates: { formBased: { layers: Record<string, { columnOrder: string[]; columns: Columns }> } }
    visualization: Json & { layers?: Json[]; layerId?: string }
  }
}

/** The body of `_search` for the only layer of a chart. */
export function lensRequest({ state }: LensAttributes): Json {
  const [layer] = Object.values(state.datasourceStates.formBased.layers)
  if (!layer) throw new Error('no layer')
  const { columnOrder, columns } = layer
  const buckets = columnOrder.filter((id) => columns[id]!.isBucketed)
  const metrics = Object.assign({}, ...columnOrder.map((id) => metricOf(id, columns[id]!))) as Json
  let aggs = metrics
  // what a level is ordered by stands beside what it holds
  for (const id of buckets.toReversed()) aggs = { ...metrics, [id]: { ...bucketOf(columns[id]!), aggs } }
  return { size: 0, track_total_hits: true, query: dslOf(state.query), aggs }
}

/** Lucene goes as it is; of KQL only what last values are filtered by. */
export function dslOf({ language, query }: Query): Json {
  if (query === '') return { match_all: {} }
  if (language === 'lucene') return { query_string: { query, analyze_wildcard: true, time_zone: 'UTC' } }
  const [, field] = /^"([^"]+)": \*$/.exec(query) ?? []
  if (field === undefined) throw new Error(`no KQL that this test knows: ${query}`)
  return { exists: { field } }
}

function bucketOf({ operationType, sourceField, params }: Column): Json {
  if (operationType === 'date_histogram') {
    const { interval } = params as { interval: string }
    const each = interval === 'auto' ? { fixed_interval: '30m' } : { calendar_interval: interval }
    return { date_histogram: { field: sourceField, min_doc_count: 1, time_zone: 'UTC', ...each } }
  }
  if (operationType !== 'terms') throw new Error(`no bucket: ${operationType}`)
  const { size, orderBy, orderDirection } = params as {
    size: number
    orderBy: { type: string; columnId?: string }
    orderDirection: string
  }
  const by = orderBy.type === 'alphabetical' ? '_key' : orderBy.columnId!
  return { terms: { field: sourceField, size, order: { [by]: orderDirection }, shard_size: size + 25 } }
}

function metricOf(id: string, { isBucketed, operationType, sourceField: field, params, filter }: Column): Json {
  if (isBucketed) return {}
  switch (operationType) {
    case 'count':
      return { [id]: { value_count: { field: '_index' } } }
    case 'unique_count':
      return { [id]: { cardinality: { field } } }
    case 'average':
      return { [id]: { avg: { field } } }
    case 'max':
    case 'min':
      return { [id]: { [operationType]: { field } } }
    case 'last_value': {
      const { sortField } = params as { sortField: string }
      const last = { size: 1, sort: [{ [sortField]: { order: 'desc' } }], _source: field, docvalue_fields: [{ field }] }
      return { [id]: { filter: dslOf(filter!), aggs: { last: { top_hits: last } } } }
    }
    case 'counter_rate':
      // Kibana computes it from the column it refers to
      return {}
    default:
      throw new Error(`no metric: ${operationType}`)
  }
}

/** The innermost buckets of an answer, each a row of a table or a point of a line. */
export function rowsOf({ state }: LensAttributes, aggregations: Json): Json[] {
  const [layer] = Object.values(state.datasourceStates.formBased.layers)
  const buckets = layer!.columnOrder.filter((id) => layer!.columns[id]!.isBucketed)
  return buckets.reduce<Json[]>(
    (rows, id) => rows.flatMap((row) => (row[id] as { buckets: Json[] }).buckets),
    [aggregations],
  )
}

/** The value of a column in a row; null where there is none. */
export function valueIn(row: Json, id: string): unknown {
  const found = row[id] as { value?: number | null; last?: { hits: { hits: { fields?: Json }[] } } }
  if (found.last === undefined) return found.value ?? null
  const [fields] = Object.values(found.last.hits.hits[0]?.fields ?? {})
  return fields ?? null
}
