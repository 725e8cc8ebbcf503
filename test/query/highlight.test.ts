import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { matchingSpans } from '../../src/query/highlight.ts'
import { parseQuery } from '../../src/query/parser.ts'
import { resolveQuery } from '../../src/query/resolve.ts'
import { QuerySyntaxError } from '../../src/query/syntax-error.ts'
import { queryText } from './arbitraries.ts'

const text = 'net.core.somaxconn = 128\nnet.core.rmem_max = 128, İs Net\n'

function marked(query: string): string {
  const spans = matchingSpans(resolveQuery(parseQuery(query)), text)
  return spans.map(({ start, end }) => text.slice(start, end)).join('|')
}

test('marks what positively concerns the content', () => {
  const rows = [
    ['somaxconn', 'somaxconn'],
    ['NET', 'net|net|Net'],
    ['content:net.core.somaxconn', 'net.core.somaxconn'],
    ['"128 net"', '128\nnet'],
    ['"core net"~2', 'net|core|net|core'],
    ['content:"somaxconn net"~2', 'somaxconn|net'],
    ['so*', 'somaxconn'],
    ['content:rmen~1', 'rmem'],
    ['/[0-9]+/', '128|128'],
    ['content:[rl TO rz]', 'rmem'],
    ['is', 'İs'],
    ['NOT somaxconn', ''],
    ['somaxconn -core', 'somaxconn'],
    ['zsh OR (rmem AND 128)', '128|rmem|128'],
    ['filename:net AND error.message:net AND hostname:n* AND size:>1 AND _exists_:x', ''],
    ['*:somaxconn', 'somaxconn'],
    ['', ''],
    ['&', ''],
  ] as const
  for (const [query, expected] of rows) assert.equal(marked(query), expected, query)
})

test('merges spans that touch or overlap', () => {
  const spans = matchingSpans(resolveQuery(parseQuery('content:net.core OR content:core.somaxconn OR som*')), text)
  assert.deepEqual(spans[0], { start: 0, end: 18 })
})

test('gives sorted spans apart inside the text for any query', () => {
  fc.assert(
    fc.property(queryText, fc.string({ unit: 'binary', maxLength: 40 }), (query, content) => {
      try {
        let last = -1
        for (const { start, end } of matchingSpans(resolveQuery(parseQuery(query)), content)) {
          assert(start > last && end > start && end <= content.length)
          last = end
        }
      } catch (error) {
        assert(error instanceof QuerySyntaxError, String(error))
      }
    }),
    { numRuns: 1000 },
  )
})
