import assert from 'node:assert/strict'
import { test } from 'node:test'
import { interfaceKeys, isCard } from '../../src/parsers/interface-names.ts'

test('cards are told from what carries their traffic once more', () => {
  const cards = ['eth0', 'eno1', 'ens192', 'enp3s0f1', 'enp3s0f0np0', 'enP2p1s0', 'em1', 'p2p1', 'ib0', 'wlp2s0']
  const others = ['lo', 'bond0', 'br0', 'docker0', 'veth12ab34', 'enx001122334455', 'eth0.100', 'eth', 'wg0', '']
  assert.deepEqual([...cards, ...others].filter(isCard), cards)
})

test('lasting interfaces have keys of their own, those that come and go are grouped', () => {
  const names = [
    'lo',
    'eth0',
    'bond0',
    'eth0.100',
    'veth12ab34',
    'veth9',
    'cali1',
    'br-12ab',
    'vnet3',
    'enx001122334455',
  ]
  assert.deepEqual(
    [...interfaceKeys(names).values()],
    ['lo', 'eth0', 'bond0', 'vlan', 'veth', 'veth', 'cali', 'br', 'vnet', 'other'],
  )
})

test('beyond the first 16 of a host they are others', () => {
  const names = Array.from({ length: 40 }, (_, index) => `eth${index}`)
  const keys = [...interfaceKeys(names).values()]
  assert.deepEqual(keys.slice(0, 16), names.slice(0, 16))
  assert.deepEqual(new Set(keys.slice(16)), new Set(['other']))
})
