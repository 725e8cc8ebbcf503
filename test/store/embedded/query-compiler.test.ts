// The SQL of a query may narrow, never decide otherwise than the matcher: both are asked, over generated documents and queries.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import type { Condition } from '../../../src/query/ast.ts'
import { compileMatcher } from '../../../src/query/matcher.ts'
import type { Document } from '../../../src/snapshot/document.ts'
import { openEmbeddedStore } from '../../../src/store/embedded/driver.ts'
import type { HostsRequest, Store, View } from '../../../src/store/store.ts'
import { combined, queryText } from '../../query/arbitraries.ts'
import { conditionAt } from '../../query/condition-at.ts'
import { documentOf } from '../document-of.ts'

const now = Date.parse('2026-11-19T12:00:00Z')
const everyDay = { kind: 'days', from: 0, to: 30_000 } as const
const midnight = { kind: 'moment', at: Date.parse('2026-11-19T00:00:00Z') } as const
const views: readonly View[] = [{ kind: 'latest' }, everyDay, { kind: 'history' }, midnight]

const word = fc.constantFrom(
  ...[
    'ext4',
    'EXT4',
    'xfs',
    'net.core.somaxconn',
    'somaxconn',
    '128',
    '16384',
    '1.5',
    '-1',
    '/etc/fstab',
    '/etc',
    'root',
    'true',
  ],
  ...[
    'naïve',
    'NAÏVE',
    'straße',
    'İstanbul',
    '日本語',
    'a_b',
    "don't",
    'x'.repeat(40),
    '10.0.0.1',
    '2001:db8::1',
    '2026-11-18',
    '',
    '%',
    '_',
    '*',
  ],
)
const text = fc
  .array(word, { maxLength: 8 })
  .chain((words) => fc.constantFrom(' ', '\n', ' = ', '-', '\t').map((between) => words.join(between)))
const scalar = fc.oneof(
  word,
  fc.constantFrom<number | boolean>(0, -0, 1, -1, 128, 16384, 1.5, 1e21, 2 ** 53, -1e-7, true, false),
)
const value = fc.oneof(scalar, fc.array(scalar, { minLength: 1, maxLength: 3 }))
const names = [
  'sysctl.net.core.somaxconn',
  'sysctl.a',
  'sysctl.a.b',
  'file.size',
  'file.owner',
  'labels.role',
  'meminfo.MemFree',
  'host.ip',
  'x%',
  'X',
  'constructor',
  'error.message',
  'package.name',
] as const
const document = fc
  .record({
    host: fc.constantFrom('web1', 'WEB1', 'web2', 'db%', 'a_b', 'naïve.example'),
    path: fc.constantFrom('/etc/fstab', '/etc/sysctl.conf', '/etc/a b.conf', '/proc/sys', 'netstat -s', '/ETC/fstab'),
    minute: fc.integer({ min: 0, max: 2 * 1440 - 1 }),
    content: fc.option(text, { nil: undefined }),
    fields: fc.uniqueArray(fc.tuple(fc.constantFrom(...names), value), { maxLength: 5, selector: ([name]) => name }),
  })
  .map(({ host, path, minute, content, fields }): Document => {
    const at = new Date(Date.UTC(2026, 10, 18) + minute * 60_000).toISOString()
    const kind = path === '/proc/sys' || (path === 'netstat -s' && minute % 2 === 0) ? 'metric' : 'state'
    const more: Partial<Document> = { 'event.kind': kind, ...Object.fromEntries(fields) }
    if (content === undefined) return documentOf(host, path, at, more)
    const hash = createHash('sha256').update(content).digest('hex')
    return documentOf(host, path, at, { content, ...(minute % 3 > 0 && { 'file.hash.sha256': hash }), ...more })
  })

const bare = word.filter((each) => each !== '' && !/[\s:*]/.test(each)).map((each) => each.replaceAll("'", ''))
const fieldName = fc.constantFrom(
  ...names.filter((name) => /^[\w.]+$/.test(name)),
  ...[
    'content',
    'host.name',
    'hostname',
    'filename',
    'file.path',
    'size',
    '@timestamp',
    'sysctl.*',
    'sysctl.a*',
    'event.kind',
    'nosuch',
    'file.*',
  ],
)
const bound = fc.oneof(
  bare.filter((each) => !each.startsWith('/')),
  fc.constantFrom('*', '100', '20000', 'now-1d', '2026-11-18', '1e3', 'a', 'x'),
)
const operand = fc.oneof(
  { weight: 4, arbitrary: bare },
  { weight: 2, arbitrary: fc.array(bare, { minLength: 1, maxLength: 3 }).map((list) => `"${list.join(' ')}"`) },
  { weight: 1, arbitrary: fc.tuple(bare, bare, fc.nat(3)).map(([one, two, slop]) => `"${one} ${two}"~${slop}`) },
  {
    weight: 2,
    arbitrary: fc.tuple(bare, fc.nat(6)).map(([each, cut]) => `${each.slice(0, cut)}*${each.slice(cut + 2)}`),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(bare, fc.nat(6)).map(([each, cut]) => `${each.slice(0, cut)}?${each.slice(cut + 1)}`),
  },
  { weight: 1, arbitrary: fc.tuple(bare, fc.constantFrom('~', '~1', '~2')).map((parts) => parts.join('')) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '/ext[0-9]/',
      '/.*max.*/',
      '/(web|db).*/',
      '/1<2-9>/',
      '/~(ext4)/',
      '/\\/etc\\/.*/',
      '/[A-Z]+4/',
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('[', '{'), bound, bound, fc.constantFrom(']', '}'))
      .map(([open, from, to, close]) => `${open}${from} TO ${to}${close}`),
  },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom('>', '>=', '<', '<='), bound).map((parts) => parts.join('')) },
)
const clause = fc.oneof(
  operand,
  fc.tuple(fieldName, operand).map(([name, each]) => `${name}:${each}`),
  fc.tuple(fieldName, operand).map(([name, each]) => `${name}:${each}`),
  fieldName.map((name) => `_exists_:${name}`),
  fc.constantFrom(
    '*:*',
    'filename:/etc/*',
    'host.ip:"10.0.0.0/8"',
    'host.ip:2001:db8::/32',
    'filename:"netstat -s"',
    'filename:("/etc/fstab" OR "/proc/sys")',
    'hostname:(web1 OR WEB1 OR nosuch)',
    'event.kind:state',
    'event.kind:metric',
    '_exists_:file.hash.sha256',
    '*',
    'content:*',
  ),
)
const query = combined(clause, ' AND ', ' OR ', ' AND NOT ', ' ', ' -', ' OR NOT ')

let folder: string
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'mitra-compiler-'))
})
after(() => rmSync(folder, { recursive: true }))

const conditionOf = (typed: string) => conditionAt(typed, now)

async function found(store: Store, condition: Condition, view: View, more: object = {}): Promise<Document[]> {
  return Array.fromAsync(store.search({ condition, view, ...more }))
}

const place = (given: Document) => `${given['host.name']} ${given['file.path']} ${given['@timestamp']}`

/** Opens a store with the documents and holds every answer to what the matcher says of all documents of the view. */
async function holds(store: Store, typed: string): Promise<void> {
  const condition = conditionOf(typed)
  if (!condition) return
  const matches = compileMatcher(condition)
  for (const view of views) {
    const expected = (await found(store, { kind: 'all' }, view)).filter(matches)
    const note = `${typed} in ${view.kind}`
    assert.deepEqual((await found(store, condition, view)).map(place), expected.map(place), note)
    assert.equal(await store.count({ condition, view }), expected.length, note)
    const light = await found(store, condition, view, { withoutContent: true, limit: 3 })
    assert.deepEqual(light.map(place), expected.slice(0, 3).map(place), note)
    const hosts = [...new Set(expected.map((each) => each['host.name']))]
    const all: HostsRequest = { all: [condition], without: [], view, silentBefore: 0 }
    assert.deepEqual((await store.hosts(all)).hosts.map(({ name }) => name).sort(), hosts.sort(), note)
    const { values } = await store.values('host.name', { condition, view })
    assert.equal(
      values.reduce((sum, row) => sum + row.documents, 0),
      expected.length,
      note,
    )
  }
}

let stores = 0
async function storeWith(documents: readonly Document[]): Promise<Store> {
  const store = await openEmbeddedStore(join(folder, `${stores++}.db`), { mustExist: false })
  await store.write(documents)
  return store
}

test('finds what the matcher finds, in every view', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(document, { minLength: 5, maxLength: 40 }),
      fc.array(fc.oneof({ weight: 6, arbitrary: query }, { weight: 1, arbitrary: queryText }), {
        minLength: 10,
        maxLength: 25,
      }),
      async (documents, queries) => {
        const store = await storeWith(documents)
        for (const typed of queries) await holds(store, typed)
        await store.close()
      },
    ),
    { numRuns: Number(process.env['RUNS'] ?? 15) },
  )
})
