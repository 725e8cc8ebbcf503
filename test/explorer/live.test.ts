// Views that renew themselves: what is written while somebody looks appears.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openEmbeddedStore } from '../../src/store/embedded/driver.ts'
import { temporaryFolder } from '../commands/mitra.ts'
import { findChromium, launch, visit } from './chromium.ts'
import { served } from './served.ts'

const { path, skip } = { path: '', ...findChromium() }

test('a change appears in the log, and a sample in the charts, without a reload', { skip }, async () => {
  const store = await openEmbeddedStore(join(temporaryFolder(), 'live.db'), { mustExist: false })
  after(() => store.close())
  const start = Date.now() - 3_600_000
  const write = (name: string, at: number, content: string) =>
    store.write([
      {
        '@timestamp': new Date(at).toISOString(),
        'host.name': 'web1',
        'file.path': name,
        'event.dataset': 'mitra.file',
        'event.kind': 'state',
        'file.hash.sha256': Buffer.from(content).toString('hex').padEnd(64, '0'),
        content,
      },
    ])
  await write('/etc/fstab', start - 86_400_000, 'ext3\n')
  await write('/etc/motd', start - 86_400_000, 'hello\n')
  await write('/etc/fstab', start, 'ext4\n')
  const server = await served(store, {}, () => Date.now())
  after(() => server.close())
  await using visited = await visit(await launch(path), server.url)
  const { page, problems } = visited
  await page.goto('/log?since=6h')
  assert.equal(await page.locator('.events > li').count(), 1)
  await page.evaluate(`document.title = 'not reloaded'`)
  await write('/etc/motd', Date.now(), 'goodbye\n')
  await page.locator('.events > li.new', { hasText: '/etc/motd' }).waitFor({ timeout: 15_000 })
  assert.equal(await page.locator('.events > li').count(), 2)
  assert.equal(await page.title(), 'not reloaded')
  assert.deepEqual(problems, [])
})
