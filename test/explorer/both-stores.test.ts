// Over both stores every page says the same, and does in a browser what it should.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { serveExplorer } from '../../src/commands/explore.ts'
import { defaultValues } from '../../src/config/settings.ts'
import type { Store } from '../../src/store/store.ts'
import { findChromium, launch } from './chromium.ts'
import { fleetDocuments } from './fleet.ts'
import { pages, pagesInBrowser } from './in-browser.ts'
import { answeringOver, served } from './served.ts'
import { bothStores } from './stores.ts'

const stores = await bothStores()
const documents = await fleetDocuments()
await Promise.all(stores.map(({ fill }) => fill(documents)))

const [embedded, other] = stores
const more = [
  '/search?q=sysctl.net.core.somaxconn:128&when=day&day=2026-11-19',
  '/hosts?q=sysctl.net.core.somaxconn:128',
  '/host/web2?from=2026-11-19&to=2026-11-20',
  '/file/web3?path=/etc/fstab&show=changes',
  '/log?from=2026-11-19&to=2026-11-20',
  '/drift?what=sysctl.net.core.somaxconn',
  '/compare?host=web2&at=2026-11-19T10:00Z+2026-11-19T11:00Z&path=netstat+-s',
  '/charts/web2?from=2026-11-19&to=2026-11-20',
  '/complete?q=labels.role:',
]

async function answerOf(store: Store, page: string): Promise<unknown> {
  const request = { url: `http://127.0.0.1${page}`, accept: 'application/json' }
  return JSON.parse((await answeringOver(store).answer(request)).body)
}

if (embedded && other)
  describe('over Elasticsearch', () => {
    for (const page of [...pages, ...more])
      test(`${page} says the same as over the embedded store`, async () =>
        assert.deepEqual(await answerOf(other.store, page), await answerOf(embedded.store, page)))

    test('its own thread opens it', async () => {
      const explorer = await serveExplorer(other.target, { ...defaultValues().web, port: 0 })
      after(() => explorer.close())
      const { hosts } = (await (await fetch(`${explorer.url}hosts.json`)).json()) as { hosts: { name: string }[] }
      assert.deepEqual(
        hosts.map(({ name }) => name).toSorted(),
        [...new Set(documents.map((each) => each['host.name']))].toSorted(),
      )
    })
  })

const { path, skip } = { path: '', ...findChromium() }
const browser = skip === undefined ? await launch(path) : undefined

for (const { store, target } of stores)
  describe(`in a browser, over the store "${target.driver}"`, { skip: skip ?? false }, async () => {
    if (browser === undefined) return
    const server = await served(store)
    after(() => server.close())
    pagesInBrowser({ browser, origin: server.url.replace(/\/$/, '') })
  })
