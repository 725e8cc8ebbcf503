import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mountKey, parseMountSpace } from '../../src/parsers/mount-space.ts'
import { areFieldsOf, survives, withCarriageReturns } from './malformed.ts'

const text = `/ ext4 rw 1000 500 400 100 1
/data xfs ro 1000 999 0 0 0
/home nfs4 rw - - - - -
/broken ext4 rw ? ? ? ? ?
/var/lib/docker/overlay2/0123456789abcdef ext4 rw 100 99 1 10 9
`

test('use is rounded up as df does, of what users may have', () => {
  assert.deepEqual(parseMountSpace(text), {
    'mounts.root.size': 1000,
    'mounts.root.used': 500,
    'mounts.root.avail': 400,
    'mounts.root.inodes': 100,
    'mounts.root.inodes_used': 1,
    'mounts.root.used_pct': 56,
    'mounts.root.inodes_used_pct': 1,
    'mounts.data.size': 1000,
    'mounts.data.used': 999,
    'mounts.data.avail': 0,
    'mounts.data.inodes': 0,
    'mounts.data.inodes_used': 0,
    'mounts.data.used_pct': 100,
    'mounts.fullest': '/data',
    'mounts.max_used_pct': 100,
    'mounts.max_inodes_used_pct': 90,
    'mounts.read_only': ['/data'],
    'mounts.remote': ['/home'],
  })
  assert.deepEqual(parseMountSpace(withCarriageReturns(text)), parseMountSpace(text))
})

const keys: [point: string, key: string | undefined][] = [
  ['/', 'root'],
  ['/boot/efi', 'boot_efi'],
  ['/var/lib/mysql', 'var_lib_mysql'],
  ['/data01', 'data01'],
  ['/mnt/with\\040space', undefined],
  ['/a/b/c/d', undefined],
  ['/var/lib/kubelet/pods/6f1a5e1c', undefined],
  ['/mnt/6f1a5e1c70f1', undefined],
  ['/run/user/1000', undefined],
]
for (const [point, key] of keys) test(`the key of ${point} is ${key}`, () => assert.equal(mountKey(point), key))

test('at most 24 mounts of a host have fields of their own, and the fullest is of all', () => {
  const rows = Array.from({ length: 60 }, (_, i) => `/disk${i} xfs rw 100 ${i} ${100 - i} 10 1\n`)
  const fields = parseMountSpace(rows.join(''))
  assert.equal(Object.keys(fields).filter((name) => name.endsWith('.size')).length, 24)
  assert.deepEqual([fields['mounts.fullest'], fields['mounts.max_used_pct']], ['/disk59', 59])
})

test('survives malformed text', () => survives(parseMountSpace, [text], areFieldsOf('mounts')))
