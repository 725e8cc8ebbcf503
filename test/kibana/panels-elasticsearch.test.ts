// What every panel and every session asks, asked of a real Elasticsearch over fixtures: each has an answer.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { catalogue, declaredFields } from '../../src/commands/declared-fields.ts'
import { dashboards, kibanaFiles } from '../../src/kibana/files.ts'
import type { Columns } from '../../src/kibana/lens-column.ts'
import type { Chart, Dashboard } from '../../src/kibana/panel.ts'
import { sessions } from '../../src/kibana/sessions.ts'
import { parseQuery } from '../../src/query/parser.ts'
import { resolveQuery } from '../../src/query/resolve.ts'
import { openElasticsearchStore } from '../../src/store/elasticsearch/driver.ts'
import type { Store } from '../../src/store/store.ts'
import { discard, setUp, targetOf } from '../elasticsearch/empty-store.ts'
import { request } from '../elasticsearch/request.ts'
import type { ServerAddress } from '../elasticsearch/server.ts'
import { elasticsearch } from '../elasticsearch/servers.ts'
import { loadFixtures } from './fixture-store.ts'
import { dslOf, type LensAttributes, lensRequest, rowsOf, valueIn } from './lens-request.ts'

const server = await elasticsearch('current')
const address = server as ServerAddress
const skip = server.skip ?? false
const target = targetOf(address)
const files = kibanaFiles({ prefix: target.prefix }, declaredFields)
const objects = new Map(files.flatMap((file) => file.objects.map((object) => [object.id, object])))
const titleOf = (id: string) => objects.get(id)!.attributes.title

interface Panel {
  type: string
  panelIndex: string
  embeddableConfig: { attributes: LensAttributes }
}

const charts = [...objects.values()]
  .filter(({ type }) => type === 'dashboard')
  .flatMap(({ attributes }) =>
    (JSON.parse(String(attributes['panelsJSON'])) as Panel[])
      .filter(({ type }) => type === 'lens')
      .map(({ embeddableConfig }) => ({ dashboard: attributes.title, chart: embeddableConfig.attributes })),
  )

let store: Store

before(async () => {
  if (skip) return
  await setUp(address, target)
  store = await openElasticsearchStore(target, declaredFields)
  await loadFixtures(store, Date.now())
  await request(address, `/${target.prefix}*/_refresh`, { method: 'POST' })
})

after(async () => {
  if (skip) return
  await store.close()
  await discard(address, target)
})

interface Answer {
  hits: { total: { value: number }; hits: { _source: object; fields?: object }[] }
  aggregations: Record<string, unknown>
}

const search = async (alias: string, body: object) =>
  (await request(address, `/${alias}/_search`, { method: 'POST', body })) as unknown as Answer

test('there are charts to ask', () => assert.ok(charts.length > 60, `${charts.length}`))

for (const { dashboard, chart } of charts)
  test(`${dashboard}: ${chart.title}`, { skip }, async () => {
    const alias = titleOf(chart.references[0]!.id)
    const { hits, aggregations } = await search(alias, lensRequest(chart))
    assert.ok(hits.total.value > 0, 'no document matches')
    const rows = rowsOf(chart, aggregations)
    assert.ok(rows.length > 0, 'no row')
    const { columns } = chart.state.datasourceStates.formBased.layers['layer']!
    for (const id of shownMeasures(columns))
      assert.ok(
        rows.some((row) => valueIn(row, id) !== null),
        `no value of ${columns[id]!.sourceField}`,
      )
  })

/** Columns that Elasticsearch computes. */
function shownMeasures(columns: Columns): string[] {
  return Object.keys(columns).filter((id) => !columns[id]!.isBucketed && columns[id]!.references === undefined)
}

test('a counter that Lens makes a rate of has two samples of a host, which it needs', { skip }, async () => {
  const rates = charts.filter(({ chart }) => JSON.stringify(chart).includes('counter_rate'))
  assert.ok(rates.length > 0)
  for (const { chart } of rates) {
    const { aggregations } = await search(titleOf(chart.references[0]!.id), lensRequest(chart))
    const { buckets } = aggregations['split'] as { buckets: { time: { buckets: object[] } }[] }
    assert.ok(
      buckets.some(({ time }) => time.buckets.length > 1),
      chart.title,
    )
  }
})

for (const { attributes, references, type } of objects.values())
  if (type === 'search')
    test(`session ${attributes.title}`, { skip }, async () => {
      const { searchSourceJSON } = attributes['kibanaSavedObjectMeta'] as { searchSourceJSON: string }
      const columns = attributes['columns'] as string[]
      const { hits } = await search(titleOf(references[0]!.id), {
        size: 100,
        query: dslOf(JSON.parse(searchSourceJSON).query),
        sort: [{ '@timestamp': { order: 'desc', unmapped_type: 'boolean' } }],
        fields: columns.map((field) => ({ field })),
      })
      assert.ok(hits.total.value > 0, 'no document matches')
      const found = new Set(hits.hits.flatMap((hit) => Object.keys(hit.fields ?? {})))
      const empty = columns.filter((column) => !found.has(column))
      assert.deepEqual(empty, [], 'a column is empty')
    })

test('a query about now finds what it finds in mitra', { skip }, async () => {
  const queries = new Set(
    [...sessions, ...dashboards.flatMap(chartsOf)].flatMap(({ view, query }) => (view === 'latest' ? [query] : [])),
  )
  assert.ok(queries.size > 20)
  for (const query of queries) {
    const body = { size: 0, track_total_hits: true, query: dslOf({ language: 'lucene', query }) }
    const { hits } = await search(`${target.prefix}latest`, body)
    const condition = resolveQuery(parseQuery(query), catalogue)
    assert.equal(await store.count({ condition, view: { kind: 'latest' } }), hits.total.value, query)
  }
})

function chartsOf({ rows }: Dashboard): Chart[] {
  return rows.flatMap((row) => row.panels).filter((panel) => 'query' in panel)
}

test('every field that panels name can be aggregated', { skip }, async () => {
  const named = new Set<string>()
  for (const { chart } of charts)
    for (const { sourceField } of Object.values(chart.state.datasourceStates.formBased.layers['layer']!.columns))
      if (sourceField !== undefined && sourceField !== '___records___') named.add(sourceField)
  const wanted = [...named].join()
  const { fields } = (await request(address, `/${target.prefix}history/_field_caps?fields=${wanted}`)) as {
    fields: Record<string, Record<string, { aggregatable: boolean }>>
  }
  for (const name of named) {
    const types = Object.entries(fields[name] ?? {})
    assert.equal(types.length, 1, `${name} has ${types.length} types`)
    assert.equal(types[0]![1].aggregatable, true, name)
  }
})
