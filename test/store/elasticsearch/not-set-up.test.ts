import assert from 'node:assert/strict'
import { test } from 'node:test'
import { declaredFields } from '../../../src/commands/declared-fields.ts'
import { openElasticsearchStore } from '../../../src/store/elasticsearch/driver.ts'
import type { Store, View } from '../../../src/store/store.ts'
import { setUp, targetOf } from '../../elasticsearch/empty-store.ts'
import { elasticsearch } from '../../elasticsearch/servers.ts'

const server = await elasticsearch('current')
const skip = server.skip ?? false

const views: readonly View[] = [{ kind: 'latest' }, { kind: 'days', from: 20_000, to: 20_001 }, { kind: 'history' }]
const all = { kind: 'all' } as const

const questions: Readonly<Record<string, (store: Store, view: View) => Promise<unknown>>> = {
  search: (store, view) => Array.fromAsync(store.search({ condition: all, view })),
  hosts: (store, view) => store.hosts({ all: [], without: [], view, silentBefore: 0 }),
  values: (store, view) => store.values('file.size', { condition: all, view }),
  show: (store) => store.get('web1', '/etc/hosts'),
  'show --at': (store) => store.get('web1', '/etc/hosts', 0),
  fields: (store) => store.fields(),
  prune: (store) => store.prune({ days: 1 }, Date.now(), { dryRun: true }),
}

for (const [name, ask] of Object.entries(questions))
  test(`${name}: a prefix nobody set up is told as such in every view, never as an empty store`, { skip }, async () => {
    if (server.skip !== undefined) return
    const target = targetOf(server)
    const store = await openElasticsearchStore(target, declaredFields)
    try {
      for (const view of views)
        await assert.rejects(ask(store, view), {
          name: 'ActionableError',
          message: `Elasticsearch at ${server.url} is not set up for mitra: there is no ${target.prefix}latest of mitra`,
        })
      await setUp(server, target)
      for (const view of views) await ask(store, view)
    } finally {
      await store.close()
    }
  })
