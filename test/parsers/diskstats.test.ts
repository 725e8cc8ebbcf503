import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diskRates, parseDiskstats, readDiskstats } from '../../src/parsers/diskstats.ts'
import { areFieldsOf, survives, withCarriageReturns } from './malformed.ts'

/** Linux 2.6.32 has eleven figures. */
const old = `   1       0 ram0 0 0 0 0 0 0 0 0 0 0 0
   8       0 sda 88123 20144 3120448 612004 9912044 8120031 412008112 71200448 0 18220114 71802210
   8       1 sda1 641 310 5012 2210 12 4 34 80 0 1904 2290
 253       0 dm-0 105012 0 3110012 801244 15902110 0 412008064 120448210 3 18110440 121250012
`
/** Linux 5.5 and later have seventeen. */
const recent = ` 254       0 vda 112259 8779 4796106 456726 1125149 84047 14285296 197589 1 152496 747769 110758 184 6065136 22151 744233 71302
   7       0 loop0 12 0 88 3 0 0 0 0 0 4 3 0 0 0 0 0 0
 253       0 zram0 9 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
 254      16 vdb 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
`

test('reads the disks of old and new kernels in bytes and milliseconds', () => {
  assert.deepEqual([...readDiskstats(old).keys()], ['sda', 'dm-0'])
  assert.deepEqual(Object.fromEntries(readDiskstats(recent)), {
    vda: {
      reads: 112259,
      read_bytes: 4796106 * 512,
      read_ms: 456726,
      writes: 1125149,
      written_bytes: 14285296 * 512,
      write_ms: 197589,
      in_flight: 1,
      io_ms: 152496,
      queue_ms: 747769,
    },
  })
})

test('the total is of what lies below, so that nothing counts twice', () => {
  const fields = parseDiskstats(old)
  assert.equal(fields['diskstats.dm-0.reads'], 105012)
  assert.equal(fields['diskstats.total.reads'], 88123)
  assert.equal(fields['diskstats.total.in_flight'], 0)
  assert.equal(fields['diskstats.total.io_ms'], undefined)
})

test('disks that are too many are told together, without their times', () => {
  const text = Array.from(
    { length: 40 },
    (_, i) => `8 0 sda${'abcdefghijklmnopqrst'[i % 20]}${i < 20 ? '' : 'a'} 1 0 2 9 1 0 2 9 1 9 9\n`,
  )
  assert.deepEqual(parseDiskstats(text.join('')), {
    'diskstats.other.reads': 40,
    'diskstats.other.read_bytes': 40 * 1024,
    'diskstats.other.writes': 40,
    'diskstats.other.written_bytes': 40 * 1024,
    'diskstats.other.in_flight': 40,
    'diskstats.total.reads': 40,
    'diskstats.total.read_bytes': 40 * 1024,
    'diskstats.total.writes': 40,
    'diskstats.total.written_bytes': 40 * 1024,
    'diskstats.total.in_flight': 40,
  })
})

test('reads the same with carriage returns', () => {
  assert.deepEqual(parseDiskstats(withCarriageReturns(recent)), parseDiskstats(recent))
})

test('leaves out what is no line of it', () => {
  const figures = '1 2 3 4 5 6 7 8 9 10'
  for (const line of [
    '',
    'sda',
    `8 0 sda ${figures}`,
    `8 sda ${figures} 11`,
    `8 0 sda ${figures} x`,
    `8 0 sda -1 ${figures}`,
  ])
    assert.deepEqual(parseDiskstats(line), {}, line)
  assert.deepEqual(parseDiskstats(`8 0 sda ${'9'.repeat(20)} 2 3 4 5 6 7 8 9 10 11`), {})
})

test('survives malformed text', () => survives(parseDiskstats, [old, recent], areFieldsOf('diskstats')))

test('rates of a disk: a busy second, waits by request, nothing where nothing could be compared', () => {
  const rates = {
    reads: 10,
    read_bytes: 5120,
    read_ms: 50,
    writes: 0,
    write_ms: 0,
    written_bytes: 0,
    io_ms: 400,
    queue_ms: 2500,
  }
  assert.deepEqual(
    diskRates((figure) => (rates as Record<string, number>)[figure]),
    {
      reads: 10,
      read_bytes: 5120,
      writes: 0,
      written_bytes: 0,
      queue_length: 2.5,
      utilisation_pct: 40,
      read_await_ms: 5,
    },
  )
  assert.equal(diskRates((figure) => (figure === 'io_ms' ? 1003 : undefined)).utilisation_pct, 100)
  assert.deepEqual(
    diskRates(() => undefined),
    {},
  )
})
