// From what was typed to what is meant: default fields, aliases, the types of fields, dates, addresses.
import type { Clause, Condition, Query } from './ast.ts'
import { type Catalogue, fieldMeaning, presentField, textFieldsMeant } from './field-meaning.ts'
import { parseRegexp } from './regexp-syntax.ts'
import { valueCondition } from './resolve-value.ts'
import { anyOf, wordsCondition } from './resolve-words.ts'
import { QuerySyntaxError } from './syntax-error.ts'

export type { Catalogue } from './field-meaning.ts'
export { fieldsNamed, pathsNamed } from './named.ts'
export { suggestField } from './suggest-field.ts'

/** Where a term without a field is looked for, by words. */
export const defaultFields: readonly string[] = ['content', 'file.path', 'host.name']

/**
 * The meaning of a query. `now` (milliseconds since the epoch) is what date maths starts from. Throws QuerySyntaxError with the
 * offset of a value that its field cannot have.
 */
export function resolveQuery(query: Query, catalogue: Catalogue = { fields: [] }, now = Date.now()): Condition {
  return resolve(query, { catalogue, now }) ?? { kind: 'none' }
}

interface Context {
  catalogue: Catalogue
  now: number
}

/** Undefined for a bare term without any word, such as `-` or `&`: its clause is dropped, as Elasticsearch drops it. */
function resolve(query: Query, context: Context): Condition | undefined {
  switch (query.kind) {
    case 'all':
      return { kind: 'all' }
    case 'bool':
      return resolveBool(query.clauses, context)
    case 'exists':
      return { kind: 'exists', field: presentField(query.field, context.catalogue) }
    default:
      return resolveLeaf(query, context)
  }
}

function resolveBool(clauses: readonly Clause[], context: Context): Condition | undefined {
  const bool: Extract<Condition, { kind: 'bool' }> = { kind: 'bool', must: [], should: [], must_not: [] }
  let count = 0
  for (const { occur, query } of clauses) {
    const condition = resolve(query, context)
    if (!condition) continue
    bool[occur].push(condition)
    count++
  }
  if (count === 0) return undefined
  return (count === 1 ? (bool.must[0] ?? bool.should[0]) : undefined) ?? bool
}

type Leaf = Exclude<Query, { kind: 'all' | 'bool' | 'exists' }>

function resolveLeaf(query: Leaf, { catalogue, now }: Context): Condition | undefined {
  if (query.kind === 'regexp') checkRegexp(query.pattern, query.at)
  const { field } = query
  if (field === undefined) return onAnyWords(query, defaultFields)
  const meaning = fieldMeaning(field, catalogue)
  if (meaning.type === 'text' && !field.includes('*')) return onAnyWords(query, [meaning.name]) ?? { kind: 'none' }
  const values = valueCondition(query, meaning, now)
  if (!field.includes('*')) return values
  const texts = onAnyWords(query, textFieldsMeant(field, catalogue))
  return texts ? anyOf([texts, values]) : values
}

function onAnyWords(query: Leaf, fields: readonly string[]): Condition | undefined {
  if (query.kind === 'range' && !query.lower && !query.upper) {
    return anyOf(fields.map((field) => ({ kind: 'exists', field })))
  }
  return anyOf(fields.flatMap((field) => wordsCondition(query, field) ?? []))
}

/** Reads the expression now, so that a mistake is shown in the query and not met while searching. */
function checkRegexp(pattern: string, at: number): void {
  try {
    parseRegexp(pattern)
  } catch (error) {
    if (!(error instanceof QuerySyntaxError)) throw error
    const next = error.next === undefined ? {} : { next: error.next }
    throw new QuerySyntaxError(error.message, at + 1 + error.offset, { ...next, cause: error })
  }
}
