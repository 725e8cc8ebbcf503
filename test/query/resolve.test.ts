import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Condition } from '../../src/query/ast.ts'
import { compileMatcher } from '../../src/query/matcher.ts'
import { parseQuery } from '../../src/query/parser.ts'
import { type Catalogue, defaultFields, resolveQuery } from '../../src/query/resolve.ts'
import { QuerySyntaxError } from '../../src/query/syntax-error.ts'
import { queryText } from './arbitraries.ts'

const summary = 'For the test.'
const catalogue: Catalogue = {
  fields: [
    { name: 'sysctl.*', type: 'keyword', summary },
    { name: 'meminfo.*', type: 'long', unit: 'bytes', summary },
    { name: 'meminfo.HugePages_Total', type: 'long', summary },
    { name: 'netstat_rate.*', type: 'double', summary },
    { name: 'host.ip', type: 'ip', summary },
    { name: 'package.name', type: 'keyword', alias: 'package', summary },
    { name: 'note', type: 'text', summary },
  ],
}
const now = Date.parse('2026-11-18T12:00:00.000Z')
const asked = (query: string): Condition => resolveQuery(parseQuery(query), catalogue, now)

const words = (field: string, ...list: string[]): Condition => ({ kind: 'words', field, words: list, slop: 0 })
const value = (field: string, text: string): Condition => {
  const number = /^[\d.]+$/.test(text) ? Number(text) : Number.NaN
  return { kind: 'value', field, value: Number.isNaN(number) ? { text } : { text, number } }
}
const wild = (kind: 'word_pattern' | 'value_pattern', field: string, source: string): Condition => ({
  kind,
  field,
  pattern: { kind: 'wildcard', source },
})
const should = (...conditions: Condition[]): Condition => ({ kind: 'bool', must: [], should: conditions, must_not: [] })
const must = (...conditions: Condition[]): Condition => ({ kind: 'bool', must: conditions, should: [], must_not: [] })
const not = (condition: Condition): Condition => ({ kind: 'bool', must: [], should: [], must_not: [condition] })
const anywhere = (make: (field: string) => Condition): Condition => should(...defaultFields.map(make))
const dates = (lower: string, upper: string): Condition => ({
  kind: 'range',
  field: '@timestamp',
  on: 'date',
  lower: { value: Date.parse(lower), inclusive: true },
  upper: { value: Date.parse(upper), inclusive: true },
})
const addresses = (lower: string, upper: string): Condition => ({
  kind: 'range',
  field: 'host.ip',
  on: 'ip',
  lower: { value: lower, inclusive: true },
  upper: { value: upper, inclusive: true },
})

describe('gives a query its meaning', () => {
  const rows: readonly (readonly [query: string, condition: Condition])[] = [
    ['', { kind: 'all' }],
    ['ext4', anywhere((field) => words(field, 'ext4'))],
    ['/etc/fstab', anywhere((field) => words(field, 'etc', 'fstab'))],
    ['"Somaxconn 128"', anywhere((field) => words(field, 'somaxconn', '128'))],
    ['content:net.core.somaxconn', words('content', 'net', 'core', 'somaxconn')],
    ['content:"b a"~2', { kind: 'words', field: 'content', words: ['b', 'a'], slop: 2 }],
    ['note:Ünïcode', words('note', 'ünïcode')],
    ['error.message:denied', words('error.message', 'denied')],
    ['content:---', { kind: 'none' }],
    ['&', { kind: 'none' }],
    ['- & "--"', { kind: 'none' }],
    ['NOT "--"', { kind: 'none' }],
    ['"--"', { kind: 'none' }],
    [
      'a & content:b',
      must(
        anywhere((field) => words(field, 'a')),
        words('content', 'b'),
      ),
    ],
    ['content:a AND content:---', must(words('content', 'a'), { kind: 'none' })],
    ['filename:/etc/fstab', value('file.path', '/etc/fstab')],
    ['filename:"/etc/fstab"', value('file.path', '/etc/fstab')],
    ['hostname:Web1', value('host.name', 'Web1')],
    ['file.path:/etc/*.conf', wild('value_pattern', 'file.path', '/etc/*.conf')],
    [
      'host.name:web~1',
      { kind: 'value_pattern', field: 'host.name', pattern: { kind: 'fuzzy', source: 'web', distance: 1 } },
    ],
    [
      'hostname:/web[0-9]+/',
      { kind: 'value_pattern', field: 'host.name', pattern: { kind: 'regexp', source: 'web[0-9]+' } },
    ],
    ['package:zsh', value('package.name', 'zsh')],
    ['file.mode:0644', { kind: 'value', field: 'file.mode', value: { text: '0644', number: 644 } }],
    ['Som*CONN', anywhere((field) => wild('word_pattern', field, 'som*conn'))],
    ['content:net.core.Som*', must(words('content', 'net', 'core'), wild('word_pattern', 'content', 'som*'))],
    ['content:a\\*b*', must(words('content', 'a'), wild('word_pattern', 'content', 'b*'))],
    ['content:*.*', wild('word_pattern', 'content', '*')],
    ['content:*-x', words('content', 'x')],
    [
      'content:Somaxcon~',
      { kind: 'word_pattern', field: 'content', pattern: { kind: 'fuzzy', source: 'somaxcon', distance: 2 } },
    ],
    ['content:/So.+/', { kind: 'word_pattern', field: 'content', pattern: { kind: 'regexp', source: 'So.+' } }],
    [
      'content:[Alpha TO beta}',
      {
        kind: 'range',
        field: 'content',
        on: 'words',
        lower: { value: 'alpha', inclusive: true },
        upper: { value: 'beta', inclusive: false },
      },
    ],
    ['[* TO *]', anywhere((field) => ({ kind: 'exists', field }))],
    ['size:>4k', { kind: 'range', field: 'file.size', on: 'number', lower: { value: 4096, inclusive: false } }],
    ['size:4096', value('file.size', '4096')],
    [
      'meminfo.MemFree:<1.5GiB',
      { kind: 'range', field: 'meminfo.MemFree', on: 'number', upper: { value: 1610612736, inclusive: false } },
    ],
    ['meminfo.MemFree:2MB', value('meminfo.MemFree', '2097152')],
    ['meminfo.HugePages_Total:0', value('meminfo.HugePages_Total', '0')],
    ['meminfo.MemFree:lots', value('meminfo.MemFree', 'lots')],
    ['sysctl.vm.swappiness:10', value('sysctl.vm.swappiness', '10')],
    ['sysctl.kernel.ostype:Linux', value('sysctl.kernel.ostype', 'Linux')],
    [
      'sysctl.vm.swappiness:>10',
      { kind: 'range', field: 'sysctl.vm.swappiness', on: 'number', lower: { value: 10, inclusive: false } },
    ],
    [
      'sysctl.kernel.osrelease:[4.4 TO 4.5.0}',
      {
        kind: 'range',
        field: 'sysctl.kernel.osrelease',
        on: 'text',
        lower: { value: '4.4', inclusive: true },
        upper: { value: '4.5.0', inclusive: false },
      },
    ],
    [
      'labels.rack:[1 TO 5]',
      {
        kind: 'range',
        field: 'labels.rack',
        on: 'text',
        lower: { value: '1', inclusive: true },
        upper: { value: '5', inclusive: true },
      },
    ],
    ['sysctl.net.*.tcp_rmem:4096', value('sysctl.net.*.tcp_rmem', '4096')],
    ['x:"1 2"', should(value('x', '1 2'), must(value('x', '1'), value('x', '2')))],
    ['netstat_rate.x:"1 2"', must(value('netstat_rate.x', '1'), value('netstat_rate.x', '2'))],
    ['file.exists:false', value('file.exists', 'false')],
    ['_exists_:size', { kind: 'exists', field: 'file.size' }],
    ['_exists_:sysctl', { kind: 'exists', field: 'sysctl.*' }],
    ['sysctl.net.*:*', { kind: 'exists', field: 'sysctl.net.*' }],
    ['size:[* TO *]', { kind: 'exists', field: 'file.size' }],
    ['NOT _exists_:error.message', not({ kind: 'exists', field: 'error.message' })],
    ['host.ip:10.0.0.0/8', addresses('10.0.0.0', '10.255.255.255')],
    ['host.ip:10.1.2.3', addresses('10.1.2.3', '10.1.2.3')],
    ['host.ip:10.1.*', addresses('10.1.0.0', '10.1.255.255')],
    ['host.ip:10.*.*.*', addresses('10.0.0.0', '10.255.255.255')],
    ['host.ip:fe80::/64', addresses('fe80:0:0:0:0:0:0:0', 'fe80:0:0:0:ffff:ffff:ffff:ffff')],
    [
      'host.ip:>10.0.0.1',
      { kind: 'range', field: 'host.ip', on: 'ip', lower: { value: '10.0.0.1', inclusive: false } },
    ],
    ['@timestamp:2026-11-17', dates('2026-11-17T00:00:00Z', '2026-11-17T23:59:59.999Z')],
    ['@timestamp:"2026-11"', dates('2026-11-01T00:00:00Z', '2026-11-30T23:59:59.999Z')],
    ['@timestamp:[now-1d/d TO now/d]', dates('2026-11-17T00:00:00Z', '2026-11-18T23:59:59.999Z')],
    [
      '*:zsh',
      should(should(words('content', 'zsh'), words('error.message', 'zsh'), words('note', 'zsh')), value('*', 'zsh')),
    ],
    ['error.*:zsh', should(words('error.message', 'zsh'), value('error.*', 'zsh'))],
  ]
  for (const [query, condition] of rows) test(query, () => assert.deepEqual(asked(query), condition))
})

test('rounds the ends of date ranges as Elasticsearch does', () => {
  const edge = (query: string) => {
    const condition = asked(`@timestamp:${query}`)
    assert(condition.kind === 'range')
    const { lower, upper } = condition
    return new Date((lower ?? upper)?.value ?? 0).toISOString()
  }
  assert.equal(edge('>2026-11-18'), '2026-11-18T23:59:59.999Z')
  assert.equal(edge('>=2026-11-18'), '2026-11-18T00:00:00.000Z')
  assert.equal(edge('<2026-11-18'), '2026-11-18T00:00:00.000Z')
  assert.equal(edge('<=2026-11-18'), '2026-11-18T23:59:59.999Z')
  assert.equal(edge('{now-1M/M TO *]'), '2026-10-31T23:59:59.999Z')
  assert.equal(edge('[* TO 2026-11-01||+1M/d}'), '2026-12-01T00:00:00.000Z')
})

describe('shows where a value cannot be read', () => {
  const rows: readonly (readonly [query: string, message: string, offset: number])[] = [
    ['a size:abc', 'expected a number for "file.size", found "abc"', 7],
    ['size:"a b"', 'expected a number for "file.size", found "a b"', 5],
    ['size:[1 TO x]', 'expected a number for "file.size", found "x"', 5],
    ['meminfo.HugePages_Total:2k', 'expected a number for "meminfo.HugePages_Total", found "2k"', 24],
    ['size:4*', '"file.size" holds numbers: expected a value or a range, found a pattern', 5],
    ['size:4~', '"file.size" holds numbers: expected a value or a range, found a pattern', 5],
    ['@timestamp:2026-11-*', '"@timestamp" holds times: expected a value or a range, found a pattern', 11],
    ['@timestamp:constructor', 'expected a time, found "constructor"', 11],
    ['@timestamp:soon', 'expected a time, found "soon"', 11],
    ['@timestamp:>2026-13', 'expected a time, found "2026-13"', 11],
    ['file.exists:yes', 'expected true or false for "file.exists", found "yes"', 12],
    ['file.exists:>true', 'expected true or false for "file.exists", found "a range"', 12],
    ['file.exists:/t.*/', '"file.exists" holds true or false: expected a value or a range, found a pattern', 12],
    [
      'host.ip:10.0.0',
      '"host.ip" holds addresses: expected an address or a block such as 10.0.0.0/8, found "10.0.0"',
      8,
    ],
    [
      'host.ip:10.0.0.0/33',
      '"host.ip" holds addresses: expected an address or a block such as 10.0.0.0/8, found "10.0.0.0/33"',
      8,
    ],
    ['host.ip:1*', '"host.ip" holds addresses: expected an address or a block such as 10.0.0.0/8, found "1*"', 8],
    ['host.ip:>10', 'expected an address for "host.ip", found "10"', 8],
    ['host.ip:a~', '"host.ip" holds addresses: expected a value or a range, found a pattern', 8],
    ['content:/so(m.*/', 'expected ")" in the regular expression, found its end', 15],
    ['hostname:/a{500}{500}/', 'the regular expression repeats too much to be run', 10],
  ]
  for (const [query, message, offset] of rows) {
    test(query, () => {
      assert.throws(
        () => asked(query),
        (error) => {
          assert(error instanceof QuerySyntaxError, String(error))
          assert.deepEqual([error.message, error.offset], [message, offset])
          return true
        },
      )
    })
  }
})

test('gives every query that parses a condition that runs, or refuses it with an offset', () => {
  const document = {
    '@timestamp': '2026-11-18T10:00:00.000Z',
    'host.name': 'web1',
    'file.path': '/etc/fstab',
    'event.dataset': 'mitra.file',
    'event.kind': 'state',
    content: 'a b1 x y',
    'file.size': 8,
  } as const
  fc.assert(
    fc.property(queryText, (text) => {
      try {
        compileMatcher(asked(text))(document)
      } catch (error) {
        assert(error instanceof QuerySyntaxError, String(error))
        assert(error.offset >= 0 && error.offset <= text.length)
      }
    }),
    { numRuns: 2000 },
  )
})
