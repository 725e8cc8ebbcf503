import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { longestQuery, parseQuery } from '../../src/query/parser.ts'
import { QuerySyntaxError } from '../../src/query/syntax-error.ts'
import { queryText } from './arbitraries.ts'
import { outline } from './outline.ts'
import { mistakes, scenarios } from './scenarios.ts'

for (const [title, rows] of Object.entries(scenarios)) {
  describe(`reads ${title}`, () => {
    for (const { query, outline: expected, ...options } of rows) {
      test(`${JSON.stringify(query)}${options.defaultOperator ? ' with OR as the default' : ''}`, () => {
        assert.equal(outline(parseQuery(query, options)), expected)
      })
    }
  })
}

describe('says what is wrong and where', () => {
  for (const { query, message, offset } of mistakes) {
    test(query.length > 40 ? `${JSON.stringify(query.slice(0, 20))}…` : JSON.stringify(query), () => {
      assert.throws(
        () => parseQuery(query),
        (error) => {
          assert(error instanceof QuerySyntaxError)
          assert.deepEqual({ message: error.message, offset: error.offset }, { message, offset })
          return true
        },
      )
    })
  }
})

test('gives each term the offset of its own first character', () => {
  assert.deepEqual(parseQuery('a:b (c:"d")'), {
    kind: 'bool',
    clauses: [
      { occur: 'must', query: { kind: 'term', field: 'a', text: 'b', at: 2 } },
      { occur: 'must', query: { kind: 'phrase', field: 'c', text: 'd', slop: 0, at: 7 } },
    ],
  })
})

test('refuses a query that is too long, and reads the longest allowed', () => {
  assert.throws(() => parseQuery('a'.repeat(longestQuery + 1)), /has 65537 characters, at most 65536/)
  assert.equal(outline(parseQuery('a '.repeat(longestQuery / 2))).length, (longestQuery / 2) * 3 + 1)
})

test('reads many slashes in reasonable time', () => {
  assert.equal(parseQuery('/a'.repeat(30_000)).kind, 'term')
  assert.equal(parseQuery('/a '.repeat(20_000)).kind, 'bool')
})

test('never fails on random text but with a QuerySyntaxError inside the query', () => {
  fc.assert(
    fc.property(queryText, (text) => {
      try {
        parseQuery(text)
      } catch (error) {
        assert(error instanceof QuerySyntaxError, String(error))
        assert(error.offset >= 0 && error.offset <= text.length, `offset ${error.offset}`)
        assert.doesNotMatch(error.message, /[\n\r\x1b]/)
      }
    }),
    { numRuns: 3000 },
  )
})
