// Export and import, both ways: whatever documents, in whatever order, a store rebuilt from its exports answers alike.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { minimal, mitra, ndjson, parsedLines, storeOf, temporaryFolder } from './mitra.ts'
import { sampleHosts } from './sample-hosts.ts'

const folder = temporaryFolder()
const everyView = [[], ['--from', '1970-01-01'], ['--history']] as const
let stores = 0
const runs = Number(process.env['RUNS'] ?? 25)

/** The exports of the three views: latest, days, history. */
async function exported(store: string): Promise<string[]> {
  const texts: string[] = []
  for (const view of everyView) texts.push((await mitra(['export', '--store', store, ...view])).stdout)
  return texts
}

async function imported(text: string): Promise<string> {
  const store = join(folder, `${stores++}.db`)
  const { status, stderr } = await mitra(['import', '--store', store], { stdin: text })
  assert.equal(status, 0, stderr)
  return store
}

const content = fc.oneof(
  fc.constantFrom('a\n', 'b\n', 'MemFree: 12 kB\n', 'vm.swappiness = 60\n', '', '\u001b[31m\u0000\u202e', '\r\n'),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
)
const document = fc.record({
  host: fc.constantFrom('web1', 'w\u001b]0;x\u0007'),
  path: fc.constantFrom('/etc/sysctl.conf', '/proc/meminfo', '/proc/vmstat', 'x'),
  minute: fc.integer({ min: 0, max: 3 * 24 * 60 - 1 }),
  state: fc.oneof({ weight: 5, arbitrary: content }, { weight: 1, arbitrary: fc.constant(undefined) }),
})
const documents = fc
  .uniqueArray(document, {
    minLength: 1,
    maxLength: 12,
    selector: ({ host, path, minute }) => `${host} ${path} ${minute}`,
  })
  .map((given) =>
    given.map(({ host, path, minute, state }) => {
      const at = new Date(Date.UTC(2026, 10, 18) + minute * 60_000).toISOString()
      const whole = minimal(host, path, at, state ?? '')
      return state === undefined ? { ...whole, content: undefined, 'file.exists': false } : whole
    }),
  )

test('history and days together rebuild every view, in either order and twice over', async () => {
  await fc.assert(
    fc.asyncProperty(documents, async (given) => {
      const before = await exported(await imported(ndjson(given)))
      const [, days = '', history = ''] = before
      assert.deepEqual(await exported(await imported(history + days)), before)
      assert.deepEqual(await exported(await imported(days + history + days)), before)
    }),
    { numRuns: runs },
  )
})

test('the order of lines does not matter to any view', async () => {
  await fc.assert(
    fc.asyncProperty(documents, fc.infiniteStream(fc.nat()), async (given, numbers) => {
      const keyed = given.map((each) => ({ each, key: numbers.next().value ?? 0 }))
      const shuffled = keyed.sort((a, b) => a.key - b.key).map(({ each }) => each)
      const views = async (list: readonly object[]) => exported(await imported(ndjson(list)))
      assert.deepEqual(await views(shuffled), await views(given))
    }),
    { numRuns: runs },
  )
})

test('a state seen again before and after a change of the same day is kept', async () => {
  const at = (day: number, minute: number) => new Date(Date.UTC(2026, 10, day, 0, minute)).toISOString()
  const told = [
    ['x', 19, 1],
    ['x', 18, 0],
    ['a', 19, 0],
    ['a', 19, 2],
  ] as const
  const before = await exported(
    await storeOf(told.map(([text, day, minute]) => minimal('h', 'x', at(day, minute), text))),
  )
  const [, days = '', history = ''] = before
  assert.equal(parsedLines(history).length, 4)
  assert.deepEqual(await exported(await imported(days + history + days)), before)
})

test('the sample fleet survives a round trip in all three views', async () => {
  const before = await exported(await storeOf(sampleHosts))
  assert.deepEqual(await exported(await imported(before[2] ?? '')), before)
})

test('history without texts leaves the texts that are there', async () => {
  const sample = (hour: number, free: number) =>
    minimal('web1', '/proc/meminfo', `2026-11-21T0${hour}:00:00Z`, `MemTotal: 9 kB\nMemFree: ${free} kB\n`)
  const store = await storeOf([sample(1, 1), sample(2, 2)])
  const before = await exported(store)
  assert.deepEqual(
    parsedLines(before[2] ?? '').map(({ content: text }) => text),
    [undefined, undefined],
  )
  const again = await mitra(['import', '--json', '--store', store], { stdin: before[2] ?? '' })
  assert.deepEqual(parsedLines(again.stdout)[0]?.['unchanged'], 2)
  assert.deepEqual(await exported(store), before)
})

test('compressed files and a line of forty megabytes are taken', async () => {
  const file = join(folder, 'huge.ndjson.gz')
  const huge = 'x'.repeat(40_000_000)
  writeFileSync(file, gzipSync(ndjson([minimal('web1', '/tmp/huge', '2026-11-21T00:00:00Z', huge)]), { level: 1 }))
  const store = join(folder, 'huge.db')
  assert.equal((await mitra(['import', file, '--store', store])).status, 0)
  const { stdout } = await mitra(['search', 'filename:/tmp/huge', '--fields', 'file.size', '--store', store])
  assert.equal(stdout, '40000000\n')
})
