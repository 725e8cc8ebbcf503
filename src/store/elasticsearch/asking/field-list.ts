// Which fields the newest documents carry, with their type and some paths: read from one document of each path, and asked for
// one by one where no such document has them.
import type { FieldValue, Scalar } from '../../../snapshot/document.ts'
import type { FieldRow } from '../../store.ts'
import { documentOf, type Source } from '../mapping/document-source.ts'
import { termsField } from '../mapping/exact-terms.ts'
import { latestAlias } from '../mapping/index-names.ts'
import { pairsField } from '../mapping/pairs.ts'
import { type Asking, plain, type Target } from './asking.ts'
import { compositeBuckets } from './buckets.ts'
import { queryOf } from './query-writer.ts'
import type { Reader } from './reader.ts'

const mostPaths = 2000
const examplePaths = 3
const namesPerRequest = 250
const mostRounds = 40
const examplesPerRequest = 10

interface Found {
  types: Set<FieldRow['type']>
  paths: Set<string>
}

/** Every field of the latest view. */
export async function fieldList(asking: Asking, reader: Reader): Promise<FieldRow[]> {
  const found = new Map<string, Found>()
  const target = await reader.target({ kind: 'all' }, { kind: 'latest' })
  const { hits } = await asking.client.search<Source>({
    ...target,
    size: mostPaths,
    collapse: { field: 'file.path' },
    _source: { excludes: ['content', 'state'] },
    ...plain,
  })
  for (const { _source } of hits.hits) if (_source) note(found, documentOf(_source))
  for (const [name, type] of await mappedTypes(asking))
    if (!found.has(name)) found.set(name, { types: new Set([type]), paths: new Set() })
  const others = await namesIn('other_names', asking, target)
  await addExamples(asking, target, 'other_names', others, found)
  // the index has no value of a field where every document has another type than it
  const ignored = (await namesIn('_ignored', asking, target)).filter((name) => asking.types.isMapped(name))
  await addExamples(asking, target, '_ignored', ignored, found)
  for (const name of others) if (!found.has(name)) found.set(name, { types: new Set(['mixed']), paths: new Set() })
  const names = [...found.keys()]
  for (let at = 0; at < names.length; at += namesPerRequest)
    await addPlaces(asking, target, names.slice(at, at + namesPerRequest), found)
  return Array.from(found, ([name, { types, paths }]) => ({
    name,
    type: types.size === 1 ? [...types][0]! : ('mixed' as const),
    paths: [...paths].sort().slice(0, examplePaths),
  })).sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Completes some fields: where they are found, and whether some value is of another type; drops those no document has. */
async function addPlaces(
  { client, types }: Asking,
  target: Target,
  names: readonly string[],
  found: Map<string, Found>,
): Promise<void> {
  const filters = Object.fromEntries(
    names.map((name) => [name, queryOf({ kind: 'exists', field: name }, { types, mapped: [] })]),
  )
  const odd = Object.fromEntries(names.map((name) => [name, { term: { _ignored: name } }]))
  const { aggregations } = await client.search<unknown, Record<'fields' | 'odd', { buckets: Record<string, Bucket> }>>({
    ...target,
    size: 0,
    ...plain,
    aggregations: {
      fields: {
        filters: { filters },
        aggregations: { paths: { terms: { field: 'file.path', size: examplePaths, order: { _key: 'asc' } } } },
      },
      odd: { filters: { filters: odd } },
    },
  })
  for (const name of names) {
    const bucket = aggregations?.fields.buckets[name]
    const field = found.get(name)
    if (!field || !bucket || bucket.doc_count === 0) found.delete(name)
    else {
      field.paths = new Set(bucket.paths?.buckets.map(({ key }) => key))
      if (types.isMapped(name) && (aggregations?.odd.buckets[name]?.doc_count ?? 0) > 0) field.types.add('mixed')
    }
  }
}

interface Bucket {
  doc_count: number
  paths?: { buckets: { key: string }[] }
}

/** Reads documents with names that none read before has: as a rule the first few have most of them. */
async function addExamples(
  { client }: Asking,
  target: Target,
  place: NameColumn,
  names: readonly string[],
  found: Map<string, Found>,
): Promise<void> {
  for (let round = 0; round < mostRounds; round++) {
    const missing = names.filter((name) => !found.has(name)).slice(0, namesPerRequest)
    if (missing.length === 0) return
    const query = { bool: { filter: [target.query, { terms: { [place]: missing } }] } }
    const _source = { includes: ['file.path', 'other', ...(place === '_ignored' ? missing : [])] }
    const { hits } = await client.search<Source>({ ...target, query, size: examplesPerRequest, _source, ...plain })
    if (hits.hits.length === 0) return
    for (const { _source: source } of hits.hits) if (source) note(found, documentOf(source))
  }
}

/** Where documents name fields of no declaration, and fields with a value of another type than the index has. */
type NameColumn = 'other_names' | '_ignored'

async function namesIn(place: NameColumn, asking: Asking, target: Target): Promise<string[]> {
  const names: string[] = []
  for await (const { key } of compositeBuckets(asking, target, [{ name: { terms: { field: place } } }]))
    names.push(String(key['name']))
  return names
}

const ownNames: ReadonlySet<string> = new Set([
  termsField,
  pairsField,
  'state',
  'other',
  'other_names',
  'host.name.words',
  'file.path.words',
])
const inColumns: ReadonlySet<string> = new Set(['@timestamp', 'host.name', 'file.path', 'content'])

function note(found: Map<string, Found>, document: Readonly<Record<string, FieldValue | undefined>>): void {
  const path = String(document['file.path'])
  for (const [name, value] of Object.entries(document)) {
    if (value === undefined || inColumns.has(name)) continue
    const known = found.get(name) ?? { types: new Set(), paths: new Set() }
    for (const element of typeof value === 'object' ? value : [value]) known.types.add(typeOf(element))
    known.paths.add(path)
    found.set(name, known)
  }
}

function typeOf(value: Scalar): FieldRow['type'] {
  if (typeof value === 'number') return 'number'
  return typeof value === 'boolean' ? 'boolean' : 'text'
}

/** Names and types of the mapping that any document had a value for. */
async function mappedTypes({ client, prefix, types: { single } }: Asking): Promise<[string, FieldRow['type']][]> {
  const { fields } = await client.fieldCaps({
    index: latestAlias(prefix),
    fields: '*',
    include_empty_fields: false,
    // not `-multifield`: to it `sysctl.a.b` is one of `sysctl.a` where there is such a field
    filters: '-metadata,-parent',
  })
  const aliases = new Set(single.map(({ alias }) => alias))
  return Object.entries(fields).flatMap(([name, types]): [string, FieldRow['type']][] => {
    if (inColumns.has(name) || ownNames.has(name) || aliases.has(name)) return []
    return [[name, typeNamed(Object.keys(types))]]
  })
}

const names: Partial<Record<string, FieldRow['type']>> = { long: 'number', double: 'number', boolean: 'boolean' }

function typeNamed(types: readonly string[]): FieldRow['type'] {
  const meant = new Set(types.map((type) => names[type] ?? 'text'))
  return meant.size === 1 ? [...meant][0]! : 'mixed'
}
