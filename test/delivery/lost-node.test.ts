// A cluster of three nodes that loses one while snapshots come in goes on with the two, and nothing is lost.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { latestIndex } from '../../src/store/elasticsearch/mapping/index-names.ts'
import { startCluster } from '../elasticsearch/cluster.ts'
import { setUp, targetOf } from '../elasticsearch/empty-store.ts'
import { request } from '../elasticsearch/request.ts'
import type { Server } from '../elasticsearch/server.ts'
import { elasticsearch } from '../elasticsearch/servers.ts'
import { FaultRun } from './fault-run.ts'

const server = await elasticsearch('current')

describe('a cluster of three nodes', { skip: server.skip ?? false, timeout: 300_000 }, () => {
  let nodes: Server[] = []

  before(async () => {
    if (server.skip === undefined) nodes = await startCluster(3, { heap: '400m' })
  })
  after(() => Promise.all(nodes.map((node) => node.stop())))

  test('loses the node with the newest states by kill -9 and keeps all that was reported', async (t) => {
    const target = targetOf(nodes[0]!)
    await setUp(nodes[0]!, target)
    const lost = nodes[Number((await primaryOf(nodes[0]!, latestIndex(target.prefix))).slice(-1)) - 1]!
    const rest = nodes.filter((node) => node !== lost)
    // the lost one first: it is the one in use
    const urls = [lost, ...rest].map(({ url }) => url)
    const run = new FaultRun(rest[0]!, { through: { ...target, nodes: urls, timeout_s: 10 } })
    await run.reopen()
    t.after(() => run.close())
    const before = await request(rest[0]!, '/_cluster/health')
    assert.equal(before['number_of_data_nodes'], 3)
    let isWriting = true
    const writing = (async () => {
      for (; isWriting; await sleep(20)) await run.write(20)
    })()
    await run.until(({ delivered_total }) => delivered_total > 200)
    // with fewer copies than one of each shard beside it, a kill is a loss for any cluster
    await request(rest[0]!, `/_cluster/health/${target.prefix}*?wait_for_status=green&timeout=60s`, {
      timeout_ms: 70_000,
    })
    await lost.kill()
    const { delivered_total } = run.delivery.figures()
    await run.until((figures) => figures.delivered_total > delivered_total + 200)
    isWriting = false
    await writing
    await run.drained()
    await run.assertKept()
    assert.equal((await request(rest[0]!, '/_cluster/health'))['number_of_data_nodes'], 2)
  })
})

async function primaryOf(node: Server, index: string): Promise<string> {
  const answer = await request(node, `/_cat/shards/${index}?format=json&h=prirep,node`)
  const shards = answer as unknown as { prirep: string; node: string }[]
  return shards.find(({ prirep }) => prirep === 'p')!.node
}
