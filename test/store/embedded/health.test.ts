import assert from 'node:assert/strict'
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openEmbeddedStore } from '../../../src/store/embedded/driver.ts'
import { claimOf, healthOf } from '../../../src/store/embedded/health.ts'
import { documentOf } from '../document-of.ts'

const now = Date.UTC(2026, 10, 21, 12)
const folder = mkdtempSync(join(tmpdir(), 'mitra-health-'))
after(() => rmSync(folder, { recursive: true, force: true }))

let count = 0
async function storeWith(days: readonly string[], lines = 1): Promise<string> {
  count += 1
  const path = join(folder, `${count}.db`)
  const store = await openEmbeddedStore(path, { mustExist: false })
  for (const day of days)
    await store.write([
      documentOf('web1', '/etc/motd', `${day}T08:00:00.000Z`, {
        content: Array.from({ length: lines }, (_, line) => `${day} ${line} ${Math.sin(line)}`).join('\n'),
      }),
    ])
  await store.close()
  return path
}

test('a sound store is whole, has its days, and no agent', async () => {
  const path = await storeWith(['2026-11-20', '2026-11-21'])
  const checks = await healthOf(path, { now, kept: { days: 90 } })
  assert.deepEqual(
    checks.map(({ check, status }) => [check, status]),
    [
      ['store', 'ok'],
      ['integrity', 'ok'],
      ['days', 'ok'],
      ['agent', 'ok'],
    ],
  )
  assert.match(checks[0]?.detail ?? '', /^".*\.db", 0\.\d MB, 1 host, 1 newest state$/)
  assert.equal(checks[2]?.detail, '2 days (2026-11-20 to 2026-11-21)')
  assert.equal(checks[3]?.detail, 'no agent keeps it now')
})

test('a store that is not there is a problem, and is not made', async () => {
  const path = join(folder, 'none.db')
  const checks = await healthOf(path, { now, kept: {} })
  assert.deepEqual(
    checks.map(({ check, status }) => [check, status]),
    [['store', 'problem']],
  )
  assert.ok(!existsSync(path))
})

test('days that should have gone are a warning', async () => {
  const path = await storeWith(['2026-11-01', '2026-11-21'])
  const days = async (kept: { days?: number }) =>
    (await healthOf(path, { now, kept })).find(({ check }) => check === 'days')
  assert.equal((await days({ days: 5 }))?.status, 'warning')
  assert.match((await days({ days: 5 }))?.next ?? '', /mitra prune/)
  assert.equal((await days({ days: 30 }))?.status, 'ok')
  assert.equal((await days({}))?.status, 'ok')
})

test('a file that is no database is a problem', async () => {
  const path = join(folder, 'text.db')
  writeFileSync(path, 'no database at all, although it is long enough to be looked at '.repeat(100))
  const [found, ...others] = await healthOf(path, { now, kept: {} })
  assert.deepEqual([found?.status, others.length], ['problem', 0])
})

test('a store with a damaged page is found out', async () => {
  const path = await storeWith(['2026-11-21'], 20_000)
  const { size } = statSync(path)
  const file = openSync(path, 'r+')
  for (let at = 30 * 4096; at < size; at += 3 * 4096) writeSync(file, Buffer.alloc(512, 0xff), 0, 512, at)
  closeSync(file)
  const checks = await healthOf(path, { now, kept: {} })
  const found = checks.find(({ check, status }) => status === 'problem' && (check === 'integrity' || check === 'store'))
  assert.match(found?.detail ?? '', /damaged/)
  assert.match(found?.next ?? '', /\.recover/)
})

test('an agent that keeps the store is named, and is not disturbed', async () => {
  const path = await storeWith(['2026-11-21'])
  const store = await openEmbeddedStore(path, { mustExist: true })
  await store.claim('agent 42 of web1')
  assert.deepEqual(await claimOf(path), { status: 'held', agent: 'agent 42 of web1' })
  const found = (await healthOf(path, { now, kept: {} })).find(({ check }) => check === 'agent')
  assert.equal(found?.detail, 'kept by agent 42 of web1')
  await store.close()
  assert.deepEqual(await claimOf(path), { status: 'free' })
  const again = await openEmbeddedStore(path, { mustExist: true })
  await again.claim('agent 43 of web1')
  await again.close()
})

test('a claim that cannot be read is unknown', async () => {
  const path = await storeWith(['2026-11-21'])
  writeFileSync(`${path}-agent`, 'garbage '.repeat(1000))
  assert.equal((await claimOf(path)).status, 'unknown')
})
