import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { declaredFields } from '../../../src/commands/declared-fields.ts'
import { openElasticsearchStore } from '../../../src/store/elasticsearch/driver.ts'
import type { ElasticsearchTarget } from '../../../src/store/open.ts'
import type { Delivered, Receiver, Store } from '../../../src/store/store.ts'
import { setUp, targetOf } from '../../elasticsearch/empty-store.ts'
import { request } from '../../elasticsearch/request.ts'
import { elasticsearch } from '../../elasticsearch/servers.ts'
import { documentOf } from '../document-of.ts'

const server = await elasticsearch('current')

describe('a write that an operator stands in the way of', { skip: server.skip ?? false }, () => {
  let target: ElasticsearchTarget
  let store: Store & Receiver
  let index: string
  let version = 0

  before(async () => {
    if (server.skip !== undefined) return
    target = targetOf(server)
    index = `${target.prefix}latest_v1`
    await setUp(server, target)
    store = await openElasticsearchStore(target, declaredFields)
  })
  after(() => store?.close())

  async function deliver(): Promise<Delivered | undefined> {
    version++
    const document = documentOf('web1', '/etc/motd', '12:00', { content: `version ${version}` })
    const [answer] = await store.deliver([{ document, version, unchanged: false }], new AbortController().signal)
    return answer
  }

  async function ask(path: string, body?: object): Promise<void> {
    if (server.skip === undefined) await request(server, path, { method: body ? 'PUT' : 'POST', ...(body && { body }) })
  }

  test('waits for an index that is closed to be opened, and a question says what to do', async () => {
    await ask(`/${index}/_close`)
    assert.deepEqual(await deliver(), {
      status: 'retry',
      reason: `Elasticsearch at ${target.nodes[0]} has ${index} closed: it can be neither read nor written`,
    })
    await assert.rejects(store.fields(), { name: 'ActionableError', next: `open it with POST ${index}/_open` })
    await assert.rejects(store.write([documentOf('web1', '/etc/motd', '13:00')]), {
      name: 'ActionableError',
      message: /^(1 of 1 documents were not taken: )?Elasticsearch at .* closed/,
    })
    await ask(`/${index}/_open`)
    assert.equal((await deliver())?.status, 'stored')
  })

  test('waits for a block to be removed, and tells of it without the words of the server', async () => {
    await ask(`/${index}/_settings`, { 'index.blocks.write': true })
    const reason = `Elasticsearch at ${target.nodes[0]} does not let ${index} be written: an index.blocks setting is in force`
    assert.deepEqual(await deliver(), { status: 'retry', reason })
    await assert.rejects(store.write([documentOf('web1', '/etc/motd', '14:00')]), {
      name: 'ActionableError',
      message: `1 of 1 documents were not taken: ${reason}`,
    })
    await ask(`/${index}/_settings`, { 'index.blocks.write': null })
    assert.equal((await deliver())?.status, 'stored')
  })
})
