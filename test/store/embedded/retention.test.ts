// Pruning: what lies within the time to keep is answered as before, whatever was written and in whatever order.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import type { Document } from '../../../src/snapshot/document.ts'
import { openEmbeddedStore } from '../../../src/store/embedded/driver.ts'
import type { Store, View } from '../../../src/store/store.ts'
import { documentOf } from '../document-of.ts'

const day = 86_400_000
const first = Date.UTC(2026, 10, 1)
const now = first + 10 * day + day / 2
const hosts = ['web1', 'web2']

const document = fc
  .record({
    host: fc.constantFrom(...hosts),
    path: fc.constantFrom('/etc/fstab', '/proc/meminfo'),
    hour: fc.integer({ min: 0, max: 10 * 24 }),
    content: fc.constantFrom('a', 'b', 'c'),
  })
  .map(({ host, path, hour, content }) =>
    documentOf(host, path, new Date(first + hour * 3_600_000).toISOString(), {
      content,
      'event.kind': path === '/proc/meminfo' ? 'metric' : 'state',
    }),
  )

let folder: string
let stores = 0
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'mitra-retention-'))
})
after(() => rmSync(folder, { recursive: true }))

async function answers(store: Store, view: View): Promise<Document[]> {
  return Array.fromAsync(store.search({ condition: { kind: 'all' }, view }))
}

/** What the file said every six hours from a time on; a sample in force before it may go. */
async function statesSince(store: Store, since: number): Promise<(string | undefined)[]> {
  const states: (string | undefined)[] = []
  for (const host of hosts)
    for (let at = since; at <= now; at += day / 4) states.push((await store.get(host, '/etc/fstab', at))?.content)
  return states
}

test('keeps every answer about the time that is kept, and the newest states always', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(document, { minLength: 1, maxLength: 30 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
      async (documents, days, history) => {
        const store = await openEmbeddedStore(join(folder, `${stores++}.db`), { mustExist: false })
        await store.write(documents)
        const today = Math.floor(now / day)
        const keptDays: View = { kind: 'days', from: today - days + 1, to: today }
        const keptHistory: View = { kind: 'history', from: now - history * day }
        const asked = async () => ({
          latest: await answers(store, { kind: 'latest' }),
          days: await answers(store, keptDays),
          history: await answers(store, keptHistory),
          states: await statesSince(store, now - history * day),
        })
        const whole = await asked()
        const planned = await store.prune({ days, history }, now, { dryRun: true })
        assert.deepEqual(await asked(), whole)
        const done = await store.prune({ days, history }, now, { dryRun: false })
        assert.deepEqual(
          { days: done.days, versions: done.versions },
          { days: planned.days, versions: planned.versions },
        )
        assert.deepEqual(await asked(), whole)
        const again = await store.prune({ days, history }, now, { dryRun: false })
        assert.deepEqual({ days: again.days, versions: again.versions }, { days: 0, versions: 0 })
        await store.close()
      },
    ),
    { numRuns: Number(process.env['RUNS'] ?? 25) },
  )
})
