// Every page says the same over Elasticsearch as over the embedded store, and its charts are drawn.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { declaredFields } from '../../src/commands/declared-fields.ts'
import { serveExplorer } from '../../src/commands/explore.ts'
import { defaultValues } from '../../src/config/settings.ts'
import type { Answering } from '../../src/explorer/answering.ts'
import { openElasticsearchStore } from '../../src/store/elasticsearch/driver.ts'
import { openEmbeddedStore } from '../../src/store/embedded/driver.ts'
import type { Store } from '../../src/store/store.ts'
import { temporaryFolder } from '../commands/mitra.ts'
import { discard, setUp, targetOf } from '../elasticsearch/empty-store.ts'
import { request } from '../elasticsearch/request.ts'
import { elasticsearch } from '../elasticsearch/servers.ts'
import { scenarioDocuments } from '../scenario/scenario.ts'
import { findChromium, launch, visit } from './chromium.ts'
import { answeringOver, served } from './served.ts'

const server = await elasticsearch('current')

const pages = [
  '/',
  '/search?q=somaxconn',
  '/search?q=sysctl.net.core.somaxconn:128&when=day&day=2026-11-19',
  '/hosts',
  '/hosts?q=sysctl.net.core.somaxconn:128',
  '/host/web2?from=2026-11-19&to=2026-11-20',
  '/file/web3?path=/etc/fstab&show=changes',
  '/diff?host=web2&host2=web3&path=/etc/sysctl.d/60-network.conf',
  '/log?from=2026-11-19&to=2026-11-20',
  '/values?field=sysctl.vm.swappiness',
  '/drift?what=sysctl.net.core.somaxconn',
  '/drift?of=effective',
  '/compare?host=web2&at=2026-11-19T10:00Z+2026-11-19T11:00Z&path=netstat+-s',
  '/charts/web2?from=2026-11-19&to=2026-11-20',
  '/complete?q=labels.role:',
]

/** Two hosts of the scenario over three days. */
async function write(store: Store): Promise<void> {
  const documents = (await scenarioDocuments()).filter(
    (document) => ['web2', 'web3'].includes(document['host.name']) && document['@timestamp'] > '2026-11-18T12',
  )
  for (let from = 0; from < documents.length; from += 200) await store.write(documents.slice(from, from + 200))
}

describe('over Elasticsearch', { skip: server.skip ?? false }, async () => {
  if (server.skip !== undefined) return
  const target = targetOf(server)
  await setUp(server, target)
  after(() => discard(server, target))
  const store = await openElasticsearchStore(target, declaredFields)
  after(() => store.close())
  const embedded = await openEmbeddedStore(join(temporaryFolder(), 'same.db'), { mustExist: false })
  after(() => embedded.close())
  await Promise.all([write(store), write(embedded)])
  await request(server, '/_refresh', { method: 'POST' })
  const ask = async (answering: Answering, page: string) =>
    JSON.parse((await answering.answer({ url: `http://127.0.0.1${page}`, accept: 'application/json' })).body)

  for (const page of pages)
    test(`${page} says the same as over the embedded store`, async () => {
      const found = await ask(answeringOver(store), page)
      assert.equal(found.error, undefined)
      assert.deepEqual(found, await ask(answeringOver(embedded), page))
    })

  test('its own thread opens it', async () => {
    const explorer = await serveExplorer({ driver: 'elasticsearch', ...target }, { ...defaultValues().web, port: 0 })
    after(() => explorer.close())
    const answer = (await (await fetch(`${explorer.url}hosts.json`)).json()) as { hosts: { name: string }[] }
    assert.deepEqual(answer.hosts.map(({ name }) => name).toSorted(), ['web2', 'web3'])
  })

  const { path, skip } = { path: '', ...findChromium() }
  test('a host is shown with its charts', { skip }, async () => {
    const explorer = await served(store)
    after(() => explorer.close())
    await using visited = await visit(await launch(path), explorer.url)
    const { page, problems } = visited
    await page.goto('/host/web2?from=2026-11-19&to=2026-11-20')
    await page.waitForSelector('[data-drawn]')
    assert.ok((await page.locator('.chart canvas').count()) > 5)
    assert.deepEqual(problems, [])
  })
})
