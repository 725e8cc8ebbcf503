// Documents that arrive after newer ones: what was seen between and since keeps its place in time.
import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openEmbeddedStore } from '../../../src/store/embedded/driver.ts'
import { documentOf } from '../document-of.ts'

const on = (day: number) => `2026-11-${String(day).padStart(2, '0')}T10:00:00.000Z`

/** Writes one state a day in the given order and tells the state as of each day from 1 to 9. */
async function statesAfter(
  written: [day: number, content: string][],
  prune?: { before: number; days: number },
): Promise<string> {
  const store = await openEmbeddedStore(join(mkdtempSync(join(tmpdir(), 'mitra-late-')), 'mitra.db'), {
    mustExist: false,
  })
  for (const [index, [day, content]] of written.entries()) {
    if (prune && prune.before === index) {
      await store.prune({ days: prune.days }, Date.parse('2026-11-20T00:00:00Z'), { dryRun: false })
    }
    await store.write([documentOf('h', '/a', on(day), { content })])
  }
  const states: string[] = []
  for (let day = 1; day <= 9; day++) states.push((await store.get('h', '/a', Date.parse(on(day))))?.content ?? '-')
  assert.equal((await store.get('h', '/a'))?.content, states.at(-1))
  await store.close()
  return states.join('')
}

test('a state that came back is not dated before a sighting of another', async () => {
  const written: [number, string][] = [
    [1, 'a'],
    [3, 'a'],
    [4, 'b'],
    [2, 'b'],
  ]
  assert.equal(await statesAfter(written), 'abab'.padEnd(9, 'b'))
})

test('another state at the time a state began leaves its later sightings as they are', async () => {
  const written: [number, string][] = [
    [1, 'a'],
    [3, 'a'],
    [1, 'b'],
  ]
  assert.equal(await statesAfter(written), 'bbaaaaaaa')
})

test('a late document does not end the newest state when its days are pruned', async () => {
  const written: [number, string][] = [
    [1, 'a'],
    [3, 'a'],
    [2, 'b'],
  ]
  assert.equal(await statesAfter(written, { before: 2, days: 1 }), 'abaaaaaaa')
})

test('the same fields in another order are the same state', async () => {
  const store = await openEmbeddedStore(join(mkdtempSync(join(tmpdir(), 'mitra-late-')), 'mitra.db'), {
    mustExist: false,
  })
  await store.write([documentOf('h', '/a', on(1), { 'file.name': 'a', 'file.owner': 'root' })])
  const again = { 'file.owner': 'root', 'file.name': 'a' }
  const [outcome] = await store.write([{ ...again, ...documentOf('h', '/a', on(2), again) }])
  assert.equal(outcome?.status, 'unchanged')
  await store.close()
})
