import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseBuddyinfo } from '../../src/parsers/buddyinfo.ts'
import { areFieldsOf, survives, withCarriageReturns } from './malformed.ts'

const twoNodes = `Node 0, zone      DMA      1      0      0      1      2      1      1      0      1      1      3 
Node 0, zone   Normal   4381   1093    185   1530    567    102      4      0      0      0      0 
Node 1, zone   Normal      0      0      0      0      0      0      0      0      0      0      2 
`

test('reads blocks of each order, and the pages in them', () => {
  const fields = parseBuddyinfo(twoNodes)
  assert.equal(Object.keys(fields).length, 3 * 12)
  assert.equal(fields['buddyinfo.node0.Normal.order0'], 4381)
  assert.equal(fields['buddyinfo.node0.Normal.order3'], 1530)
  assert.equal(fields['buddyinfo.node0.Normal.order10'], 0)
  assert.equal(
    fields['buddyinfo.node0.Normal.free_pages'],
    4381 + 1093 * 2 + 185 * 4 + 1530 * 8 + 567 * 16 + 102 * 32 + 4 * 64,
  )
  assert.equal(fields['buddyinfo.node1.Normal.free_pages'], 2048)
})

test('reads the same with carriage returns', () => {
  assert.deepEqual(parseBuddyinfo(withCarriageReturns(twoNodes)), parseBuddyinfo(twoNodes))
})

test('reads as many columns as a line has', () => {
  const fields = parseBuddyinfo('Node 0, zone DMA 1 2\nNode 0, zone Normal 3\n')
  assert.deepEqual(fields, {
    'buddyinfo.node0.DMA.order0': 1,
    'buddyinfo.node0.DMA.order1': 2,
    'buddyinfo.node0.DMA.free_pages': 5,
    'buddyinfo.node0.Normal.order0': 3,
    'buddyinfo.node0.Normal.free_pages': 3,
  })
  assert.equal(Object.keys(parseBuddyinfo(`Node 0, zone DMA ${'1 '.repeat(100)}`)).length, 33)
})

test('leaves out what is no line of it', () => {
  const lines = [
    '',
    'Node 0, zone DMA',
    'Node 0, zone',
    'Node x, zone DMA 1',
    'Node 0 zone DMA 1',
    'Node 0, zone DMA 1 -2',
    'zone DMA 1',
  ]
  for (const line of lines) assert.deepEqual(parseBuddyinfo(line), {}, line)
})

test('gives no sum where a count is not a number of 64 bits, or the sum is not', () => {
  assert.deepEqual(parseBuddyinfo('Node 0, zone DMA 1 18446744073709551615 3'), {
    'buddyinfo.node0.DMA.order0': 1,
    'buddyinfo.node0.DMA.order2': 3,
  })
  assert.deepEqual(parseBuddyinfo('Node 0, zone DMA 0 4611686018427387904'), {
    'buddyinfo.node0.DMA.order0': 0,
    'buddyinfo.node0.DMA.order1': 2 ** 62,
  })
})

test('gives fields of the first 64 nodes', () => {
  const text = Array.from({ length: 300 }, (_, node) => `Node ${node}, zone Normal 1`).join('\n')
  assert.equal(Object.keys(parseBuddyinfo(text)).length, 128)
})

test('survives malformed text', () => survives(parseBuddyinfo, [twoNodes], areFieldsOf('buddyinfo')))
