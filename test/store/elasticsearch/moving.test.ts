// Days that move from fast nodes to slow ones, in a cluster that has both.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { declaredFields } from '../../../src/commands/declared-fields.ts'
import { openElasticsearchStore } from '../../../src/store/elasticsearch/driver.ts'
import type { ElasticsearchTarget } from '../../../src/store/open.ts'
import type { Move, Receiver, Store } from '../../../src/store/store.ts'
import { setUp, targetOf } from '../../elasticsearch/empty-store.ts'
import { freePort } from '../../elasticsearch/free-port.ts'
import { request } from '../../elasticsearch/request.ts'
import { NoServerError, type Server, startServer } from '../../elasticsearch/server.ts'
import { documentOf } from '../document-of.ts'

let nodes: Server[] = []
let target: ElasticsearchTarget
let store: (Store & Receiver) | undefined
let missing: string | undefined

before(async () => {
  try {
    nodes = await fastAndSlow()
  } catch (error) {
    if (!(error instanceof NoServerError) || process.env['CI']) throw error
    missing = error.message
    return
  }
  target = targetOf(nodes[0]!)
  await setUp(nodes[0]!, target)
  store = await openElasticsearchStore(target, declaredFields)
  await store.write([documentOf('web-01', '/etc/fstab', '12:00', { content: 'ext4' })])
})
after(async () => {
  await store?.close()
  await Promise.all(nodes.map((node) => node.stop()))
})

/** A node for new days, and one for old days that both its tier and its attribute tell. */
async function fastAndSlow(): Promise<Server[]> {
  const ports = [await freePort(), await freePort()]
  const common = {
    'cluster.name': `mitra-test-${process.pid}-${ports[0]}`,
    'discovery.seed_hosts': ports.map((port) => `127.0.0.1:${port}`),
    'cluster.initial_master_nodes': ['fast'],
  }
  const fast = { 'node.roles': ['master', 'data_hot', 'data_content', 'ingest'], 'node.attr.box_type': 'hot' }
  const slow = { 'node.roles': ['data_warm'], 'node.attr.box_type': 'warm' }
  const started = await Promise.allSettled([
    startServer('current', { transportPort: ports[0]!, settings: { ...common, ...fast, 'node.name': 'fast' } }),
    startServer('current', { transportPort: ports[1]!, settings: { ...common, ...slow, 'node.name': 'slow' } }),
  ])
  const running = started.filter((result) => result.status === 'fulfilled').map(({ value }) => value)
  const failed = started.find((result) => result.status === 'rejected')
  if (!failed) return running
  await Promise.all(running.map((server) => server.stop()))
  throw failed.reason
}

const morning = Date.parse('2026-11-21T00:00:00Z')
const dayOf18 = () => `${target.prefix}2026.11.18`

/** The node that holds the day, once nothing moves any more. */
async function nodeOf(index: string): Promise<string> {
  await request(nodes[0]!, '/_cluster/health?wait_for_no_relocating_shards=true&wait_for_no_initializing_shards=true')
  const answer = await request(nodes[0]!, `/_cat/shards/${index}?format=json&h=node,state`)
  const shards = answer as unknown as { node: string; state: string }[]
  const started = shards.filter(({ state }) => state === 'STARTED')
  assert.equal(started.length, 1)
  return started[0]!.node
}

async function movedBy(to: Move['to'], hours = 48) {
  const { moved, problems } = await store!.prune({ moves: [{ after_hours: hours, to }] }, morning, { dryRun: false })
  assert.deepEqual(problems, [])
  return moved
}

for (const [what, to, name] of [
  ['to its tier', { tier: 'data_warm' }, 'data_warm'],
  ['to the nodes with an attribute', { attribute: { box_type: 'warm' } }, 'box_type=warm'],
] as const)
  test(`a day goes ${what} 48 hours after its end, and is found there`, async (context) => {
    if (missing !== undefined) return context.skip(missing)
    // back to where it was made
    await request(nodes[0]!, `/${dayOf18()},${target.prefix}history_2026.11.18/_settings`, {
      method: 'PUT',
      body: {
        'index.routing.allocation.include._tier_preference': 'data_content',
        'index.routing.allocation.require.box_type': null,
      },
    })
    assert.equal(await nodeOf(dayOf18()), 'fast')
    assert.deepEqual(await movedBy(to, 49), [])
    assert.deepEqual(await movedBy(to), [
      { index: dayOf18(), to: name },
      { index: `${target.prefix}history_2026.11.18`, to: name },
    ])
    assert.equal(await nodeOf(dayOf18()), 'slow')
    assert.deepEqual(await movedBy(to), [])
    const { status } = await request(nodes[0]!, `/_cluster/health/${dayOf18()}`)
    assert.equal(status, 'green')
    assert.equal(await nodeOf(`${target.prefix}latest_v1`), 'fast')
    const view = { kind: 'days', from: 0, to: 1e6 } as const
    assert.equal(await store!.count({ condition: { kind: 'all' }, view }), 1)
  })
