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

test('a field of which the index has no value is listed, whichever document of its path is read', {
  skip: server.skip ?? false,
}, async () => {
  if (server.skip !== undefined) return
  const store = await emptyStore(server)
  try {
    const tree = (host: string, more: object) =>
      documentOf(host, '/proc/sys', '12:00', { 'sysctl.kernel.pid_max': 4096, ...more })
    // known to the index as a number
    await store.write([tree('web1', {}), tree('web2', { 'sysctl.vm.swappiness': 'sixty' }), tree('web3', {})])
    const found = (await store.fields()).find(({ name }) => name === 'sysctl.vm.swappiness')
    assert.deepEqual(found?.paths, ['/proc/sys'])
  } finally {
    await store.close()
  }
})

test('a field whose name goes on where another ends is listed, wherever it is', {
  skip: server.skip ?? false,
}, async () => {
  if (server.skip !== undefined) return
  const store = await emptyStore(server)
  try {
    const tree = (host: string, name: string) => documentOf(host, '/proc/sys', '12:00', { [name]: 1 })
    await store.write([tree('web1', 'sysctl.a'), tree('web2', 'sysctl.a.b'), tree('web3', 'sysctl.a')])
    const names = (await store.fields()).map(({ name }) => name).filter((name) => name.startsWith('sysctl.'))
    assert.deepEqual(names, ['sysctl.a', 'sysctl.a.b'])
  } finally {
    await store.close()
  }
})
