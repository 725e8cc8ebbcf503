import assert from 'node:assert/strict'
import nodeFs from 'node:fs'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { FileCalls, HangingError, type SystemCalls } from '../../src/host/file-calls.ts'
import { promptPlaces } from '../../src/host/mount-table.ts'

type Pending = { path: string; finish: (error: Error | null, value?: unknown) => void }

/** Calls of which those below /mnt/dead and of /slow wait until they are let go. */
function withHanging(mounts: () => string) {
  const pending: Pending[] = []
  const closed: number[] = []
  const hang =
    (call: 'lstat' | 'open') =>
    (path: string, given: unknown, done: (error: Error | null, value?: unknown) => void) => {
      if (path.startsWith('/mnt') || path === '/slow') pending.push({ path, finish: done })
      else (nodeFs[call] as (...args: unknown[]) => void)(path, given, done)
    }
  const calls = {
    ...nodeFs,
    lstat: hang('lstat'),
    open: hang('open'),
    close: (descriptor: number) => closed.push(descriptor),
  } as unknown as SystemCalls
  return { pending, closed, files: new FileCalls({ timeoutMs: 20, calls, mounts }) }
}

const network = () =>
  '/dev/sda / ext4 rw 0 0\nserver:/x /mnt/my\\040dead nfs4 rw 0 0\n/dev/sdb /mnt/my\\040dead/local xfs rw 0 0\n'

test('gives up on a call that does not return and does not ask its mount again', async () => {
  const { files, pending } = withHanging(network)
  await assert.rejects(files.lstat('/mnt/my dead/a'), { name: 'HangingError', message: 'no answer within 0.02 s' })
  await assert.rejects(files.lstat('/mnt/my dead/b'), {
    name: 'HangingError',
    message: 'not read: an earlier read of "/mnt/my dead" has not returned',
  })
  assert.equal(pending.length, 1)
  assert.ok((await files.lstat('/')).isDirectory())
})

test('asks the mount again once the call has returned', async () => {
  const { files, pending } = withHanging(network)
  await assert.rejects(files.lstat('/mnt/my dead/a'), HangingError)
  pending[0]?.finish(null, undefined)
  const again = files.lstat('/mnt/my dead/b')
  pending[1]?.finish(null, 'stat')
  assert.equal(await again, 'stat')
})

test('waits for every call of a mount that hangs', async () => {
  const { files, pending } = withHanging(network)
  const both = [files.lstat('/mnt/my dead/a'), files.lstat('/mnt/my dead/b')]
  assert.deepEqual(
    (await Promise.allSettled(both)).map(({ status }) => status),
    ['rejected', 'rejected'],
  )
  pending[0]?.finish(new Error('late'))
  await assert.rejects(files.lstat('/mnt/my dead/c'), /has not returned/)
  pending[1]?.finish(null)
  assert.equal(pending.length, 2)
  void files.lstat('/mnt/my dead/c').catch(() => {})
  assert.equal(pending.length, 3)
})

test('blames only the path on a file system of this machine, or when mounts cannot be read', async () => {
  for (const mounts of [
    network,
    () => {
      throw new Error('no /proc')
    },
  ]) {
    const { files } = withHanging(mounts)
    await assert.rejects(files.lstat('/slow'), HangingError)
    await assert.rejects(files.lstat('/slow'), /has not returned/)
    assert.ok((await files.lstat('/usr')).isDirectory())
  }
})

test('closes a file that is opened too late', async () => {
  const { files, pending, closed } = withHanging(network)
  await assert.rejects(files.open('/slow', 0), HangingError)
  pending[0]?.finish(null, 77)
  await sleep(0)
  assert.deepEqual(closed, [77])
})

test('names the kind of file system', async () => {
  assert.equal(await new FileCalls().fileSystemType('/proc'), 0x9fa0)
})

test('passes on the error of a folder that cannot be listed', async () => {
  await assert.rejects(new FileCalls().readDirectory('/nowhere', 1), { code: 'ENOENT' })
})

/** Which looks at paths were made at once, each of so many milliseconds, and which beside the event loop. */
async function looks(mounts: () => string, paths: readonly string[], ms = 0) {
  const asked: string[] = []
  let now = 0
  const calls = {
    ...nodeFs,
    lstat(path: string, options: object, done: () => void) {
      asked.push(`beside ${path}`)
      ;(nodeFs.lstat as (...args: unknown[]) => void)('/', options, done)
    },
    lstatSync(path: string, options: { bigint: true; throwIfNoEntry: false }) {
      asked.push(`at once ${path}`)
      now += ms
      return nodeFs.lstatSync('/', options)
    },
  } as unknown as SystemCalls
  const files = new FileCalls({ calls, mounts, now: () => now })
  for (const path of paths) assert.ok((await files.look(path))?.stat.isDirectory())
  return asked
}

test('looks at once at what is memory or beside the program, and nowhere else', async () => {
  const table =
    'a /mnt nfs rw 0 0\n/dev/sda / ext4 rw 0 0\nproc /proc proc rw 0 0\n/dev/sdb /srv xfs rw 0 0\nb /srv/fast tmpfs rw 0 0\n' +
    'c /proc/under nfs rw 0 0\n'
  const paths = [
    '/',
    '/etc/x',
    '/srvx',
    '/proc/1/fd',
    '/srv/fast/x',
    '/srv',
    '/srv/x',
    '/mnt',
    '/mnt/x',
    '/proc/under/x',
  ]
  const asked = await looks(() => table, paths)
  assert.deepEqual(
    asked,
    paths.map((path, index) => `${index < 5 ? 'at once' : 'beside'} ${path}`),
  )
})

test('looks at nothing at once where the file system of / is a network’s, or mounts cannot be read', async () => {
  for (const mounts of [
    () => 'a / nfs4 rw 0 0\n',
    () => {
      throw new Error('no /proc')
    },
  ])
    assert.deepEqual(await looks(mounts, ['/etc']), ['beside /etc'])
})

test('looks at once at most for a slice, then gives the event loop its turn', async () => {
  let turns = 0
  setImmediate(() => turns++)
  const asked = await looks(() => '/dev/sda / ext4 rw 0 0\n', ['/a', '/b', '/c', '/d'], 2)
  assert.deepEqual(asked, ['at once /a', 'at once /b', 'beside /c', 'at once /d'])
  assert.equal(turns, 1)
})

test('notices within a second that a file system was mounted', async () => {
  let table = '/dev/sda / ext4 rw 0 0\n'
  let now = 0
  const isPrompt = promptPlaces(
    () => table,
    () => now,
  )
  assert.equal(isPrompt('/mnt/x'), true)
  table += 'a /mnt nfs rw 0 0\n'
  now = 1001
  assert.equal(isPrompt('/mnt/x'), false)
})

test('tells where a link leads, and that nothing is there', async () => {
  const files = new FileCalls()
  const { target, stat } = (await files.look('/proc/self')) ?? {}
  assert.equal(target, String(process.pid))
  assert.ok(stat?.isSymbolicLink())
  assert.equal((await files.look('/etc'))?.target, undefined)
  assert.equal(await files.look('/nowhere at all'), undefined)
})
