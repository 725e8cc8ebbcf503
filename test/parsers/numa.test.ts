import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isNumaEvent, parseNuma } from '../../src/parsers/numa.ts'
import { areFieldsOf, survives, withCarriageReturns } from './malformed.ts'

const text = `Node 0 MemTotal:       16384000 kB
Node 0 Active(anon):     120448 kB
Node 0 HugePages_Total:   512
Node 0 numa_miss 81204
Node 1 MemTotal:       16384001 kB
Node 1 interleave_hit 7
`

test('memory is in bytes, pages and huge pages as counted', () => {
  assert.deepEqual(parseNuma(text), {
    'numa.node0.MemTotal': 16384000 * 1024,
    'numa.node0.HugePages_Total': 512,
    'numa.node0.numa_miss': 81204,
    'numa.node1.MemTotal': 16384001 * 1024,
  })
  assert.deepEqual(parseNuma(withCarriageReturns(text)), parseNuma(text))
})

test('the first 16 nodes have fields', () => {
  const rows = Array.from({ length: 40 }, (_, node) => `Node ${node} MemFree: 4 kB\n`)
  assert.equal(Object.keys(parseNuma(rows.join(''))).length, 16)
})

test('tells what counts since boot', () => {
  assert.deepEqual(['node0.MemFree', 'node0.numa_miss', 'node11.other_node'].map(isNumaEvent), [false, true, true])
})

test('survives malformed text', () => survives(parseNuma, [text], areFieldsOf('numa')))
