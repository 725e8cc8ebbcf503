import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Root } from '../../src/host/root.ts'
import { netdev } from '../../src/sources/netdev.ts'
import { fixtureRoot, observeOne, putFile, treeOf } from './observed.ts'

test('twenty interfaces of containers are one group of fields', async () => {
  const { path, content = '', fields } = await observeOne(netdev.create(), fixtureRoot('numa8-4.15'))
  assert.equal(path, '/proc/net/dev')
  assert.equal(content.match(/veth/g)?.length, 20)
  const names = new Set(Object.keys(fields).map((name) => name.split('.')[1]))
  assert.deepEqual([...names], ['enp3s0f0', 'total', 'bond0', 'veth', 'docker0'])
  assert.deepEqual(netdev.formats[0]?.fields(content), fields)
})

test('a container that starts or ends is no traffic of its group', async () => {
  const base = treeOf()
  const collect = netdev.create()
  const at = async (seconds: number, bytes: Record<string, number>) => {
    const rows = Object.entries(bytes).map(([name, rx]) => `${name}: ${rx}${' 0'.repeat(15)}\n`)
    putFile(base, 'proc/net/dev', rows.join(''))
    const { fields } = await observeOne(collect, new Root(base), { seconds: () => seconds })
    return [
      fields['netdev_rate.veth.rx_bytes'],
      fields['netdev_rate.eth0.rx_bytes'],
      fields['netdev_rate.total.rx_bytes'],
    ]
  }
  assert.deepEqual(await at(0, { eth0: 1000, veth1: 10 }), [undefined, undefined, undefined])
  assert.deepEqual(await at(10, { eth0: 2000, veth1: 30, veth2: 90_000_000 }), [2, 100, 100])
  assert.deepEqual(await at(20, { eth0: 2000, veth2: 90_000_100 }), [10, 0, 0])
})
