import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buddyinfo } from '../../src/sources/buddyinfo.ts'
import { fixtureRoot, observeOne } from './observed.ts'

test('free blocks are counted by order, node and zone', async () => {
  const { path, content, fields } = await observeOne(buddyinfo.create(), fixtureRoot('ubuntu1604-4.4'))
  assert.equal(path, '/proc/buddyinfo')
  assert.match(content ?? '', /^Node 0, zone {6}DMA /)
  const orders = Array.from({ length: 11 }, (_, order) => fields[`buddyinfo.node0.DMA32.order${order}`])
  assert.deepEqual(orders, [4381, 1093, 185, 1530, 567, 102, 4, 0, 0, 0, 0])
  assert.equal(
    fields['buddyinfo.node0.DMA32.free_pages'],
    4381 + 1093 * 2 + 185 * 4 + 1530 * 8 + 567 * 16 + 102 * 32 + 4 * 64,
  )
  assert.equal(fields['buddyinfo.node0.Normal.order10'], 0)
})

test('each of eight nodes has its zones', async () => {
  const { fields } = await observeOne(buddyinfo.create(), fixtureRoot('numa8-4.15'))
  const zones = new Set(Object.keys(fields).map((name) => name.split('.').slice(1, 3).join(' ')))
  assert.deepEqual(
    [...zones],
    ['node0 DMA', 'node0 DMA32', ...Array.from({ length: 8 }, (_, node) => `node${node} Normal`)],
  )
})

test('what is left of a damaged table is read', async () => {
  const { fields } = await observeOne(buddyinfo.create(), fixtureRoot('broken'))
  assert.equal(fields['buddyinfo.node0.DMA32.order1'], 3)
  assert.equal(fields['buddyinfo.node0.DMA32.free_pages'], 18)
  assert.equal(fields['buddyinfo.node0.Normal.order3'], 12)
  assert.deepEqual(
    Object.keys(fields).filter((name) => /zero|\.DMA\./.test(name)),
    [],
  )
})
