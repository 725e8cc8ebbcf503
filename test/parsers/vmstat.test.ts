import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseVmstat, vmstatEvents } from '../../src/parsers/vmstat.ts'
import { areFieldsOf, survives, withCarriageReturns } from './malformed.ts'

/** Linux 2.6.32 counts reclaim per zone. */
const old = `nr_free_pages 29381
nr_inactive_anon 1190
pgpgin 214522
pswpin 0
pgscan_kswapd_normal 1184
pgscan_direct_dma 0
allocstall 3
`
/** Linux 6.x counts it together, and the stalls per zone. */
const recent = `nr_free_pages 1074013
nr_zone_inactive_anon 2908
pgscan_kswapd 884736
pgscan_direct 0
allocstall_normal 12
thp_fault_alloc 33
nr_unstable 0
`

test('reads old and new kernels under their own names', () => {
  assert.deepEqual(parseVmstat(old), {
    'vmstat.nr_free_pages': 29381,
    'vmstat.nr_inactive_anon': 1190,
    'vmstat.pgpgin': 214522,
    'vmstat.pswpin': 0,
    'vmstat.pgscan_kswapd_normal': 1184,
    'vmstat.pgscan_direct_dma': 0,
    'vmstat.allocstall': 3,
  })
  assert.equal(parseVmstat(recent)['vmstat.pgscan_kswapd'], 884736)
})

test('reads the same with carriage returns', () => {
  assert.deepEqual(parseVmstat(withCarriageReturns(recent)), parseVmstat(recent))
})

test('leaves out what is no line of it', () => {
  for (const line of [
    '',
    'pgpgin',
    'pgpgin ',
    'pgpgin -1',
    'pgpgin 1 2',
    'pgpgin=1',
    'pgpgin  1',
    '9lives 1',
    'PG 1',
    'a 1e3',
  ])
    assert.deepEqual(parseVmstat(line), {}, line)
})

test('leaves out a counter that wrapped below zero', () => {
  assert.deepEqual(parseVmstat('nr_dirty 18446744073709551615\nnr_writeback 1\n'), { 'vmstat.nr_writeback': 1 })
})

test('has at most 600 fields', () => {
  const text = Array.from({ length: 5000 }, (_, index) => `line${index} 1`).join('\n')
  assert.equal(Object.keys(parseVmstat(text)).length, 600)
})

test('survives malformed text', () => survives(parseVmstat, [old, recent], areFieldsOf('vmstat')))

test('tells pages now from events since boot, whatever they begin with', () => {
  const levels = ['nr_free_pages', 'nr_dirty', 'nr_dirty_threshold', 'nr_zone_write_pending', 'workingset_nodes']
  const events = [
    'pgpgin',
    'nr_dirtied',
    'nr_written',
    'nr_vmscan_write',
    'nr_foll_pin_acquired',
    'workingset_refault_file',
  ]
  assert.deepEqual(
    [...levels, ...events].filter((name) => !vmstatEvents.test(`vmstat.${name}`)),
    levels,
  )
})
