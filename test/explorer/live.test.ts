// Views that renew themselves: what is written while somebody looks appears.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { importedDocument } from '../../src/commands/imported-document.ts'
import { findChromium, launch, visit } from './chromium.ts'
import { served } from './served.ts'
import { bothStores } from './stores.ts'

const { path, skip } = { path: '', ...findChromium() }

const browser = skip === undefined ? await launch(path) : undefined

for (const { store, target, fill } of await bothStores()) {
  test(`a change in the store "${target.driver}" appears in the log without a reload`, {
    skip: skip ?? false,
  }, async () => {
    const start = Date.now() - 3_600_000
    const write = (name: string, at: number, content: string) =>
      fill([
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
    await using visited = await visit(browser!, server.url)
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

  test(`a sample in the store "${target.driver}" is drawn without a reload`, { skip: skip ?? false }, async () => {
    const write = (at: number, kB: number) => {
      const content = `MemTotal: 8000000 kB\nMemAvailable: ${kB} kB\n`
      return fill([
        importedDocument({
          '@timestamp': new Date(at).toISOString(),
          'host.name': 'db1',
          'file.path': '/proc/meminfo',
          content,
        }),
      ])
    }
    await write(Date.now() - 60_000, 4_000_000)
    const server = await served(store, {}, () => Date.now())
    after(() => server.close())
    await using visited = await visit(browser!, server.url)
    const { page, problems } = visited
    await page.goto('/host/db1?since=1h')
    const available = page.locator('.u-series', { hasText: 'available' }).first()
    await available.filter({ hasText: '4.1 GB' }).waitFor()
    await page.evaluate(`document.title = 'not reloaded'`)
    await write(Date.now(), 2_000_000)
    await available.filter({ hasText: '2.05 GB' }).waitFor({ timeout: 20_000 })
    assert.equal(await page.title(), 'not reloaded')
    assert.deepEqual(problems, [])
  })
}
