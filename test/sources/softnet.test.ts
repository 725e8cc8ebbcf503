import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Root } from '../../src/host/root.ts'
import { softnet } from '../../src/sources/softnet.ts'
import { fixtureRoot, observeOne, putFile, treeOf } from './observed.ts'

test('drops of all processors are told together', async () => {
  const { path, fields } = await observeOne(softnet.create(), fixtureRoot('centos7-3.10'))
  assert.equal(path, '/proc/net/softnet_stat')
  assert.equal(fields['softnet.dropped'], 307)
  assert.equal(fields['softnet.backlog_length'], undefined)
})

test('below another root the table is that of its first process', async () => {
  const row = (digits: string) => `${digits}${' 00000000'.repeat(8)}\n`
  const base = treeOf({ 'proc/net/softnet_stat': row('00000001'), 'proc/1/net/softnet_stat': row('00000002') })
  assert.equal((await observeOne(softnet.create(), new Root(base))).fields['softnet.processed'], 2)
})

test('what waits now has no rate', async () => {
  const base = treeOf()
  const collect = softnet.create()
  const at = async (seconds: number, dropped: string) => {
    putFile(base, 'proc/net/softnet_stat', `00000000 ${dropped}${' 00000000'.repeat(9)} 00000003\n`)
    const { fields } = await observeOne(collect, new Root(base), { seconds: () => seconds })
    return Object.entries(fields).filter(([name]) => name.startsWith('softnet_rate.'))
  }
  assert.deepEqual(await at(0, '00000001'), [])
  const rates = Object.fromEntries(await at(4, '0000000b'))
  assert.equal(rates['softnet_rate.dropped'], 2.5)
  assert.equal(rates['softnet_rate.backlog_length'], undefined)
})
