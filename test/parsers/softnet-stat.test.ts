import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSoftnetStat } from '../../src/parsers/softnet-stat.ts'
import { areFieldsOf, survives, withCarriageReturns } from './malformed.ts'

const zeros = (count: number) => ' 00000000'.repeat(count)
/** Linux 2.6.32 has nine columns. */
const old = `0002d03b 00000001 00000002${zeros(6)}\n0002cc29 00000010 00000005${zeros(6)}\n`
/** Linux 5.10 and later have thirteen and more: the tenth is RPS, the twelfth what waits now. */
const recent = `0002d03b 00000000 00000002${zeros(6)} 0000000a 00000001 00000007 00000000 00000000 00000000\n`

test('adds up the processors of old and new kernels', () => {
  assert.deepEqual(parseSoftnetStat(old), {
    'softnet.processed': 0x2d03b + 0x2cc29,
    'softnet.dropped': 17,
    'softnet.time_squeeze': 7,
  })
  assert.deepEqual(parseSoftnetStat(recent), {
    'softnet.processed': 0x2d03b,
    'softnet.dropped': 0,
    'softnet.time_squeeze': 2,
    'softnet.received_rps': 10,
    'softnet.flow_limit': 1,
    'softnet.backlog_length': 7,
  })
  assert.deepEqual(parseSoftnetStat(withCarriageReturns(old)), parseSoftnetStat(old))
})

test('leaves out what is no line of it', () => {
  for (const line of ['', '0002d03b', '0002d03b 00000001', '2d03b 1 2', `0002d03b 0000000x 00000002${zeros(6)}`])
    assert.deepEqual(parseSoftnetStat(line), {}, line)
})

test('survives malformed text', () => survives(parseSoftnetStat, [old, recent], areFieldsOf('softnet')))
