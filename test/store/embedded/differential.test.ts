// The whole store against a model of it: documents in any order, questions in all views. The model keeps every document and
// knows only what the views promise; what it answers, the store must.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { compileMatcher } from '../../../src/query/matcher.ts'
import { derivedFields } from '../../../src/snapshot/derived-fields.ts'
import { type Document, dayOf, type FieldValue, timeOf } from '../../../src/snapshot/document.ts'
import { openEmbeddedStore } from '../../../src/store/embedded/driver.ts'
import type { View } from '../../../src/store/store.ts'
import { combined } from '../../query/arbitraries.ts'
import { conditionAt } from '../../query/condition-at.ts'
import { documentOf } from '../document-of.ts'

const firstDay = dayOf(Date.UTC(2026, 10, 14))
const days = 5
const now = Date.UTC(2026, 10, 19)
const minutesADay = 1440

/** How documents of a path come. */
const orders = {
  /** Once a day, any day first. */
  '/etc/fstab': 'daily',
  /** Often a day, any time first. */
  '/etc/a b.conf': 'any',
  /** As that, never the same state twice. */
  '/etc/ntp.conf': 'distinct',
  /** Often a day, the oldest first: what an agent sends. */
  '/etc/naïve/日本': 'in time',
  /** A counter: every sample is kept. */
  'netstat -s': 'sample',
} as const
type Path = keyof typeof orders

const words = [
  'ext4',
  'EXT4',
  'xfs',
  'net.core.somaxconn',
  '128',
  '4096',
  '-1',
  'NAÏVE',
  'İstanbul',
  "don't",
  '日本語',
  '\ud800',
  '\0',
  '%',
  '*',
  '',
]
const content = fc
  .array(fc.constantFrom(...words), { maxLength: 4 })
  .chain((list) => fc.constantFrom(' ', '\n', '=').map((between) => list.join(between)))
  .map((text) => text.toWellFormed())
const scalar = fc.oneof(
  fc.constantFrom(...words.filter((word) => word.isWellFormed())),
  fc.constantFrom<number | boolean>(128, 4096, -1, 0, 1.5, 1e21, true, false),
)
const value: fc.Arbitrary<FieldValue> = fc.oneof(scalar, fc.array(scalar, { minLength: 1, maxLength: 3 }))
const names = [
  'sysctl.net.core.somaxconn',
  'sysctl.a',
  'sysctl.a.b',
  'labels.role',
  'file.owner',
  'error.message',
  'host.ip',
  'x%',
] as const
/** Few states, so that they come back. */
const state = fc.record({
  content: fc.option(content, { nil: undefined }),
  fields: fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 2, noNullPrototype: true }),
})

interface Sighting {
  host: string
  path: Path
  day: number
  minute: number
  state: number
}
const sighting: fc.Arbitrary<Sighting> = fc.record({
  host: fc.constantFrom('web1', 'a_b%'),
  path: fc.constantFrom(...(Object.keys(orders) as Path[])),
  day: fc.nat(days - 1),
  // around midnight as often as between
  minute: fc.oneof(fc.constantFrom(0, 1, minutesADay - 1), fc.nat(minutesADay - 1)),
  state: fc.nat(2),
})

const place = ({ host, path }: Sighting) => `${host}\n${path}`
const minuteOf = ({ day, minute }: Sighting) => day * minutesADay + minute
/** No two documents at one time of one path, and of some paths no two on one day. */
const sightings = fc
  .uniqueArray(sighting, {
    maxLength: 80,
    minLength: 30,
    selector: (each) => `${place(each)}\n${orders[each.path] === 'daily' ? each.day : minuteOf(each)}`,
  })
  .map((list) => {
    const inTime = list.filter(({ path }) => orders[path] === 'in time').sort((a, b) => minuteOf(a) - minuteOf(b))
    return list.map((each) => (orders[each.path] === 'in time' ? (inTime.shift() ?? each) : each))
  })

const documents = fc.tuple(sightings, fc.array(state, { minLength: 4, maxLength: 4 })).map(([list, states]) =>
  list.map((each): Document => {
    const { host, path, day, minute } = each
    const at = new Date((firstDay + day) * 86_400_000 + minute * 60_000).toISOString()
    const { content: text, fields } = states[each.state] ?? { content: undefined, fields: {} }
    return documentOf(host, path, at, {
      ...derivedFields(path, text),
      ...fields,
      'event.kind': orders[path] === 'sample' ? 'metric' : 'state',
      ...(orders[path] === 'distinct' && { 'sysctl.own': minuteOf(each) }),
      ...(text !== undefined && { content: text }),
    })
  }),
)

const operand = fc.oneof(
  fc.constantFrom(
    'ext4',
    'xfs',
    'somaxconn',
    'net.core.somaxconn',
    '128',
    'naïve',
    'istanbul',
    'don',
    't',
    '日本語',
    'nosuch',
  ),
  fc.constantFrom(
    '"net core"',
    '"128 ext4"',
    '"ext4 128"~2',
    '"t 日本語"',
    'ex*',
    '*x*',
    '12?',
    'ext3~1',
    '/ext[0-9]/',
    '/.*4.*/',
  ),
  fc.constantFrom(
    '[1 TO 200]',
    '{-1 TO 128]',
    '>128',
    '<=4096',
    '[a TO f]',
    '>=2026-11-16',
    '<now-3d/d',
    '[2026-11-15 TO 2026-11-16}',
  ),
)
const field = fc.constantFrom(
  ...['content', 'sysctl.net.core.somaxconn', 'sysctl.a', 'sysctl.a.b', 'sysctl.*', 'labels.role', 'labels.*'],
  ...['file.owner', 'error.message', 'size', '@timestamp', 'host.name', 'file.path', 'file.*', 'host.ip', 'nosuch'],
)
const clause = fc.oneof(
  operand,
  fc.tuple(field, operand).map(([name, each]) => `${name}:${each}`),
  field.map((name) => `_exists_:${name}`),
  fc.constantFrom(
    '*:*',
    'filename:/etc/fstab',
    'filename:/etc/*',
    'filename:"netstat -s"',
    'hostname:web1',
    'event.kind:metric',
    'file.name:*.conf',
  ),
)
const query = combined(clause, ' AND ', ' OR ', ' AND NOT ', ' ', ' -')
const view: fc.Arbitrary<View> = fc.oneof(
  fc.constant<View>({ kind: 'latest' }),
  fc.nat(days * 24).map((hours): View => ({ kind: 'moment', at: firstDay * 86_400_000 + hours * 3_600_000 })),
  fc
    .tuple(fc.nat(days), fc.nat(days))
    .map(([from, more]): View => ({ kind: 'days', from: firstDay + from, to: firstDay + from + more })),
  fc.tuple(fc.option(fc.nat(days)), fc.option(fc.nat(days))).map(
    ([from, to]): View => ({
      kind: 'history',
      ...(from !== null && { from: (firstDay + from) * 86_400_000 }),
      ...(to !== null && { to: (firstDay + to) * 86_400_000 }),
    }),
  ),
)

const conditionOf = (typed: string) => conditionAt(typed, now)

/** What each view holds of all documents ever written, by host, path, newest first. */
function modelled(all: readonly Document[], asked: View): Document[] {
  const newestFirst = all.toSorted((a, b) => timeOf(b) - timeOf(a))
  const byPlace = [...Map.groupBy(newestFirst, (each) => `${each['host.name']}\n${each['file.path']}`)]
  byPlace.sort(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
  return byPlace.flatMap(([, ofPlace]) => modelledPlace(ofPlace, asked))
}

function modelledPlace(newestFirst: readonly Document[], asked: View): Document[] {
  switch (asked.kind) {
    case 'latest':
      return newestFirst.slice(0, 1)
    case 'moment':
      return newestFirst
        .filter((_, index) => isVersion(newestFirst, index) || isLastOfDay(newestFirst, index))
        .filter((each) => timeOf(each) <= asked.at)
        .slice(0, 1)
        .map((each) =>
          each['event.kind'] === 'state' || isLastOfDay(newestFirst, newestFirst.indexOf(each))
            ? each
            : withoutText(each),
        )
    case 'days':
      return newestFirst.filter((each, index) => {
        const day = dayOf(timeOf(each))
        return day >= asked.from && day <= asked.to && isLastOfDay(newestFirst, index)
      })
    case 'history':
      return newestFirst
        .filter((_, index) => isVersion(newestFirst, index))
        .filter((each) => timeOf(each) >= (asked.from ?? 0) && timeOf(each) <= (asked.to ?? Number.POSITIVE_INFINITY))
        .map((each) => (each['event.kind'] === 'metric' ? withoutText(each) : each))
  }
}

function isLastOfDay(newestFirst: readonly Document[], index: number): boolean {
  const newer = newestFirst[index - 1]
  return !newer || dayOf(timeOf(newer)) !== dayOf(timeOf(newestFirst[index]!))
}

/** Whether a sighting is kept as a version: every one of a counter, and each that differs from the one before. */
function isVersion(newestFirst: readonly Document[], index: number): boolean {
  const each = newestFirst[index]!
  return each['event.kind'] === 'metric' || stateOf(each) !== stateOf(newestFirst[index + 1])
}

function stateOf(document: Document | undefined): string {
  return JSON.stringify({ ...document, '@timestamp': document && '' })
}

function withoutText({ content: _text, 'file.hash.sha256': _hash, ...rest }: Document): Document {
  return rest as Document
}

let folder: string
let stores = 0
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'mitra-differential-'))
})
after(() => rmSync(folder, { recursive: true }))

/** As JSON has it: neither the order of fields nor the sign of zero is stored. */
function plain(list: readonly Document[]): unknown {
  return JSON.parse(JSON.stringify(list))
}

const wholeViews: [string, View][] = [
  ['*:*', { kind: 'latest' }],
  ['*:*', { kind: 'days', from: 0, to: 1e6 }],
  ['*:*', { kind: 'history' }],
]

test('answers as a model that keeps every document does', async () => {
  await fc.assert(
    fc.asyncProperty(
      documents,
      fc.array(fc.tuple(query, view), { minLength: 15, maxLength: 25 }),
      fc.integer({ min: 1, max: 20 }),
      fc.boolean(),
      async (all, questions, batch, twice) => {
        const store = await openEmbeddedStore(join(folder, `${stores++}.db`), { mustExist: false })
        try {
          const written = twice ? [...all, ...all.toReversed()] : all
          for (let index = 0; index < written.length; index += batch)
            await store.write(written.slice(index, index + batch))
          for (const [typed, asked] of [...wholeViews, ...questions]) {
            const condition = conditionOf(typed)
            if (!condition) continue
            const expected = modelled(all, asked).filter(compileMatcher(condition))
            const answer = await Array.fromAsync(store.search({ condition, view: asked }))
            const note = `${typed} in ${JSON.stringify(asked)}`
            assert.deepEqual(plain(answer), plain(expected), note)
            assert.equal(await store.count({ condition, view: asked }), expected.length, note)
          }
          for (const each of all.filter((one) => one['event.kind'] === 'state')) {
            const then = await store.get(each['host.name'], each['file.path'], timeOf(each))
            assert.equal(then?.content, each.content, `as of ${each['@timestamp']}`)
          }
        } finally {
          await store.close()
        }
      },
    ),
    { numRuns: Number(process.env['RUNS'] ?? 60) },
  )
})
