import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { InetSocket } from '../../../src/parsers/inet-diag.ts'
import {
  byFullness,
  mergeListeners,
  tcpListener,
  udpListener,
  unixListener,
} from '../../../src/sources/sockets/listener.ts'

const socket: InetSocket = {
  family: 4,
  address: '0.0.0.0',
  port: 80,
  device: 0,
  receive_queue: 0,
  send_queue: 0,
  uid: 33,
  inode: 7,
}

const queues: readonly [string, number, number, number][] = [
  ['an empty queue', 0, 128, 0],
  ['a queue half full', 64, 128, 50],
  ['one more than may wait, as the kernel allows', 129, 128, 100],
  ['nobody may wait and nobody does', 0, 0, 0],
  ['nobody may wait and one does', 1, 0, 100],
]
for (const [what, queue, backlog, pct] of queues)
  test(`${what} is ${pct} % full`, () => {
    assert.equal(tcpListener({ ...socket, receive_queue: queue }, backlog).pct, pct)
  })

test('without a backlog nobody knows how full a queue is', () => {
  const listener = tcpListener({ ...socket, receive_queue: 5 }, undefined)
  assert.deepEqual([listener.queue, listener.backlog, listener.pct], [5, undefined, undefined])
})

test('of UDP the memory the kernel holds counts, not the bytes of the datagrams', () => {
  const listener = udpListener({ ...socket, receive_queue: 100, memory: { used: 2304, most: 212_992 }, drops: 3 })
  assert.deepEqual(
    [listener.receive_bytes, listener.receive_max_bytes, listener.pct, listener.drops],
    [2304, 212_992, 1.1, 3],
  )
})

test('sockets that share an address are one listener, as full as the fullest, with the drops of all', () => {
  const one = { ...tcpListener({ ...socket, receive_queue: 1, drops: 2 }, 10) }
  const other = { ...tcpListener({ ...socket, inode: 8, receive_queue: 9, drops: 3 }, 10) }
  const elsewhere = { ...one, namespace: '4026532000' }
  const [merged, ...more] = mergeListeners([one, other, elsewhere])
  assert.deepEqual([merged?.queue, merged?.pct, merged?.drops, merged?.inodes], [9, 90, 5, [7, 8]])
  assert.deepEqual(more, [elsewhere])
})

test('the fullest come first, then most waiting, then TCP, unix and UDP by port and name', () => {
  const tcp = (port: number, queue: number, backlog: number) =>
    tcpListener({ ...socket, port, receive_queue: queue }, backlog)
  const listeners = [
    udpListener({ ...socket, port: 53 }),
    unixListener({ inode: 1, name: '/run/b' }),
    unixListener({ inode: 2, name: '/run/a' }),
    tcp(81, 0, 10),
    tcp(80, 0, 10),
    tcp(82, 1, 10),
    tcp(83, 10, 100),
    tcp(84, 9, 10),
  ]
  assert.deepEqual(
    listeners.sort(byFullness).map(({ address }) => address),
    ['0.0.0.0:84', '0.0.0.0:83', '0.0.0.0:82', '0.0.0.0:80', '0.0.0.0:81', '/run/a', '/run/b', '0.0.0.0:53'],
  )
})
