import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addressKey, blockEdges } from '../../src/query/ip-address.ts'

test('gives the same address the same key, however it is written', () => {
  const rows = [
    ['10.0.0.1', '00000000000000000000ffff0a000001'],
    ['::ffff:10.0.0.1', '00000000000000000000ffff0a000001'],
    ['::1', '00000000000000000000000000000001'],
    ['::', '00000000000000000000000000000000'],
    ['FE80::0001%eth0', 'fe800000000000000000000000000001'],
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
    ['1::8', '00010000000000000000000000000008'],
  ] as const
  for (const [text, key] of rows) assert.equal(addressKey(text), key, text)
})

test('refuses what is no address', () => {
  const wrong = [
    '',
    '1',
    '1.2.3',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.4.5',
    '::1::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '::12345',
    '::g',
    '::1.2.3',
    '1:2:3:4:5:6:7::8',
    ':',
  ]
  for (const text of wrong) assert.equal(addressKey(text), undefined, text)
})

test('gives the ends of a block', () => {
  assert.deepEqual(blockEdges('10.1.2.3/8'), { first: '10.0.0.0', last: '10.255.255.255' })
  assert.deepEqual(blockEdges('10.1.2.3/32'), { first: '10.1.2.3', last: '10.1.2.3' })
  assert.deepEqual(blockEdges('0.0.0.0/0'), { first: '0.0.0.0', last: '255.255.255.255' })
  assert.deepEqual(blockEdges('2001:db8::/32'), {
    first: '2001:db8:0:0:0:0:0:0',
    last: '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff',
  })
  assert.deepEqual(blockEdges('::/128'), { first: '0:0:0:0:0:0:0:0', last: '0:0:0:0:0:0:0:0' })
  for (const wrong of ['10.0.0.0', '10.0.0.0/33', '10.0.0.0/', '::/129', '/8', 'x/8', '10.0.0.0/-1']) {
    assert.equal(blockEdges(wrong), undefined, wrong)
  }
})

test('orders addresses as numbers', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.ipV4(), (a, b) => {
      const number = (text: string) => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
      assert.equal(addressKey(a)! < addressKey(b)!, number(a) < number(b))
    }),
  )
})

test('reads every IPv6 address', () => {
  fc.assert(fc.property(fc.ipV6(), (text) => assert.match(addressKey(text) ?? '', /^[0-9a-f]{32}$/)))
})
