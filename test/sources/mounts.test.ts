import assert from 'node:assert/strict'
import nodeFs from 'node:fs'
import { test } from 'node:test'
import { NoDataError } from '../../src/errors.ts'
import { FileCalls, type SystemCalls } from '../../src/host/file-calls.ts'
import { Root } from '../../src/host/root.ts'
import { mounts } from '../../src/sources/mounts.ts'
import { fixtureHosts, fixtureRoot, observe, observeOne, treeOf } from './observed.ts'

type Answer =
  | { blocks: number; bfree: number; bavail: number; files: number; ffree: number }
  | 'hang'
  | 'EACCES'
  | 'EIO'

const half: Answer = { blocks: 100, bfree: 50, bavail: 40, files: 10, ffree: 9 }

/** A host with such mounts, each of which answers so; `asked` are those that statfs was called for. */
function hostWithMounts(table: string, answers: Record<string, Answer>) {
  const base = treeOf({ 'proc/mounts': table })
  const asked: string[] = []
  const pointOf = (place: string) => place.slice(base.length).replace(/\/$/, '') || '/'
  const calls = {
    ...nodeFs,
    statfs(place: string, done: (error: Error | null, value?: object) => void) {
      asked.push(pointOf(place))
      const answer = answers[pointOf(place)]
      if (answer === 'hang') return
      if (typeof answer === 'object') done(null, { bsize: 4096, ...answer })
      else done(Object.assign(new Error(answer), { code: answer }))
    },
    lstat(place: string, _: object, done: (error: Error | null, value?: object) => void) {
      if (place.endsWith('/..')) done(null, { dev: 1n })
      else if (pointOf(place) in answers) done(null, { dev: 2n })
      else done(Object.assign(new Error('gone'), { code: 'ENOENT' }))
    },
  } as unknown as SystemCalls
  return { root: new Root(base, new FileCalls({ calls, timeoutMs: 20, mounts: () => table })), asked }
}

test('mounts are told as df does', async () => {
  const { root } = hostWithMounts('/dev/sda1 / ext4 rw,relatime 0 0\n/dev/sdb1 /srv xfs ro 0 0\n', {
    '/': half,
    '/srv': half,
  })
  const { path, kind, content = '', fields } = await observeOne(mounts.create(), root)
  assert.deepEqual([path, kind], ['mounts', 'metric'])
  assert.equal(content, '/ ext4 rw 409600 204800 163840 10 1\n/srv xfs ro 409600 204800 163840 10 1\n')
  assert.equal(fields['mounts.root.used_pct'], 56)
  assert.deepEqual(fields['mounts.read_only'], ['/srv'])
  assert.deepEqual(mounts.formats[0]?.fields(content), fields)
})

test('network file systems are named and never asked', async () => {
  const table =
    'filer:/home /home nfs4 rw 0 0\n//nas/x /mnt/x cifs rw 0 0\n/dev/sda1 / ext4 rw 0 0\nauto /net autofs rw 0 0\n'
  const { root, asked } = hostWithMounts(table, { '/': half, '/home': 'hang', '/mnt/x': 'hang', '/net': 'hang' })
  const { fields } = await observeOne(mounts.create(), root)
  assert.deepEqual(asked, ['/'])
  assert.deepEqual(fields['mounts.remote'], ['/home', '/mnt/x'])
})

test('what the kernel keeps, images, containers’ layers and bind mounts are not asked', async () => {
  const table = [
    'proc /proc proc rw 0 0',
    'cgroup2 /sys/fs/cgroup cgroup2 rw 0 0',
    '/dev/loop0 /snap/core/1 squashfs ro 0 0',
    'overlay /var/lib/docker/overlay2/12ab/merged overlay rw 0 0',
    'tmpfs /run/user/1000 tmpfs rw 0 0',
    'tmpfs /tmp tmpfs rw 0 0',
    '/dev/sda1 / ext4 rw 0 0',
    '/dev/sda1 /srv/bind ext4 rw 0 0',
  ]
  const { root, asked } = hostWithMounts(`${table.join('\n')}\n`, { '/': half, '/tmp': half, '/srv/bind': half })
  await observeOne(mounts.create(), root)
  assert.deepEqual(asked, ['/tmp', '/'])
})

test('a disk that does not answer costs one thread and one wait, and the others are told', async () => {
  const table = '/dev/sda1 /dead ext4 rw 0 0\n/dev/sdb1 /dead2 ext4 rw 0 0\n/dev/sdc1 /srv ext4 rw 0 0\n'
  const { root, asked } = hostWithMounts(table, { '/dead': 'hang', '/dead2': 'hang', '/srv': half })
  const collect = mounts.create()
  const first = await observeOne(collect, root)
  assert.equal(first.fields['error.message'], '/dead: no answer within 0.02 s')
  await observeOne(collect, root)
  const third = await observeOne(collect, root)
  assert.deepEqual(asked, ['/dead', '/dead2', '/srv'])
  assert.match(third.content ?? '', /^\/dead ext4 rw \? .*\n\/dead2 ext4 rw \? .*\n\/srv ext4 rw 409600 /)
  assert.match(String(third.fields['error.message']), /^\/dead: not read: .*; \/dead2: not read: /)
})

test('a mount that may not be looked at is no failure, a broken one is', async () => {
  const table = '/dev/sda1 /secret ext4 rw 0 0\n/dev/sdb1 /broken ext4 rw 0 0\n'
  const { root } = hostWithMounts(table, { '/secret': 'EACCES', '/broken': 'EIO' })
  const { content, fields } = await observeOne(mounts.create(), root)
  assert.equal(content, '/secret ext4 rw ? ? ? ? ?\n/broken ext4 rw ? ? ? ? ?\n')
  assert.equal(fields['error.message'], '/broken: input/output error')
})

test('the folders of a tree that is no machine’s are no mounts', async () => {
  for (const host of fixtureHosts.filter((name) => name !== 'ubuntu1604-4.4'))
    await assert.rejects(observe(mounts.create(), fixtureRoot(host)), NoDataError, host)
  const { fields } = await observeOne(mounts.create(), fixtureRoot('ubuntu1604-4.4'))
  assert.deepEqual(fields, { 'mounts.remote': ['/home'] })
})

test('a table that cannot be read is a document with error.message', async () => {
  const { fields } = await observeOne(mounts.create(), new Root(treeOf({ 'proc/mounts/x': '' })))
  assert.match(String(fields['error.message']), /^failed to read "\/proc\/mounts": /)
})
