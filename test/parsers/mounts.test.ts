import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseMounts, unescaped } from '../../src/parsers/mounts.ts'
import { survives } from './malformed.ts'

const text = `rootfs / rootfs rw 0 0
/dev/mapper/vg-root / ext4 rw,relatime,data=ordered 0 0
/dev/sdb1 /srv ext4 ro,noatime 0 0
/dev/sdc1 /mnt/with\\040space ext4 rw 0 0
filer:/home /home nfs4 rw,vers=4.0 0 0
`

test('reads device, point, kind and whether it can be written', () => {
  assert.deepEqual(parseMounts(text)[2], { device: '/dev/sdb1', escapedPoint: '/srv', type: 'ext4', readOnly: true })
  assert.deepEqual(
    parseMounts(text).map(({ readOnly }) => readOnly),
    [false, false, true, false, false],
  )
})

test('a point has its blanks back', () => assert.equal(unescaped('/mnt/with\\040space\\134'), '/mnt/with space\\'))

test('leaves out what is no line of it', () => {
  for (const line of ['', '/dev/sda1 / ext4 rw', '/dev/sda1 relative ext4 rw 0 0', '/dev/sda1  / ext4 rw 0 0'])
    assert.deepEqual(parseMounts(line), [], line)
})

test('survives malformed text', () => {
  survives(parseMounts, [text], (mounts) => {
    for (const { escapedPoint } of mounts) assert.match(escapedPoint, /^\/\S*$/)
  })
})
