// What a question names: its fields, for hints about unknown ones, and the paths it needs, for saying whom an answer covers.
import type { Condition, Query } from './ast.ts'

/** The field names typed in a query, in its order, each with the offset of the term it belongs to. */
export function fieldsNamed(query: Query): { field: string; at: number }[] {
  switch (query.kind) {
    case 'all':
      return []
    case 'bool':
      return query.clauses.flatMap((clause) => fieldsNamed(clause.query))
    default:
      return query.field === undefined ? [] : [{ field: query.field, at: query.at }]
  }
}

/** The whole paths of which a document must have one to match; empty when any path may match. Negations name none. */
export function pathsNamed(condition: Condition): string[] {
  return [...new Set(pathsOf(condition))]
}

function pathsOf(condition: Condition): string[] {
  if (condition.kind === 'value') return condition.field === 'file.path' ? [condition.value.text] : []
  if (condition.kind !== 'bool') return []
  if (condition.must.length > 0) return condition.must.flatMap(pathsOf)
  const alternatives = condition.should.map(pathsOf)
  return alternatives.every((paths) => paths.length > 0) ? alternatives.flat() : []
}

/** What conditions say of the sources they ask about, negated or not: whole paths, and fields that not every document has. */
export function sourcesNamed(conditions: readonly Condition[]): { paths: Set<string>; fields: Set<string> } {
  const paths = new Set<string>()
  const fields = new Set<string>()
  for (const leaf of conditions.flatMap(leavesOf)) {
    if (leaf.kind === 'value' && leaf.field === 'file.path') paths.add(leaf.value.text)
    else if ('field' in leaf && leaf.field.includes('.') && !commonField.test(leaf.field)) fields.add(leaf.field)
  }
  return { paths, fields }
}

/** Fields that any document has: they say nothing of the source asked for. */
const commonField = /^(file|host\.name|labels|event|error)\b/

/** The conditions of a tree that hold no other. */
export function leavesOf(condition: Condition): Condition[] {
  if (condition.kind !== 'bool') return [condition]
  return [...condition.must, ...condition.should, ...condition.must_not].flatMap(leavesOf)
}
