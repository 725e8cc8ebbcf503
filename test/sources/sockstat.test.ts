import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Root } from '../../src/host/root.ts'
import { sockstat } from '../../src/sources/sockstat.ts'
import { fixtureRoot, observeOne, treeOf } from './observed.ts'

test('sockets of both protocols are one document', async () => {
  const { path, content = '', fields } = await observeOne(sockstat.create(), fixtureRoot('centos6-2.6.32'))
  assert.equal(path, '/proc/net/sockstat')
  assert.deepEqual(
    [fields['sockstat.TCP.tw'], fields['sockstat.TCP6.inuse'], fields['sockstat.sockets.used']],
    [41204, 9, 2412],
  )
  assert.deepEqual(sockstat.formats[0]?.fields(content), fields)
})

test('a host without IPv6 has the other half', async () => {
  const root = new Root(treeOf({ 'proc/net/sockstat': 'sockets: used 9\nTCP: inuse 1 orphan 0 tw 0 alloc 1 mem 0\n' }))
  assert.equal((await observeOne(sockstat.create(), root)).fields['sockstat.TCP.inuse'], 1)
})
