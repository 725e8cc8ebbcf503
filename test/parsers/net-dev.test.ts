import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseNetDev, readNetDev } from '../../src/parsers/net-dev.ts'
import { areFieldsOf, survives, withCarriageReturns } from './malformed.ts'

const heading = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
`
/** Linux 2.6.32 leaves no blank before a wide figure. */
const old = `${heading}    lo:812044801 4120448    0    0    0     0          0         0 812044801 4120448    0    0    0     0       0          0
  eth0:81120044512 120448112    1 3011    0     0          0         0 412044801120 98120448    2    4    0     0       0          0
`
const recent = `${heading}  eth0: 1000      10    0    0    0     0          0         0     2000      20    0    0    0     0       0          0
  bond0: 1000      10    0    0    0     0          0         0     2000      20    0    0    0     0       0          0
  eth1:       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0
  veth1: 5      1    0    0    0     0          0         0     6      1    0    0    0     0       0          0
  veth2: 7      1    0    0    0     0          0         0     8      1    0    0    0     0       0          0
`

test('reads the interfaces of old and new kernels', () => {
  assert.deepEqual(Object.fromEntries(readNetDev(old).get('eth0') ?? []), {
    rx_bytes: 81120044512,
    rx_packets: 120448112,
    rx_errors: 1,
    rx_dropped: 3011,
    tx_bytes: 412044801120,
    tx_packets: 98120448,
    tx_errors: 2,
    tx_dropped: 4,
  })
  assert.deepEqual([...readNetDev(recent).keys()], ['eth0', 'bond0', 'veth1', 'veth2'])
})

test('those of containers are added up, and the total is of cards alone', () => {
  const fields = parseNetDev(recent)
  assert.equal(fields['netdev.veth.rx_bytes'], 12)
  assert.equal(fields['netdev.total.rx_bytes'], 1000)
  assert.equal(fields['netdev.bond0.tx_packets'], 20)
  assert.equal(Object.keys(fields).length, 4 * 8)
})

test('reads the same with carriage returns', () => {
  assert.deepEqual(parseNetDev(withCarriageReturns(old)), parseNetDev(old))
})

test('leaves out what is no line of it', () => {
  for (const line of [
    '',
    'eth0:',
    'eth0: 1 2 3',
    'eth0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16',
    `eth0:${' 1'.repeat(17)}`,
  ])
    assert.deepEqual(parseNetDev(line), {}, line)
  assert.deepEqual(parseNetDev(`eth0: ${'9'.repeat(20)}${' 1'.repeat(15)}`), {})
})

test('survives malformed text', () => survives(parseNetDev, [old, recent], areFieldsOf('netdev')))
