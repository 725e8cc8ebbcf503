import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Query } from '../../src/query/ast.ts'
import { parseQuery } from '../../src/query/parser.ts'
import { printQuery } from '../../src/query/print.ts'
import { QuerySyntaxError } from '../../src/query/syntax-error.ts'
import { queryText, queryTree } from './arbitraries.ts'
import { outline } from './outline.ts'
import { scenarios } from './scenarios.ts'

/** The tree without offsets, which a printed query does not keep. */
function withoutOffsets(query: Query): unknown {
  return JSON.parse(JSON.stringify(query, (key, value: unknown) => (key === 'at' ? undefined : value)))
}

test('writes queries that read well', () => {
  const rows = [
    ['a OR b AND c', 'a OR b AND c'],
    ['a b', 'a AND b'],
    ['-a b', '-a b'],
    ['title:(quick OR brown)', 'title:quick OR title:brown'],
    ['filename:/etc/*.conf', 'filename:\\/etc\\/*.conf'],
    ['size:>5', 'size:{5 TO *]'],
    ['(a b) OR -(c OR d)', '(a AND b) OR -(c OR d)'],
  ] as const
  for (const [query, printed] of rows) assert.equal(printQuery(parseQuery(query)), printed)
})

describe('prints what parses to the same tree', () => {
  test('for every scenario', () => {
    for (const { query, ...rest } of Object.values(scenarios).flat()) {
      const options = rest.defaultOperator ? { defaultOperator: rest.defaultOperator } : {}
      const tree = parseQuery(query, options)
      const printed = printQuery(tree, options)
      assert.deepEqual(withoutOffsets(parseQuery(printed, options)), withoutOffsets(tree), printed)
    }
  })

  test('for any tree, with OR as the default operator', () => {
    fc.assert(
      fc.property(queryTree, (tree) => {
        const printed = printQuery(tree, { defaultOperator: 'OR' })
        assert.deepEqual(withoutOffsets(parseQuery(printed, { defaultOperator: 'OR' })), withoutOffsets(tree), printed)
      }),
      { numRuns: 2000 },
    )
  })

  test('for any tree that AND as the default operator can give', () => {
    fc.assert(
      fc.property(queryText, (text) => {
        let tree: Query
        try {
          tree = parseQuery(text)
        } catch (error) {
          assert(error instanceof QuerySyntaxError)
          return
        }
        const printed = printQuery(tree)
        assert.deepEqual(withoutOffsets(parseQuery(printed)), withoutOffsets(tree), printed)
      }),
      { numRuns: 3000 },
    )
  })
})

test('leaves out optional clauses that AND as the default cannot write beside required ones', () => {
  const tree = parseQuery('+a b', { defaultOperator: 'OR' })
  assert.equal(outline(tree), '(+a b)')
  assert.equal(printQuery(tree), 'a')
})

test('puts a regular expression that looks like a path in parentheses', () => {
  assert.equal(printQuery({ kind: 'regexp', pattern: 'etc', at: 0 }), '/(etc)/')
  assert.equal(printQuery({ kind: 'regexp', pattern: 'a/b.', at: 0 }), '/a\\/b./')
  assert.equal(printQuery({ kind: 'term', text: '', at: 0 }), '""')
})
