// The saved objects without Kibana and without Elasticsearch: their shape, what they refer to, the fields they name.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { committedFiles } from '../../kibana/generate.ts'
import { declaredFields } from '../../src/commands/declared-fields.ts'
import { allLines, dashboards, kibanaFiles } from '../../src/kibana/files.ts'
import { ndjsonOf, type SavedObject } from '../../src/kibana/saved-object.ts'
import { mappingsOf } from '../../src/store/elasticsearch/mapping/index-template.ts'
import { mistakesIn } from './shape.ts'

const folder = join(import.meta.dirname, '../../kibana')
const files = kibanaFiles({ prefix: 'mitra_' }, declaredFields)
const objects = new Map(files.flatMap((file) => file.objects.map((object) => [`${object.type} ${object.id}`, object])))
const ofType = (type: string) => [...objects.values()].filter((object) => object.type === type)

test('the committed files are what the generator makes', () => {
  const generated = committedFiles()
  const committed = readdirSync(folder).filter((name) => name.endsWith('.ndjson'))
  assert.deepEqual(committed.toSorted(), [...generated.keys()].toSorted())
  for (const [name, lines] of generated)
    assert.ok(readFileSync(join(folder, name), 'utf8') === lines, `kibana/${name} is stale: run \`npm run kibana\``)
})

for (const { name, objects: all } of files)
  test(`${name} is what the import takes, complete in itself`, () => assert.deepEqual(mistakesIn(ndjsonOf(all)), []))

test('all files together are one that can be imported', () => {
  assert.deepEqual(mistakesIn(allLines(files)), [])
  assert.equal(ofType('index-pattern').length, 3)
  assert.equal(ofType('dashboard').length, 5)
})

const broken: readonly [what: string, change: (dashboard: SavedObject) => object][] = [
  ['a newer version', (given) => ({ ...given, typeMigrationVersion: '10.3.0' })],
  ['both version styles', (given) => ({ ...given, migrationVersion: { dashboard: '8.9.0' } })],
  ['an unknown attribute', (given) => ({ ...given, attributes: { ...given.attributes, pinned_panels: '[]' } })],
  ['a reference less', (given) => ({ ...given, references: given.references.slice(1) })],
  ['a data view that is not there', (given) => ({ ...given, references: renamed(given) })],
  ['a panel over another', (given) => withPanels(given, (panels) => panels.replace(/"y":4,/, '"y":0,'))],
  [
    'another inner reference',
    (given) => withPanels(given, (panels) => panels.replace(/"name":"indexpattern-/, '"name":"')),
  ],
  [
    'a column nobody has',
    (given) => withPanels(given, (panels) => panels.replace(/"xAccessor":"by"/, '"xAccessor":"x"')),
  ],
  [
    'a panel without its configuration',
    (given) => withPanels(given, (panels) => panels.replace('embeddableConfig', 'config')),
  ],
  ['panels that are no text', (given) => ({ ...given, attributes: { ...given.attributes, panelsJSON: [] } })],
  ['a rate over all hosts', (given) => withPanels(given, (panels) => panels.replaceAll('"host.name"', '"host.id"'))],
]

for (const [what, change] of broken)
  test(`the check of the shape finds ${what}`, () => {
    const { objects: all } = files.find(({ name }) => name === 'agent.ndjson')!
    const lines = all.map((object) => `${JSON.stringify(object.type === 'dashboard' ? change(object) : object)}\n`)
    assert.notDeepEqual(mistakesIn(lines.join('')), [])
  })

function renamed({ references }: SavedObject) {
  return references.map((each, index) => (index === 0 ? { ...each, id: 'mitra_other' } : each))
}

function withPanels(given: SavedObject, change: (panels: string) => string): object {
  const before = String(given.attributes['panelsJSON'])
  const panelsJSON = change(before)
  assert.notEqual(panelsJSON, before)
  return { ...given, attributes: { ...given.attributes, panelsJSON } }
}

type Properties = Record<string, { type?: string; properties?: Properties; dynamic?: unknown; path?: string }>

/** The type a field has in the mapping; `dynamic` where the first document that has it decides. */
function mappedType(name: string, properties: Properties): string | undefined {
  for (const [first, property] of Object.entries(properties)) {
    if (name === first) return property.type
    if (!name.startsWith(`${first}.`)) continue
    const inner = mappedType(name.slice(first.length + 1), property.properties ?? {})
    return inner ?? (property.dynamic === true ? 'dynamic' : undefined)
  }
  return undefined
}

const { properties } = mappingsOf(declaredFields) as { properties: Properties }

test('every field of a panel is in the mapping, and one that can be aggregated', () => {
  let count = 0
  for (const { attributes } of ofType('dashboard'))
    for (const [, name = ''] of String(attributes['panelsJSON']).matchAll(/"(?:sourceField|sortField)":"([^"]+)"/g)) {
      if (name === '___records___') continue
      count++
      assert.match(mappedType(name, properties) ?? 'absent', /^(dynamic|keyword|long|double|boolean|date|ip)$/, name)
    }
  assert.ok(count > 100)
})

test('every field of a query and every column of a session is in the mapping', () => {
  const named = new Set<string>()
  const takeFrom = (query: string) => {
    for (const [, name = ''] of query.replaceAll(/"[^"]*"/g, '""').matchAll(/([@\w][\w.@]*):/g))
      if (name !== '_exists_') named.add(name)
    for (const [, name = ''] of query.matchAll(/_exists_:([@\w.]+)/g)) named.add(name)
  }
  for (const { attributes } of ofType('search')) {
    for (const column of attributes['columns'] as string[]) named.add(column)
    const { searchSourceJSON } = attributes['kibanaSavedObjectMeta'] as { searchSourceJSON: string }
    takeFrom(JSON.parse(searchSourceJSON).query.query)
  }
  for (const { rows } of dashboards)
    for (const panel of rows.flatMap((row) => row.panels)) if ('query' in panel) takeFrom(panel.query)
  assert.ok(named.size > 40)
  for (const name of named) assert.notEqual(mappedType(name, properties), undefined, name)
})

test('formats and descriptions are of declared fields, within what Kibana lets people save', () => {
  for (const { attributes } of ofType('index-pattern'))
    for (const map of ['fieldFormatMap', 'fieldAttrs'])
      for (const [name, value] of Object.entries(JSON.parse(String(attributes[map])))) {
        assert.notEqual(mappedType(name, properties), undefined, name)
        const { customDescription } = value as { customDescription?: string }
        if (map === 'fieldAttrs') assert.match(customDescription ?? '', /^.{10,300}$/s)
      }
})

test('a link between dashboards leads to one that is shipped', () => {
  const links = ofType('dashboard').flatMap(({ attributes }) => [
    ...String(attributes['panelsJSON']).matchAll(/\(#\/view\/([^)]+)\)/g),
  ])
  assert.equal(links.length, 5 * 4)
  for (const [, id = ''] of links) assert.ok(objects.has(`dashboard ${decodeURIComponent(id)}`), id)
})

test('data views are of the aliases, and the newest states know no time range', () => {
  assert.deepEqual(
    ofType('index-pattern').map(({ id, attributes: { title, timeFieldName } }) => [id, title, timeFieldName]),
    [
      ['mitra_latest', 'mitra_latest', undefined],
      ['mitra_days', 'mitra_days', '@timestamp'],
      ['mitra_history', 'mitra_history', '@timestamp'],
    ],
  )
})

test('another prefix and another space have objects of their own', () => {
  const idsOf = (place: { prefix: string; space?: string }) =>
    kibanaFiles(place, declaredFields).flatMap((file) => file.objects.map(({ id }) => id))
  const places = [{ prefix: 'mitra_' }, { prefix: 'test_' }, { prefix: 'mitra_', space: 'ops' }]
  const all = places.map((place) => new Set(idsOf(place)))
  assert.equal(new Set(all.flatMap((ids) => [...ids])).size, all[0]!.size * 3)
  const text = allLines(kibanaFiles({ prefix: 'test_', space: 'ops' }, declaredFields))
  assert.deepEqual(mistakesIn(text), [])
  assert.ok(!text.includes('mitra_') && text.includes('[test] Fleet'))
})
