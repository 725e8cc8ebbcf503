import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Condition } from '../../src/query/ast.ts'
import { compileMatcher } from '../../src/query/matcher.ts'
import { parseQuery } from '../../src/query/parser.ts'
import { resolveQuery } from '../../src/query/resolve.ts'
import { wordsOf } from '../../src/query/words.ts'
import type { Document } from '../../src/snapshot/document.ts'

const document: Document = {
  '@timestamp': '2026-11-18T10:00:00.000Z',
  'host.name': 'web-12.example.com',
  'file.path': '/etc/sysctl.d/50-net.conf',
  'event.dataset': 'mitra.file',
  'event.kind': 'state',
  content: 'net.core.somaxconn = 128\nvm.swappiness=10\nİstanbul ΣΑΣ naïve 日本 Straße\n',
  'file.size': 4097,
  'file.exists': true,
  'sysctl.net.ipv4.tcp_rmem': [4096, 131072, 6291456],
  'sysctl.kernel.ostype': 'Linux',
  'sysctl.kernel.modes': ['10', 'quick brown', 'fox jumps'],
  'host.ip': ['10.1.2.3', 'fe80::1'],
  'file.mtime': '2026-11-01T00:00:00.000Z',
  'empty.list': [],
  note: ['quick brown', 'fox jumps'],
}
const fields = [
  { name: 'host.ip', type: 'ip', summary: '' },
  { name: 'note', type: 'text', summary: '' },
] as const
const now = Date.parse('2026-11-18T12:00:00Z')

function matches(query: string, subject = document): boolean {
  return compileMatcher(resolveQuery(parseQuery(query), { fields }, now))(subject)
}

const matching = [
  ...[
    '*',
    'somaxconn',
    'SOMAXCONN',
    'content:net.core.somaxconn',
    '"somaxconn 128"',
    '"core 128"~1',
    '"core net"~2',
    'web',
    '12',
  ],
  ...[
    'conf',
    '"sysctl d"',
    'filename:/etc/sysctl.d/50-net.conf',
    'filename:/etc/*.conf',
    'filename:/.*50.*conf/',
    'swap*',
    's?appiness',
  ],
  ...[
    'hostname:web-12.example.com',
    'hostname:web-12.example.con~1',
    'swapiness~',
    '/s(w|z)app.*/',
    'somaxconn -zsh',
    'NOT zsh',
  ],
  ...[
    'zsh OR 128',
    'size:>4k',
    'size:4097',
    'size:4097.0',
    'size:[4000 TO 5000}',
    'file.exists:true',
    '_exists_:size',
    'empty.*:x OR 128',
  ],
  ...[
    'sysctl.net.ipv4.tcp_rmem:4096',
    'sysctl.net.ipv4.tcp_rmem:"4096 131072 6291456"',
    'sysctl.net.ipv4.tcp_rmem:>6000000',
  ],
  ...[
    'sysctl.*.tcp_rmem:131072',
    'sysctl.kernel.ostype:Linux',
    'sysctl.kernel.ostype:L*',
    'sysctl.kernel.modes:10',
    '*:Linux',
    '*:128',
  ],
  ...[
    'host.ip:10.0.0.0/8',
    'host.ip:fe80::/10',
    'host.ip:"FE80:0::1"',
    'host.ip:[10.1.2.3 TO 10.1.2.3]',
    '@timestamp:2026-11-18',
  ],
  ...[
    '@timestamp:now/d',
    '@timestamp:[now-1d TO now]',
    'file.mtime:<=2026-11-01',
    'note:"quick brown"',
    'note:fox',
    'content:[swap TO swaq]',
  ],
  ...[
    'content:straße',
    'content:naïve',
    'content:日本',
    'content:istanbul',
    'content:σασ',
    'content:net.core.som*',
    'error.*:x OR event.kind:state',
  ],
]
const others = [
  ...[
    'zsh',
    'maxconn',
    '"128 somaxconn"',
    '"somaxconn 12"',
    '"net 128"~1',
    'NOT somaxconn',
    'somaxconn AND zsh',
    'hostname:web',
    'hostname:WEB*',
  ],
  ...[
    'filename:/etc',
    'filename:/etc/sysctl.d/50-NET.conf',
    'size:<4k',
    'size:4096',
    '_exists_:nothing',
    '_exists_:empty.list',
    'content:---',
  ],
  ...[
    'sysctl.net.ipv4.tcp_rmem:"4096 1"',
    'sysctl.net.ipv4.tcp_rmem:409*',
    'sysctl.kernel.ostype:linux',
    'sysctl.kernel.modes:10.0',
  ],
  ...[
    'host.ip:192.168.0.0/16',
    '@timestamp:2026-11-17',
    '@timestamp:>2026-11-18',
    '@timestamp:<2026-11-18',
    'note:"brown fox"',
    'constructor:*',
  ],
  ...[
    'toString:x',
    'sysctl.kernel.ostype:>5',
    'file.exists:false',
    'content:[swaq TO swar]',
    '/S.*/',
    'content:strasse',
    'sysctl.kernel.ostype:[1 TO 9]',
  ],
]

describe('finds a document', () => {
  for (const query of matching) test(query, () => assert.equal(matches(query), true))
})

describe('leaves a document out', () => {
  for (const query of others) test(query, () => assert.equal(matches(query), false))
})

test('counts a field that is undefined as absent', () => {
  const { content: _, ...rest } = document
  assert.equal(matches('_exists_:content', { ...rest, content: '' }), true)
  assert.equal(matches('_exists_:content', rest), false)
  assert.equal(compileMatcher({ kind: 'exists', field: 'x.*' })({ ...document, 'x.y': undefined }), false)
})

test('takes an optional clause beside a required one for what it is', () => {
  const term = (word: string): Condition => ({ kind: 'words', field: 'content', words: [word], slop: 0 })
  const bool = (must: Condition[], should: Condition[], must_not: Condition[]): Condition => ({
    kind: 'bool',
    must,
    should,
    must_not,
  })
  assert.equal(compileMatcher(bool([term('net')], [term('zsh')], []))(document), true)
  assert.equal(compileMatcher(bool([], [term('zsh')], []))(document), false)
  assert.equal(compileMatcher(bool([], [], []))(document), true)
  assert.equal(compileMatcher(bool([term('net')], [], [term('core')]))(document), false)
  assert.equal(compileMatcher({ kind: 'none' })(document), false)
})

test('compares text by code point and dates given as numbers', () => {
  const range = (on: 'text' | 'date', lower: number | string): Condition => ({
    kind: 'range',
    field: 'x',
    on,
    lower: { value: lower, inclusive: false },
  })
  assert.equal(compileMatcher(range('text', '\uffee'))({ ...document, x: '🙂' }), true)
  assert.equal(compileMatcher(range('text', '🙂'))({ ...document, x: '\uffee' }), false)
  assert.equal(compileMatcher(range('text', '5'))({ ...document, x: 7 }), false)
  assert.equal(compileMatcher(range('date', 5))({ ...document, x: 6 }), true)
  assert.equal(compileMatcher(range('date', 5))({ ...document, x: 'soon' }), false)
})

test('cuts very long words in the query and in the text alike', () => {
  const long = 'a'.repeat(400)
  assert.equal(matches(`content:${long}`, { ...document, content: `x ${long} y` }), true)
  assert.equal(matches(`content:${long}b`, { ...document, content: `${long}c` }), true)
  assert.equal(matches(`content:${'a'.repeat(254)}`, { ...document, content: long }), false)
  assert.equal(matches(`content:"${long} y"`, { ...document, content: `${long} y` }), true)
})

const letters = fc.constantFrom('a', 'b', 'A', 'İ', 'Σ', 'σ', '🙂', '𝒜', '-', ' ', '.', '1', 'é')
const anyText = fc.string({ unit: letters, maxLength: 24 })

test('finds phrases where cutting the text into words finds them', () => {
  fc.assert(
    fc.property(anyText, fc.string({ unit: letters, minLength: 1, maxLength: 6 }), (content, phrase) => {
      const wanted = wordsOf(phrase)
      if (wanted.length === 0) return
      const words = wordsOf(content)
      const found = words.some((_, start) => wanted.every((word, index) => words[start + index] === word))
      const condition: Condition = { kind: 'words', field: 'content', words: wanted, slop: 0 }
      assert.equal(compileMatcher(condition)({ ...document, content }), found)
    }),
    { numRuns: 3000 },
  )
})

test('finds sloppy phrases where trying all positions finds them', () => {
  const wordList = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(
      wordList,
      fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 2, maxLength: 4 }),
      fc.nat(5),
      (words, phrase, slop) => {
        const condition: Condition = { kind: 'words', field: 'content', words: phrase, slop }
        assert.equal(
          compileMatcher(condition)({ ...document, content: words.join(' ') }),
          anyPlacement(words, phrase, slop),
        )
      },
    ),
    { numRuns: 2000 },
  )
})

function anyPlacement(
  words: readonly string[],
  phrase: readonly string[],
  slop: number,
  chosen: readonly number[] = [],
): boolean {
  if (chosen.length === phrase.length) {
    const shifts = chosen.map((position, index) => position - index)
    return Math.max(...shifts) - Math.min(...shifts) <= slop
  }
  return words.some(
    (word, position) =>
      word === phrase[chosen.length] &&
      !chosen.includes(position) &&
      anyPlacement(words, phrase, slop, [...chosen, position]),
  )
}
