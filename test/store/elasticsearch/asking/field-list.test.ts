import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emptyStore } from '../../../elasticsearch/empty-store.ts'
import { elasticsearch } from '../../../elasticsearch/servers.ts'
import { documentOf } from '../../document-of.ts'

const server = await elasticsearch('current')

test('a value of another type than its family has keeps its type, be it in the first document of its path or not', {
  skip: server.skip ?? false,
}, async () => {
  if (server.skip !== undefined) return
  const store = await emptyStore(server)
  try {
    const zones = (host: string, nodes: number[]) =>
      documentOf(host, '/proc/zoneinfo', '12:00', {
        ...Object.fromEntries(nodes.map((node) => [`zoneinfo.node${node}.Normal.below_low`, node === 7])),
        ...Object.fromEntries(nodes.map((node) => [`zoneinfo.node${node}.Normal.free`, node])),
      })
    await store.write([zones('web1', [0]), zones('web2', [0, 1]), zones('web3', [2]), zones('web4', [0, 7])])
    const types = new Map((await store.fields()).map(({ name, type }) => [name, type]))
    for (const node of [0, 1, 2, 7]) {
      assert.equal(types.get(`zoneinfo.node${node}.Normal.below_low`), 'boolean')
      assert.equal(types.get(`zoneinfo.node${node}.Normal.free`), 'number')
    }
  } finally {
    await store.close()
  }
})
