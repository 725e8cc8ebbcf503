import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseMeminfo } from '../../src/parsers/meminfo.ts'
import { areFieldsOf, survives, withCarriageReturns } from './malformed.ts'

/** Linux 2.6.32: no MemAvailable, no Percpu. */
const old = `MemTotal:        1018968 kB
MemFree:          117524 kB
Buffers:           75376 kB
Cached:           434236 kB
SwapCached:            0 kB
Active(anon):     206016 kB
Inactive(file):   289260 kB
VmallocTotal:   34359738367 kB
HardwareCorrupted:     0 kB
HugePages_Total:       0
HugePages_Free:        0
Hugepagesize:       2048 kB
DirectMap4k:        8128 kB
`
/** Linux 6.18. */
const recent = `MemTotal:       65703976 kB
MemFree:         4296052 kB
MemAvailable:    5893488 kB
Active(anon):       1576 kB
Active(file):     167412 kB
Zswap:                 0 kB
VmallocTotal:   34359738367 kB
Percpu:              912 kB
Unaccepted:            0 kB
Balloon:               0 kB
HugePages_Total:      16
HugePages_Rsvd:        2
Hugepagesize:       2048 kB
`

test('reads an old kernel: sizes in bytes, counts as counts', () => {
  assert.deepEqual(parseMeminfo(old), {
    'meminfo.MemTotal': 1018968 * 1024,
    'meminfo.MemFree': 117524 * 1024,
    'meminfo.Buffers': 75376 * 1024,
    'meminfo.Cached': 434236 * 1024,
    'meminfo.SwapCached': 0,
    'meminfo.Active_anon': 206016 * 1024,
    'meminfo.Inactive_file': 289260 * 1024,
    'meminfo.VmallocTotal': 34359738367 * 1024,
    'meminfo.HardwareCorrupted': 0,
    'meminfo.HugePages_Total': 0,
    'meminfo.HugePages_Free': 0,
    'meminfo.Hugepagesize': 2048 * 1024,
    'meminfo.DirectMap4k': 8128 * 1024,
  })
})

test('reads a new kernel', () => {
  const fields = parseMeminfo(recent)
  assert.equal(Object.keys(fields).length, 13)
  assert.equal(fields['meminfo.MemAvailable'], 5893488 * 1024)
  assert.equal(fields['meminfo.HugePages_Total'], 16)
  assert.equal(fields['meminfo.Unaccepted'], 0)
})

test('leaves out the table that Linux 2.4 put above its lines', () => {
  const table =
    '        total:    used:    free:\nMem:  1053925376 1042132992 11792384\nSwap: 0 0 0\nMemTotal: 1029224 kB\n'
  assert.deepEqual(parseMeminfo(table), { 'meminfo.MemTotal': 1029224 * 1024 })
})

test('reads the same with carriage returns', () => {
  assert.deepEqual(parseMeminfo(withCarriageReturns(old)), parseMeminfo(old))
})

test('leaves out what is no line of it', () => {
  const lines = [
    '',
    'MemTotal',
    'MemTotal:',
    'MemTotal: kB',
    'MemTotal: 12 MB',
    'MemTotal: 1 2 kB',
    'A: -1 kB',
    'A: 0x1f kB',
    ' A: 1 kB',
  ]
  for (const line of lines) assert.deepEqual(parseMeminfo(line), {}, line)
  assert.deepEqual(parseMeminfo('MemTotal:  10 kB\nMemFree:   1'), { 'meminfo.MemTotal': 10240, 'meminfo.MemFree': 1 })
})

test('leaves out a figure that 64 bits do not hold', () => {
  assert.deepEqual(parseMeminfo('A: 18446744073709551615\nB: 9223372036854775807 kB\nC: 1\n'), { 'meminfo.C': 1 })
})

test('has at most 300 fields', () => {
  const text = Array.from({ length: 5000 }, (_, index) => `Line${index}: 1 kB`).join('\n')
  assert.equal(Object.keys(parseMeminfo(text)).length, 300)
})

test('survives malformed text', () => survives(parseMeminfo, [old, recent], areFieldsOf('meminfo')))
