// What the outbox remembers as told does not outlive the indices: deleted and made anew, they get every state, in all views.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { declaredFields } from '../../../src/commands/declared-fields.ts'
import { type Delivery, openDelivery } from '../../../src/delivery/delivery.ts'
import type { Document } from '../../../src/snapshot/document.ts'
import { withClient } from '../../../src/store/elasticsearch/connection/client.ts'
import { openReceiver } from '../../../src/store/elasticsearch/driver.ts'
import { applySetup, planSetup } from '../../../src/store/elasticsearch/setup/setup.ts'
import type { ElasticsearchTarget } from '../../../src/store/open.ts'
import { targetOf } from '../../elasticsearch/empty-store.ts'
import { keyedTargets } from '../../elasticsearch/keyed-store.ts'
import { request } from '../../elasticsearch/request.ts'
import type { ServerAddress } from '../../elasticsearch/server.ts'
import { elasticsearch } from '../../elasticsearch/servers.ts'

const start = Date.now()

function state(path: string, content: string, ms: number): Document {
  return {
    '@timestamp': new Date(start + ms).toISOString(),
    'host.name': 'web1',
    'file.path': path,
    'event.dataset': 'mitra.file',
    'event.kind': 'state',
    content,
  }
}

/** An agent's outbox in front of one prefix, and what may be done to its indices by others. */
class Field {
  readonly said: string[] = []
  readonly #server: ServerAddress
  readonly #operator: ElasticsearchTarget
  readonly #agent: ElasticsearchTarget
  readonly #folder = mkdtempSync(join(tmpdir(), 'mitra-another-'))

  constructor(server: ServerAddress, targets: { operator: ElasticsearchTarget; agent: ElasticsearchTarget }) {
    this.#server = server
    this.#operator = targets.operator
    this.#agent = targets.agent
  }

  async open(t: TestContext): Promise<Delivery> {
    const say = (message: string) => void this.said.push(message)
    const delivery = await openDelivery({
      path: join(this.#folder, 'outbox.db'),
      maxBytes: 100_000_000,
      deadLetters: join(this.#folder, 'dead-letters.ndjson'),
      receiver: () => openReceiver(this.#agent, declaredFields),
      log: { info: say, warn() {}, error: say },
      random: () => 0,
    })
    t.after(async () => {
      await delivery.close({ within_ms: 0 })
      rmSync(this.#folder, { recursive: true, force: true })
    })
    return delivery
  }

  async setUp(): Promise<void> {
    const plan = planSetup(this.#operator.prefix, declaredFields)
    await withClient(this.#operator, ({ client }) => applySetup(client, plan, { now: Date.now() }))
  }

  /** Every index of the prefix goes; the templates stay. */
  async empty(): Promise<void> {
    const indices = Object.keys(await request(this.#server, `/${this.#operator.prefix}*`))
    assert.ok(indices.length > 0)
    for (const index of indices) await request(this.#server, `/${index}`, { method: 'DELETE' })
  }

  /** What a host that was faster has made: all indices that a write needs. */
  async writeElsewhere(): Promise<void> {
    const other = await openReceiver(this.#agent, declaredFields)
    const document = { ...state('/etc/motd', 'elsewhere', 0), 'host.name': 'web2' }
    await other.deliver([{ document, version: 1, unchanged: false }], new AbortController().signal)
    await other.close()
  }

  /** By view: `path content` of the documents of this host, in order. */
  async views(): Promise<Record<string, string[]>> {
    const { prefix } = this.#operator
    await request(this.#server, `/${prefix}*/_refresh`, { method: 'POST' })
    const views: Record<string, string[]> = {}
    for (const view of ['latest', 'days', 'history']) {
      const body = { size: 100, query: { term: { 'host.name': 'web1' } } }
      const { hits } = (await request(this.#server, `/${prefix}${view}/_search`, { method: 'POST', body })) as {
        hits: { hits: { _source: Document }[] }
      }
      views[view] = hits.hits.map(({ _source }) => `${_source['file.path']} ${_source.content}`).sort()
    }
    return views
  }
}

const inAllViews = (...states: string[]) => ({ latest: states, days: states, history: states })
const told = 'store is another than before or was emptied, every state is sent again'

async function drained(delivery: Delivery): Promise<void> {
  for (let tries = 0; tries < 50; tries++) {
    const { documents } = await delivery.drained(AbortSignal.timeout(20_000))
    if (documents === 0) return
    await sleep(50)
  }
  throw new Error(`the queue does not become empty: ${delivery.figures().reason}`)
}

for (const [who, kind, targetsOf] of [
  [
    'a login that may do everything',
    'current',
    async (address: ServerAddress) => {
      const target = targetOf(address)
      return { operator: target, agent: target }
    },
  ],
  ['an agent’s key', 'secure', keyedTargets],
] as const) {
  const server = await elasticsearch(kind)
  const skip = server.skip ?? false
  const made = async () => {
    if (server.skip !== undefined) throw new Error('there is no server')
    const field = new Field(server, await targetsOf(server))
    await field.setUp()
    return field
  }

  test(`${who}: indices deleted between two runs get every state again`, { skip }, async (t) => {
    const field = await made()
    const first = await field.open(t)
    await first.write([state('/a', 'x', 0), state('/b', 'x', 0)])
    await drained(first)
    await first.close()
    assert.deepEqual(await field.views(), inAllViews('/a x', '/b x'))
    const same = await field.open(t)
    await same.meet(AbortSignal.timeout(20_000))
    assert.deepEqual(await same.write([state('/a', 'x', 1)]), [{ status: 'unchanged' }])
    assert.deepEqual(field.said, [], 'the same index is no other')
    await same.close()
    await field.empty()
    await field.setUp()
    const second = await field.open(t)
    await second.meet(AbortSignal.timeout(20_000))
    const again = [state('/a', 'x', 2), state('/b', 'x', 2)]
    assert.deepEqual(await second.write(again), [{ status: 'stored' }, { status: 'stored' }])
    await drained(second)
    assert.deepEqual(await field.views(), inAllViews('/a x', '/b x'))
    assert.deepEqual(field.said, [told])
  })

  for (const [how, remade] of [
    ['set up again', async () => {}],
    ['set up and written to by another host', (field: Field) => field.writeElsewhere()],
  ] as const)
    test(`${who}: indices deleted under a running agent and ${how} get every state again`, { skip }, async (t) => {
      const field = await made()
      const delivery = await field.open(t)
      await delivery.write([state('/a', 'x', 0), state('/b', 'x', 0), state('host', '1', 0)])
      await drained(delivery)
      await field.empty()
      await field.setUp()
      await remade(field)
      await delivery.write([state('/a', 'x', 1), state('/b', 'x', 1), state('host', '2', 1)])
      await drained(delivery)
      assert.equal(delivery.figures().replaced, 1)
      await delivery.write([state('/a', 'x', 2), state('/b', 'x', 2), state('host', '3', 2)])
      await drained(delivery)
      const { latest, days, history } = await field.views()
      assert.deepEqual(
        [latest, days],
        [
          ['/a x', '/b x', 'host 3'],
          ['/a x', '/b x', 'host 3'],
        ],
      )
      assert.deepEqual(history, ['/a x', '/b x', 'host 2', 'host 3'])
      assert.equal(field.said.filter((message) => message === told).length, 1)
    })
}

test('a login that may not look at settings delivers as well', async (t) => {
  const server = await elasticsearch('secure')
  if (server.skip !== undefined) return t.skip(server.skip)
  const { operator } = await keyedTargets(server)
  const names = [`${operator.prefix}*`]
  const body = {
    name: 'another-index-test',
    role_descriptors: {
      writer: {
        indices: [{ names, privileges: ['index', 'create_index', 'indices:admin/mappings/get*'] }],
      },
    },
  }
  const { encoded } = await request(server, '/_security/api_key', { method: 'POST', body })
  const field = new Field(server, { operator, agent: { ...operator, auth: { apiKey: `${encoded}` } } })
  await field.setUp()
  const delivery = await field.open(t)
  await delivery.write([state('/a', 'x', 0)])
  await drained(delivery)
  assert.deepEqual(await field.views(), inAllViews('/a x'))
})
