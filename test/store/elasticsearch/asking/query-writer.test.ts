// Elasticsearch limits how many queries one may hold and how many terms a list: many values stay few queries.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { declaredFields } from '../../../../src/commands/declared-fields.ts'
import type { Condition } from '../../../../src/query/ast.ts'
import { queryOf } from '../../../../src/store/elasticsearch/asking/query-writer.ts'
import { fieldTypesOf } from '../../../../src/store/elasticsearch/mapping/field-types.ts'

const known = { types: fieldTypesOf(declaredFields), mapped: [] }
const names = Array.from({ length: 70_000 }, (_, index) => `h${index}`)
const should = names.map((text): Condition => ({ kind: 'value', field: 'host.name', value: { text } }))
const oneOf: Condition = { kind: 'bool', must: [], should, must_not: [] }

/** The lengths of all lists of terms in a query. */
function listsIn(query: unknown): number[] {
  if (typeof query !== 'object' || query === null) return []
  return Object.entries(query).flatMap(([key, value]) =>
    key === 'terms' ? Object.values(value as object).map((list: unknown[]) => list.length) : listsIn(value),
  )
}

for (const [title, condition] of [
  ['one of many', oneOf],
  ['none of many', { kind: 'bool', must: [], should: [], must_not: [oneOf] }],
  ['some and none of many', { kind: 'bool', must: [oneOf], should: [], must_not: [oneOf] }],
] as const satisfies [string, Condition][])
  test(`${title} is a few lists`, () => {
    const lists = listsIn(queryOf(condition, known))
    assert.ok(lists.length <= 8, `${lists.length} lists`)
    assert.ok(lists.every((length) => length <= 65_536))
    assert.ok(lists.reduce((sum, length) => sum + length, 0) >= names.length)
  })
