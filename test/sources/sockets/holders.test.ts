import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SocketHolders } from '../../../src/sources/sockets/holders.ts'
import { ProcessTree } from './process-tree.ts'

const never = new AbortController().signal

/** Holders over a tree, by a clock that stands until a test moves it. */
function watched() {
  const tree = new ProcessTree()
  const clock = { ms: 0 }
  const holders = new SocketHolders(tree.root, () => clock.ms)
  return { tree, clock, find: (...inodes: number[]) => holders.find(new Set(inodes), never) }
}

test('the parent of several processes with a socket is its holder, and the next one when it has gone', async () => {
  const { tree, find } = watched()
  tree.start(20, 'worker')
  tree.open(20, 3, 77)
  tree.start(10, 'master')
  tree.open(10, 6, 77)
  assert.deepEqual([...(await find(77, 78))], [[77, 10]])
  tree.close(10, 6)
  assert.deepEqual([...(await find(77))], [[77, 20]])
})

test('the first process is the holder until a process it starts has the socket', async () => {
  const { tree, clock, find } = watched()
  tree.start(1, 'systemd')
  tree.open(1, 30, 5)
  tree.start(9, 'old')
  assert.deepEqual([...(await find(5))], [[5, 1]])
  tree.start(40, 'service')
  tree.open(40, 3, 5)
  assert.deepEqual([...(await find(5))], [[5, 1]])
  clock.ms = 5000
  assert.deepEqual([...(await find(5))], [[5, 40]])
})

test('what nobody had is looked for in new processes, and everywhere after an hour', async () => {
  const { tree, clock, find } = watched()
  tree.start(10, 'old')
  assert.equal((await find(5)).size, 0)
  tree.open(10, 3, 5)
  clock.ms = 60_001
  assert.equal((await find(5)).size, 0)
  tree.start(11, 'new')
  tree.open(11, 4, 5)
  clock.ms = 65_001
  assert.deepEqual([...(await find(5))], [[5, 11]])
  tree.end(11)
  clock.ms = 3_600_001
  assert.deepEqual([...(await find(5))], [[5, 10]])
})

test('a new socket of an old process is found', async () => {
  const { tree, find } = watched()
  tree.start(10, 'old')
  tree.open(10, 3, 5)
  await find(5)
  tree.open(10, 4, 6)
  assert.deepEqual(
    [...(await find(5, 6))],
    [
      [5, 10],
      [6, 10],
    ],
  )
})

test('a socket behind the lowest descriptors is found by a full look, a minute after the last', async () => {
  const { tree, clock, find } = watched()
  tree.start(10, 'proxy')
  await find(1)
  for (let descriptor = 0; descriptor < 140; descriptor++) tree.open(10, descriptor, 1000 + descriptor)
  // which descriptors a folder of a test names first is up to its file system: 64 of these are the lowest
  const late = Array.from({ length: 140 }, (_, at) => 1000 + at)
  assert.equal((await find(...late)).size, 64)
  clock.ms = 60_001
  assert.equal((await find(...late)).size, 140)
})

test('looking for what is not found is paid for by not looking, a hundred times as long', async () => {
  const { tree, clock, find } = watched()
  tree.start(10, 'old')
  // each link that is read takes ten milliseconds of this clock
  tree.open(10, 3, 5)
  const seen: number[] = []
  const visit = tree.root.locate.bind(tree.root)
  tree.root.locate = (path: string) => {
    if (path === '/proc/10/fd') {
      clock.ms += 10
      seen.push(clock.ms)
    }
    return visit(path)
  }
  await find(5, 6)
  const first = seen.length
  for (let inode = 7; inode < 100; inode++) {
    await find(5, inode)
    clock.ms += 100
  }
  const spent = (seen.length - first) * 10
  assert.ok(spent > 0 && spent <= clock.ms / 50, `${spent} of ${clock.ms} ms`)
})
