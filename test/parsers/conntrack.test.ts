import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseConntrack } from '../../src/parsers/conntrack.ts'
import { areFieldsOf, survives, withCarriageReturns } from './malformed.ts'

/** Linux 4.4. */
const old = `nf_conntrack_count 261003
nf_conntrack_max 262144
entries  searched found new invalid ignore delete delete_list insert insert_failed drop early_drop icmp_error  expect_new expect_create expect_delete search_restart
0003fb8b  00001000 00000010 00000003 00000001 00000000 00000000 00000000 00000005 00000002 0000000a 00000000 00000000  00000000 00000000 00000000 00000007 
0003fb8b  00001000 00000020 00000003 00000001 00000000 00000000 00000000 00000005 00000002 0000000b 00000000 00000000  00000000 00000000 00000000 00000001 
`
/** Linux 6.1: another second column. */
const recent = old.replace('searched', 'clashres').replace('delete_list', 'chainlength')

test('adds up the processors by the names of the heading', () => {
  assert.deepEqual(parseConntrack(old), {
    'conntrack.count': 261003,
    'conntrack.max': 262144,
    'conntrack.found': 48,
    'conntrack.invalid': 2,
    'conntrack.insert': 10,
    'conntrack.insert_failed': 4,
    'conntrack.drop': 21,
    'conntrack.early_drop': 0,
    'conntrack.icmp_error': 0,
    'conntrack.search_restart': 8,
    'conntrack.used_pct': 99.6,
  })
  assert.equal(parseConntrack(recent)['conntrack.clashres'], 8192)
  assert.deepEqual(parseConntrack(withCarriageReturns(recent)), parseConntrack(recent))
})

test('a table that may hold nothing has no share, and figures without a heading have no names', () => {
  assert.deepEqual(parseConntrack('nf_conntrack_count 1\nnf_conntrack_max 0\n'), {
    'conntrack.count': 1,
    'conntrack.max': 0,
  })
  assert.deepEqual(parseConntrack('0003fb8b  00001000 00000010\n'), {})
})

test('survives malformed text', () => survives(parseConntrack, [old, recent], areFieldsOf('conntrack')))
