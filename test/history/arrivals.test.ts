// What new hosts brought along need not be read: told apart first, or read as a whole, the changes are the same.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { importedDocument } from '../../src/commands/imported-document.ts'
import { changesAndArrivals } from '../../src/history/arrivals.ts'
import { everything } from '../../src/history/conditions.ts'
import { fleetLog } from '../../src/history/fleet-log.ts'
import type { Store } from '../../src/store/store.ts'
import { stored } from './stored.ts'

const hour = 3_600_000
const from = Date.UTC(2026, 10, 20)
const to = from + 24 * hour
const request = { condition: everything, from, to }
const time = (at: number) => new Date(at).toISOString()

/** Every change but the size of what was there from the beginning, which only reading it tells. */
async function toldBy(store: Store, enough: number): Promise<unknown[]> {
  const changes: unknown[] = []
  for await (const { change, ...source } of changesAndArrivals(store, request, enough))
    changes.push({ ...source, change: source.isArrival ? change.kind : change })
  return changes.map((change) => JSON.stringify(change)).sort()
}

test('the changes of a span are the same whether arrivals are read or not', async () => {
  const state = fc.constantFrom('a 1\n', 'a 2\nb 1\n', 'unreadable', 'removed')
  const version = fc.record({
    host: fc.constantFrom('h1', 'h2', 'h3', 'h4'),
    path: fc.constantFrom('/etc/a', '/etc/b.conf', 'packages'),
    // from a day before the span to an hour after it, often at the same time as others
    minutes: fc.oneof(fc.constantFrom(-600, 5, 10, 64, 65, 66), fc.integer({ min: -1440, max: 1500 })),
    state,
  })
  const property = fc.asyncProperty(fc.array(version, { maxLength: 30 }), async (versions) => {
    const store = await stored(versions.map(documentOf))
    assert.deepEqual(await toldBy(store, 0), await toldBy(store, Number.POSITIVE_INFINITY))
  })
  await fc.assert(property, { numRuns: 60 })
})

interface Version {
  host: string
  path: string
  minutes: number
  state: string
}

function documentOf({ host, path, minutes, state }: Version): object {
  const source = { '@timestamp': time(from + minutes * 60_000), 'host.name': host, 'file.path': path }
  if (state === 'unreadable') return { ...source, 'error.message': 'permission denied' }
  if (state === 'removed') return { ...source, 'file.exists': false }
  return { ...source, content: state }
}

test('the first day of a fleet is told without its texts, and what changed on it with them', async () => {
  const paths = Array.from({ length: 60 }, (_, index) => `/etc/conf.d/${index}`)
  const hosts = Array.from({ length: 40 }, (_, index) => `h${index}`)
  const store = await stored([
    ...hosts.flatMap((host) => paths.map((path) => documentOf({ host, path, minutes: 30, state: 'a 1\n' }))),
    documentOf({ host: 'h7', path: paths[3] ?? '', minutes: 40, state: 'a 2\n' }),
    documentOf({ host: 'h8', path: '/etc/new', minutes: 200, state: 'a 2\n' }),
    documentOf({ host: 'old', path: '/etc/old', minutes: -100, state: 'a 1\n' }),
    documentOf({ host: 'old', path: '/etc/old', minutes: 100, state: 'a 2\n' }),
  ])
  let texts = 0
  const search = store.search.bind(store)
  store.search = async function* (asked) {
    for await (const document of search(asked)) {
      if (document.content !== undefined) texts++
      yield document
    }
  }
  const log = await fleetLog(store, request)
  assert.deepEqual(
    log.map(({ path, kind, hosts, summary }) => `${path} ${kind} ${hosts.length} ${summary}`),
    [
      '/etc/new appeared 1 appeared, 4 bytes',
      '/etc/old changed 1 +1 -1 lines',
      `${paths[3]} changed 1 +1 -1 lines`,
      'host arrived 40 first seen, with 60 sources',
    ],
  )
  // as many as are read before it is known that there are many
  assert.ok(texts < 510, `${texts} texts of 2404 were read`)
})

test('a host that comes while it is asked is told as one that arrived', async () => {
  const paths = Array.from({ length: 20 }, (_, index) => `/etc/conf.d/${index}`)
  const known = ['old1', 'old2'].map((host) => documentOf({ host, path: '/etc/old', minutes: -60, state: 'a 1\n' }))
  const early = paths.map((path) => documentOf({ host: 'h1', path, minutes: 30, state: 'a 1\n' }))
  const store = await stored([...known, ...early])
  const late = paths.map((path) => importedDocument(documentOf({ host: 'h2', path, minutes: 40, state: 'a 1\n' })))
  const select = store.select.bind(store)
  store.select = async function* (asked) {
    yield* select(asked)
    if (asked.fields.length > 0) await store.write(late)
  }
  const arrived = (await toldBy(store, 0)).filter((change) => String(change).includes('"isArrival":true'))
  assert.equal(arrived.length, 40)
})
