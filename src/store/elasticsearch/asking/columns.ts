// Which fields the index keeps by column, each value as it is in the document: reading those is far cheaper than documents.
import type { estypes } from '@elastic/elasticsearch'
import { type Document, timeOf } from '../../../snapshot/document.ts'
import type { FieldType } from '../../../snapshot/field.ts'
import type { SearchRequest } from '../../store.ts'
import { documentOf, type Source } from '../mapping/document-source.ts'
import type { FieldTypes } from '../mapping/field-types.ts'
import { type Asking, common, narrowed, observed, plain, sourceAt, type Target } from './asking.ts'
import type { Query } from './query-parts.ts'

export type Counted = Extract<FieldType, 'keyword' | 'boolean' | 'long' | 'double'>

/** The one type by which every index of a question has the field; undefined where it is none that can be counted by. */
export async function countedType(
  { client, types }: Asking,
  field: string,
  target: Target,
): Promise<Counted | undefined> {
  const declared = types.nativeType(field)
  if (types.single.some(({ name }) => name === field))
    return declared !== undefined && isCounted(declared) ? declared : undefined
  if (!types.isMapped(field)) return undefined
  const { index, ignore_unavailable } = target
  const { fields } = await client.fieldCaps({ index, ignore_unavailable, fields: field, include_unmapped: true })
  const [type, ...others] = Object.keys(fields[field] ?? {})
  if (type === undefined || others.length > 0 || !isCounted(type)) return undefined
  // Elasticsearch takes a 0 for false, where it may be a number
  if (declared === undefined) return type === 'boolean' ? undefined : type
  return type === declared ? type : undefined
}

function isCounted(type: string): type is Counted {
  return type === 'keyword' || type === 'boolean' || type === 'long' || type === 'double'
}

/** An array may hold a number twice, which the index counts twice. */
export async function hasArrays({ client }: Asking, target: Target, field: string): Promise<boolean> {
  const { aggregations } = await client.search<
    unknown,
    { values: { value: number }; documents: { doc_count: number } }
  >({
    ...target,
    size: 0,
    ...plain,
    aggregations: { values: { value_count: { field } }, documents: { filter: { exists: { field } } } },
  })
  return aggregations === undefined || aggregations.values.value !== aggregations.documents.doc_count
}

/** Whether the column of a field holds one value for each document that has it, as the document has it. */
export async function isColumn(asking: Asking, field: string, target: Target): Promise<boolean> {
  if (field.includes('*')) return false
  const type = await countedType(asking, field, target)
  // a text that was sent as a number is a text in the column
  if (type === undefined || (type === 'keyword' && asking.types.nativeType(field) !== 'keyword')) return false
  return !(await hasArrays(asking, target, field))
}

/** Documents with a value of the field that is not in its index. */
export function besideIndex(field: string): Query {
  return { bool: { should: [{ term: { other_names: field } }, { term: { _ignored: field } }] } }
}

const mostColumns = 10
/** To find out about a field takes two requests, which fewer documents are not worth. */
const worthAsking = 5000

/** The columns that hold all a request needs; undefined where there are none for some of it. */
export async function columnsOf(
  asking: Asking,
  target: Target,
  { fields, limit = Number.POSITIVE_INFINITY }: Pick<SearchRequest, 'fields' | 'limit'>,
): Promise<string[] | undefined> {
  if (fields === undefined) return undefined
  const columns = [...new Set([...common, ...fields])]
  const beyond = columns.filter((name) => !isCoreColumn(name, asking.types))
  if (beyond.length === 0) return columns
  if (limit < worthAsking || beyond.length > mostColumns || beyond.includes('content')) return undefined
  const are = await Promise.all(beyond.map((field) => isColumn(asking, field, target)))
  return are.every(Boolean) ? columns : undefined
}

/** A core field of one value. */
function isCoreColumn(name: string, types: FieldTypes): boolean {
  const isCore = /^(@timestamp$|host\.name$|file\.|event\.)/.test(name) && types.nativeType(name) !== 'text'
  return isCore && types.single.some((field) => field.name === name)
}

/** What to search for. An `_id` is kept beside the document and about as dear to read, so there is none. */
export function columnSearch(columns: readonly string[]) {
  return { _source: false, stored_fields: '_none_', docvalue_fields: [...columns, '_ignored', 'other_names'] }
}

/** The document of a hit, read as a whole where the index does not hold one of the values. */
export async function documentOfColumns(
  { client }: Asking,
  { _index, fields = {} }: estypes.SearchHit<unknown>,
  columns: readonly string[],
): Promise<Document> {
  const document = Object.fromEntries(
    columns.flatMap((name) => (fields[name] ? [[name, fields[name][0]]] : [])),
  ) as Document
  const elsewhere: readonly string[] = [...(fields['_ignored'] ?? []), ...(fields['other_names'] ?? [])]
  if (!elsewhere.some((name) => columns.includes(name))) return document
  const at = timeOf(document)
  const source = sourceAt(document['host.name'], document['file.path'], at)
  const { hits } = await client.search<Source>({
    ...narrowed({ index: [_index], ignore_unavailable: false, query: source }, observed({ from: at })),
    size: 1,
    ...plain,
  })
  return documentOf(hits.hits[0]?._source ?? {})
}
