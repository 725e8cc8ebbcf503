import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diskKeys, isBottomDisk, isDisk } from '../../src/parsers/disk-names.ts'

const bottom = [
  'sda',
  'sdaa',
  'vda',
  'xvdb',
  'hdc',
  'nvme0n1',
  'nvme12n3',
  'mmcblk0',
  'pmem0',
  'rbd12',
  'nbd0',
  'cciss/c0d1',
  'dasda',
]
const stacked = ['dm-0', 'dm-1204', 'md0', 'md127', 'drbd1', 'bcache0', 'zd16']
const none = [
  'sda1',
  'nvme0n1p2',
  'mmcblk0p1',
  'mmcblk0boot0',
  'loop0',
  'ram0',
  'zram0',
  'sr0',
  'fd0',
  'md127p1',
  '../sda',
  'sd',
  '',
  'SDA',
  'st0',
]

test('whole disks are told from partitions and from what is no disk', () => {
  assert.deepEqual([...bottom, ...stacked, ...none].filter(isDisk), [...bottom, ...stacked])
  assert.deepEqual([...bottom, ...stacked, ...none].filter(isBottomDisk), bottom)
})

test('the first 16 disks have keys of their own, those beyond and those with odd names share one', () => {
  const letters = [...'abcdefghijklmnopqrst'].map((letter) => `sd${letter}`)
  const keys = diskKeys(['sdab', 'dm-100', 'cciss/c0d1', ...letters])
  assert.deepEqual(
    ['sdab', 'dm-100', 'cciss/c0d1'].map((name) => keys.get(name)),
    ['other', 'other', 'cciss_c0d1'],
  )
  const own = letters.filter((name) => keys.get(name) === name)
  assert.deepEqual(own, letters.slice(0, 15))
  assert.ok(letters.slice(15).every((name) => keys.get(name) === 'other'))
})

test('the disks of all hosts together have few names', () => {
  const names = Array.from({ length: 50_000 }, (_, index) => `nvme${index % 1000}n${index}`)
  const keys = names.map((name) => diskKeys([name]).get(name))
  assert.ok(new Set(keys).size <= 100 * 9 + 1)
})
