// Holds docs/query-syntax.md to the code: every example is read and resolved.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { compileMatcher } from '../../src/query/matcher.ts'
import { parseQuery } from '../../src/query/parser.ts'
import { resolveQuery } from '../../src/query/resolve.ts'
import { QuerySyntaxError, renderSyntaxError } from '../../src/query/syntax-error.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/query-syntax.md'), 'utf8')
const examples = [...page.matchAll(/```lucene\n(.*?)```/gs)].flatMap(([, block = '']) => block.trim().split('\n'))
const fields = [
  { name: 'host.ip', type: 'ip', summary: '' },
  { name: 'sysctl.*', type: 'keyword', summary: '' },
  { name: 'meminfo.*', type: 'long', unit: 'bytes', summary: '' },
] as const

describe('reads every example of docs/query-syntax.md', () => {
  assert(examples.length > 60)
  for (const example of examples) {
    test(example, () => {
      const condition = resolveQuery(parseQuery(example), { fields })
      compileMatcher(condition)
      assert.notEqual(condition.kind, 'none')
    })
  }
})

test('shows the mistake that the page shows', () => {
  assert.throws(
    () => resolveQuery(parseQuery('size:abc')),
    (error) => error instanceof QuerySyntaxError && page.includes(renderSyntaxError(error, 'size:abc')),
  )
})
