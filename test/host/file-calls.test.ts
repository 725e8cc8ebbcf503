import assert from 'node:assert/strict'
import nodeFs from 'node:fs'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { FileCalls, HangingError, type SystemCalls } from '../../src/host/file-calls.ts'

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
