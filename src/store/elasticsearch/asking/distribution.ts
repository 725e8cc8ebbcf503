// How a field's values are spread over hosts: counted by Elasticsearch where its index holds each value as it is, and read from
// the documents, page by page, where it does not.
import type { Condition } from '../../../query/ast.ts'
import type { FieldValue, Scalar } from '../../../snapshot/document.ts'
import type { ValueRow, View } from '../../store.ts'
import { documentOf, type Source } from '../mapping/document-source.ts'
import { isHeldNatively } from '../mapping/field-types.ts'
import { type Asking, narrowed, type Target } from './asking.ts'
import { compositeBuckets } from './buckets.ts'
import { besideIndex, type Counted, columnSearch, countedType, hasArrays } from './columns.ts'
import { addNewestValues } from './moment-values.ts'
import { queryOf } from './query-writer.ts'
import type { Reader } from './reader.ts'
import { Tally } from './tally.ts'

export interface Distribution {
  values: ValueRow[]
  /** Names of the hosts with a value. */
  hosts: Set<string>
}

/** The values of a field over the documents that match. */
export async function distributionOf(
  asking: Asking,
  reader: Reader,
  { field, condition, view }: { field: string; condition: Condition; view: View },
): Promise<Distribution> {
  const tally = new Tally()
  const exists: Condition = { kind: 'exists', field }
  const having: Condition = { kind: 'bool', must: [condition, exists], should: [], must_not: [] }
  if (view.kind === 'moment') {
    const sources = field.includes('*') ? undefined : await reader.moments.sources(condition, view.at)
    const asked = { field, exists: queryOf(exists, { types: asking.types, mapped: [] }) }
    if (sources && (await addNewestValues(asking, sources, asked, tally))) return tally.distribution()
    const request = { condition: having, view, withoutContent: field !== 'content', fields: [field] }
    for await (const document of reader.search(request))
      for (const value of new Set(elementsOf(document[field]))) tally.add(value, document['host.name'], 1)
    return tally.distribution()
  }
  const target = await reader.target(having, view)
  const type = field.includes('*') ? undefined : await countedType(asking, field, target)
  if (type === undefined) {
    await addDocuments(reader, target, field, tally)
    return tally.distribution()
  }
  await addIndexed(asking, reader, target, { field, type }, tally)
  await addDocuments(reader, narrowed(target, besideIndex(field)), field, tally, (values) => {
    // of an array the index may hold a part; what it holds nothing of came when the mapping was full, or stands elsewhere
    const beside = values.filter((value) => !isHeldNatively(type, value))
    return beside.length > 0 ? beside : values
  })
  return tally.distribution()
}

async function addIndexed(
  asking: Asking,
  reader: Reader,
  target: Target,
  { field, type }: { field: string; type: Counted },
  tally: Tally,
): Promise<void> {
  const isNumber = type === 'long' || type === 'double'
  if (isNumber && (await hasArrays(asking, target, field))) {
    const wanted = { sort: ['_doc'], ...columnSearch([field, 'host.name']) }
    for await (const { fields } of reader.pages(narrowed(target, { exists: { field } }), wanted)) {
      for (const value of new Set<Scalar>(fields?.[field] ?? [])) tally.add(value, String(fields?.['host.name'][0]), 1)
    }
    return
  }
  const isMixedText = type === 'keyword' && asking.types.nativeType(field) === undefined
  const doubtful = new Set<string>()
  const sources = [{ value: { terms: { field } } }, { host: { terms: { field: 'host.name' } } }]
  for await (const { key, doc_count } of compositeBuckets(asking, target, sources)) {
    const value = key['value'] as Scalar
    if (isMixedText && isDoubtful(String(value))) doubtful.add(String(value))
    else tally.add(value, String(key['host']), doc_count)
  }
  for (const some of chunksOf([...doubtful], mostTerms)) {
    const named = narrowed(target, { terms: { [field]: some } })
    await addDocuments(reader, named, field, tally, (values) => values.filter((value) => some.includes(String(value))))
  }
}

/** Far below `index.max_terms_count`. */
const mostTerms = 10_000

/** In an index of texts, a text that a number or a boolean would have made too: only the document tells. */
function isDoubtful(text: string): boolean {
  return text === 'true' || text === 'false' || String(Number(text)) === text
}

function* chunksOf<Item>(items: readonly Item[], size: number): Iterable<Item[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size)
}

async function addDocuments(
  reader: Reader,
  target: Target,
  field: string,
  tally: Tally,
  meant: (values: readonly Scalar[]) => readonly Scalar[] = (values) => values,
): Promise<void> {
  const includes = ['host.name', field, 'other']
  for await (const { _source } of reader.pages(target, { sort: ['_doc'], _source: { includes } })) {
    const source = _source as Source
    const document = documentOf(source)
    const values = elementsOf(document[field])
    // a field that is kept apart is in no index with any of its values
    const wanted = source[field] === undefined ? values : meant(values)
    for (const value of new Set(wanted)) tally.add(value, document['host.name'], 1)
  }
}

function elementsOf(value: FieldValue | undefined): readonly Scalar[] {
  if (value === undefined) return []
  return typeof value === 'object' ? value : [value]
}
