import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SocketOwners } from '../../../src/sources/sockets/owners.ts'
import { ProcessTree } from './process-tree.ts'

const never = new AbortController().signal
const id = `0123456789ab${'c'.repeat(52)}`

test('an owner tells name, command line without secrets, cgroup, container and memory', async () => {
  const tree = new ProcessTree()
  tree.start(7, 'app', { cgroup: `/docker/${id}`, command: ['/usr/bin/app', '--token', 'geheim'] })
  tree.open(7, 3, 55)
  const owners = new SocketOwners(tree.root)
  assert.deepEqual((await owners.find(new Set([55]), never)).get(55), {
    pid: 7,
    name: 'app',
    command: '/usr/bin/app --token …',
    cgroup: `/docker/${id}`,
    container: '0123456789ab',
    rss_bytes: 1234 * 1024,
  })
})

test('another process with the number of one that has ended is told as what it is', async () => {
  const tree = new ProcessTree()
  tree.start(7, 'app', { command: ['app', '-a'] })
  tree.open(7, 3, 55)
  const owners = new SocketOwners(tree.root)
  await owners.find(new Set([55]), never)
  tree.end(7)
  tree.start(7, 'app', { ticks: 200, command: ['/opt/other', '-b'] })
  tree.open(7, 3, 55)
  assert.equal((await owners.find(new Set([55]), never)).get(55)?.command, '/opt/other -b')
})

test('a process without its files has no name to tell', async () => {
  const tree = new ProcessTree()
  tree.start(7, 'app')
  tree.open(7, 3, 55)
  const owners = new SocketOwners(tree.root)
  await owners.find(new Set([55]), never)
  tree.start(7, ') broken')
  assert.equal((await owners.find(new Set([55]), never)).get(55)?.name, ') broken')
  tree.end(7)
  assert.equal((await owners.find(new Set([55]), never)).size, 0)
})
