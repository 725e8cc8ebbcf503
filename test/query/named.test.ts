import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseQuery } from '../../src/query/parser.ts'
import { fieldsNamed, pathsNamed, resolveQuery } from '../../src/query/resolve.ts'

test('names the fields of a query as typed, with their places', () => {
  assert.deepEqual(fieldsNamed(parseQuery('a filename:x OR (size:>5 AND NOT _exists_:y) *:*')), [
    { field: 'filename', at: 11 },
    { field: 'size', at: 22 },
    { field: 'y', at: 42 },
  ])
})

test('names the paths that a match must have', () => {
  const rows: readonly (readonly [query: string, paths: readonly string[]])[] = [
    ['filename:/etc/fstab AND ext4', ['/etc/fstab']],
    ['filename:(/a OR /b)', ['/a', '/b']],
    ['filename:/a OR ext4', []],
    ['(filename:/a OR filename:/b) AND filename:/a', ['/a', '/b']],
    ['NOT filename:/a', []],
    ['filename:/a*', []],
    ['hostname:x', []],
    ['', []],
  ]
  for (const [query, paths] of rows) assert.deepEqual(pathsNamed(resolveQuery(parseQuery(query))), paths, query)
})
