// Both kinds of store, filled with the same documents: what a page does, it does over either.
import { join } from 'node:path'
import { after, test } from 'node:test'
import { declaredFields } from '../../src/commands/declared-fields.ts'
import type { Document } from '../../src/snapshot/document.ts'
import { openElasticsearchStore } from '../../src/store/elasticsearch/driver.ts'
import { openEmbeddedStore } from '../../src/store/embedded/driver.ts'
import type { StoreTarget } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'
import { temporaryFolder } from '../commands/mitra.ts'
import { discard, setUp, targetOf } from '../elasticsearch/empty-store.ts'
import { request } from '../elasticsearch/request.ts'
import { elasticsearch } from '../elasticsearch/servers.ts'

export interface TestStore {
  store: Store
  target: StoreTarget
  /** Writes, and waits until all of it is found. */
  fill(documents: readonly Document[]): Promise<void>
}

const batch = 250

/** An empty store of each kind, until the tests of the file are over. Without a server there is no Elasticsearch, which a skipped test tells. */
export async function bothStores(): Promise<TestStore[]> {
  const server = await elasticsearch('current')
  if (server.skip === undefined) return Promise.all([embedded(), inElasticsearch(server)])
  test('over Elasticsearch', { skip: server.skip })
  return [await embedded()]
}

async function embedded(): Promise<TestStore> {
  const path = join(temporaryFolder(), 'pages.db')
  const store = await openEmbeddedStore(path, { mustExist: false })
  after(() => store.close())
  return { store, target: { driver: 'embedded', path }, fill: (documents) => writeAll(store, documents) }
}

async function inElasticsearch(server: Parameters<typeof targetOf>[0]): Promise<TestStore> {
  const target = targetOf(server)
  await setUp(server, target)
  after(() => discard(server, target))
  const store = await openElasticsearchStore(target, declaredFields)
  after(() => store.close())
  return {
    store,
    target: { driver: 'elasticsearch', ...target },
    async fill(documents) {
      await writeAll(store, documents)
      await request(server, `/${target.prefix}*/_refresh`, { method: 'POST' })
    },
  }
}

async function writeAll(store: Store, documents: readonly Document[]): Promise<void> {
  for (let from = 0; from < documents.length; from += batch) {
    const outcomes = await store.write(documents.slice(from, from + batch))
    const rejected = outcomes.find(({ status }) => status === 'rejected')
    if (rejected) throw new Error(`the store rejects a document: ${JSON.stringify(rejected)}`)
  }
}
