// Counting beside an index of before, whose documents have no pairs: what it says must not depend on when a document came.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { declaredFields } from '../../../../src/commands/declared-fields.ts'
import type { Document } from '../../../../src/snapshot/document.ts'
import { withClient } from '../../../../src/store/elasticsearch/connection/client.ts'
import { openElasticsearchStore } from '../../../../src/store/elasticsearch/driver.ts'
import type { IndexTemplate } from '../../../../src/store/elasticsearch/mapping/index-template.ts'
import { pairsField } from '../../../../src/store/elasticsearch/mapping/pairs.ts'
import { applySetup, planSetup } from '../../../../src/store/elasticsearch/setup/setup.ts'
import { namesIn, selectionFor, spreadOf } from '../../../../src/store/spread.ts'
import type { Store } from '../../../../src/store/store.ts'
import { discard, setUp, targetOf } from '../../../elasticsearch/empty-store.ts'
import { request } from '../../../elasticsearch/request.ts'
import { elasticsearch } from '../../../elasticsearch/servers.ts'
import { documentOf } from '../../document-of.ts'

const settings = (host: string, at: string, swappiness: number): Document =>
  documentOf(host, '/proc/sys', at, {
    'sysctl.vm.swappiness': swappiness,
    'sysctl.net.ipv4.tcp_rmem': [4096, 87380, 8],
  })

const inEffect = {
  condition: { kind: 'value', field: 'file.path', value: { text: '/proc/sys' } },
  view: { kind: 'latest' },
  field: 'sysctl.*',
  names: Number.POSITIVE_INFINITY,
} as const

/** As mitra made it before it kept pairs. */
function ofVersionOne(template: IndexTemplate): IndexTemplate {
  return JSON.parse(JSON.stringify(template), (key, value) => {
    if (key === pairsField) return undefined
    if (key === 'mitra') return { version: 1 }
    return key === 'excludes' ? value.filter((name: string) => name !== pairsField) : value
  })
}

/** Each value as `holders: value of hosts`; fails unless the documents, read one by one, say the same. */
async function told(store: Store): Promise<string[]> {
  const splits = await store.spread(inEffect)
  const held = splits.flatMap(({ item, group, holdings }) =>
    holdings.map(({ value, hosts }) => ({ item, group, value, hosts })),
  )
  const names = await store.holders(inEffect, held)
  assert.deepEqual(names, namesIn(await spreadOf(store.select(selectionFor(inEffect)), inEffect), held))
  return held.map(({ item, value, hosts }, index) => `${item}=${value}: ${hosts} ${names[index]?.join(' ')}`)
}

test('counts documents of before and after an update in place, each host once', async (t) => {
  const server = await elasticsearch('current')
  if (server.skip !== undefined) return t.skip(server.skip)
  const target = targetOf(server)
  await setUp(server, target, ofVersionOne)
  const store = await openElasticsearchStore(target, declaredFields)
  t.after(async () => {
    await store.close()
    await discard(server, target)
  })
  const mapping = async () =>
    JSON.stringify(await request(server, `/${target.prefix}latest/_mapping/field/${pairsField}`)).includes('"keyword"')

  await store.write([settings('web1', '10:00', 60), settings('web2', '10:00', 60), settings('web3', '10:00', 1)])
  assert.equal(await mapping(), false)
  const before = [
    'sysctl.net.ipv4.tcp_rmem=4096,87380,8: 3 web1 web2 web3',
    'sysctl.vm.swappiness=60: 2 web1 web2',
    'sysctl.vm.swappiness=1: 1 web3',
  ]
  assert.deepEqual(await told(store), before)

  const steps = await withClient(target, ({ client }) =>
    applySetup(client, planSetup(target.prefix, declaredFields), { now: Date.UTC(2026, 10, 18, 12) }),
  )
  assert.ok(
    steps.every(({ action }) => action === 'updated'),
    JSON.stringify(steps),
  )
  assert.equal(await mapping(), true)
  assert.deepEqual(await told(store), before)

  await store.write([settings('web3', '11:00', 60), settings('web4', '11:00', 1)])
  assert.deepEqual(await told(store), [
    'sysctl.net.ipv4.tcp_rmem=4096,87380,8: 4 web1 web2 web3 web4',
    'sysctl.vm.swappiness=60: 3 web1 web2 web3',
    'sysctl.vm.swappiness=1: 1 web4',
  ])
  const counted = await request(server, `/${target.prefix}latest/_count?q=_exists_:${pairsField}`)
  assert.equal(counted['count'], 2)
  assert.deepEqual(await store.get('web4', '/proc/sys'), settings('web4', '11:00', 1))
  for await (const document of store.search(inEffect)) assert.ok(!(pairsField in document))
})
