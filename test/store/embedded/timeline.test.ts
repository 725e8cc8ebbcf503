// Sightings in any order against a model that keeps every one of them; stores of the layout before sightings were kept.
import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Document } from '../../../src/snapshot/document.ts'
import { openEmbeddedStore } from '../../../src/store/embedded/driver.ts'
import type { Store, View } from '../../../src/store/store.ts'
import { documentOf } from '../document-of.ts'

const start = Date.UTC(2026, 10, 14)
const hourMs = 3_600_000
const newFile = () => join(mkdtempSync(join(tmpdir(), 'mitra-timeline-')), 'mitra.db')

interface Sighting {
  hour: number
  state: string
}
/** Few hours of four days, so that days have several and some are told twice. */
const sightings = fc.array(
  fc.record({ hour: fc.nat(31).map((each) => each * 3), state: fc.constantFrom('a', 'b', 'c') }),
  { minLength: 1, maxLength: 40 },
)

const document = (path: string, { hour, state }: Sighting): Document =>
  documentOf('h', path, new Date(start + hour * hourMs).toISOString(), { content: state })

async function answer(store: Store, path: string, view: View): Promise<string[]> {
  const condition = { kind: 'value', field: 'file.path', value: { text: path } } as const
  const found = await Array.fromAsync(store.search({ condition, view }))
  return found.map((each) => `${(Date.parse(each['@timestamp']) - start) / hourMs}${each.content}`)
}

/** Newest first: of two told for one hour the later told. */
function modelled(told: readonly Sighting[]): { history: string[]; days: string[]; at(hour: number): string } {
  const byHour = new Map(told.map(({ hour, state }) => [hour, state]))
  const newestFirst = [...byHour].sort(([one], [other]) => other - one)
  const dayOf = (hour: number | undefined) => hour !== undefined && Math.floor(hour / 24)
  const written = (list: typeof newestFirst) => list.map(([hour, state]) => `${hour}${state}`)
  return {
    history: written(newestFirst.filter(([, state], index) => newestFirst[index + 1]?.[1] !== state)),
    days: written(newestFirst.filter(([hour], index) => dayOf(newestFirst[index - 1]?.[0]) !== dayOf(hour))),
    at: (hour) => newestFirst.find(([seen]) => seen <= hour)?.[1] ?? '-',
  }
}

test('runs, days and the state at any hour are those of all that was told, in whatever order', async () => {
  const store = await openEmbeddedStore(newFile(), { mustExist: false })
  let paths = 0
  await fc.assert(
    fc.asyncProperty(sightings, fc.integer({ min: 1, max: 40 }), async (told, batch) => {
      const path = `/${paths++}`
      for (let index = 0; index < told.length; index += batch)
        await store.write(told.slice(index, index + batch).map((each) => document(path, each)))
      const expected = modelled(told)
      assert.deepEqual(await answer(store, path, { kind: 'history' }), expected.history)
      assert.deepEqual(await answer(store, path, { kind: 'days', from: 0, to: 1e6 }), expected.days)
      assert.deepEqual(await answer(store, path, { kind: 'latest' }), expected.days.slice(0, 1))
      for (let hour = 0; hour < 96; hour += 3) {
        const then = await store.get('h', path, start + hour * hourMs)
        assert.equal(then?.content ?? '-', expected.at(hour), `at ${hour}`)
      }
    }),
    { numRuns: Number(process.env['RUNS'] ?? 150) },
  )
  await store.close()
})

/** Rows of the table of sightings. */
function kept(path: string): number {
  const database = new DatabaseSync(path)
  const { n } = database.prepare('SELECT count(*) AS n FROM sighting').get() as { n: number }
  database.close()
  return n
}

test('an agent that sends a state once a day adds no sightings, and a prune drops those of old days', async () => {
  const path = newFile()
  const store = await openEmbeddedStore(path, { mustExist: false })
  for (const hour of [1, 25, 49]) await store.write([document('/a', { hour, state: 'a' })])
  assert.equal(kept(path), 0)
  for (const hour of [2, 3, 50, 51]) await store.write([document('/a', { hour, state: 'a' })])
  assert.equal(kept(path), 3)
  await store.prune({ days: 1 }, start + 3 * 24 * hourMs, { dryRun: false })
  assert.equal(kept(path), 2)
  await store.close()
})

test('the sightings of a version go with it', async () => {
  const path = newFile()
  const store = await openEmbeddedStore(path, { mustExist: false })
  for (const [hour, state] of [
    [1, 'a'],
    [2, 'a'],
    [3, 'a'],
    [30, 'b'],
  ] as const)
    await store.write([document('/a', { hour, state })])
  assert.equal(kept(path), 1)
  await store.prune({ hosts: 1 }, start + 60 * 24 * hourMs, { dryRun: false })
  assert.equal(kept(path), 0)
  await store.close()
})

test('a store of the first layout gets what it lacks, and answers as before', async () => {
  const path = newFile()
  const before = await openEmbeddedStore(path, { mustExist: false })
  await before.write([document('/a', { hour: 1, state: 'a' })])
  await before.close()
  const database = new DatabaseSync(path)
  database.exec('DROP TRIGGER version_gone; DROP TABLE sighting; PRAGMA user_version = 1')
  database.close()
  const store = await openEmbeddedStore(path, { mustExist: true })
  for (const hour of [5, 7]) await store.write([document('/a', { hour, state: 'a' })])
  await store.write([document('/a', { hour: 3, state: 'b' })])
  assert.deepEqual(await answer(store, '/a', { kind: 'history' }), ['5a', '3b', '1a'])
  await store.close()
})
