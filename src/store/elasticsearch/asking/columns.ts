// Which fields the index keeps by column, each value as it is in the document: reading those is far cheaper than documents.
import type { FieldType } from '../../../snapshot/field.ts'
import { type Asking, plain, type Target } from './asking.ts'
import type { Query } from './query-writer.ts'

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
