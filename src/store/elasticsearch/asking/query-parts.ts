// What every part of a query is made of.
import type { Condition } from '../../../query/ast.ts'
import { fieldTest } from '../../../query/field-meaning.ts'
import type { FieldType } from '../../../snapshot/field.ts'
import { escapedName } from '../mapping/exact-terms.ts'
import type { FieldTypes } from '../mapping/field-types.ts'

export type Query = Readonly<Record<string, unknown>>

export type Leaf<Kind extends Condition['kind']> = Extract<Condition, { kind: Kind }>

/** What is known of the fields: their types, and the mapped names that a pattern of names may mean. */
export interface KnownFields {
  types: FieldTypes
  /** Names in the mappings of the indices asked; needed only for conditions with a pattern of names. */
  mapped: readonly string[]
}

export const everything: Query = { match_all: {} }
export const nothing: Query = { match_none: {} }
/** Every term counts, however many a pattern finds. */
export const rewrite = 'constant_score'

export function anyOf(queries: readonly Query[]): Query {
  return { should: queries, minimum_should_match: 1 }
}

export function either(queries: readonly Query[]): Query {
  if (queries.length === 0) return nothing
  return queries.length === 1 ? queries[0]! : { bool: anyOf(queries) }
}

/** The analysed form of a field: `content` is nothing but analysed. */
export function wordField(field: string): string {
  return field === 'host.name' || field === 'file.path' ? `${field}.words` : field
}

export function regexpQuery(field: string, source: string): Query {
  return { regexp: { [field]: { value: source, flags: 'ALL', max_determinized_states: 100_000, rewrite } } }
}

/** The fields a name means: itself, or every mapped and declared one that a pattern with `*` covers. */
export function nativeFields(field: string, { types, mapped }: KnownFields): { name: string; type: FieldType }[] {
  const names = field.includes('*') ? namesLike(field, types, mapped) : [field]
  return names.flatMap((name) => {
    const type = types.nativeType(name)
    return type === undefined ? [] : [{ name, type }]
  })
}

function namesLike(pattern: string, types: FieldTypes, mapped: readonly string[]): string[] {
  const declared = types.single.map(({ name }) => name)
  return [...new Set([...declared, ...mapped])].filter(fieldTest(pattern))
}

/** The names a pattern means, with the `=` that ends them. */
export function nameRegexp(pattern: string): string {
  return `${pattern
    .split('*')
    .map((part) => regexpLiteral(escapedName(part)))
    .join('[^=]*')}=`
}

/** Letters and digits stand for themselves, everything else behind a backslash. */
export function regexpLiteral(text: string): string {
  return text.replace(/[^\p{L}\p{N}]/gu, '\\$&')
}
