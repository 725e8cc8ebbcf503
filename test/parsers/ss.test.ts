import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseSs } from '../../src/parsers/ss.ts'
import { malformed } from './malformed.ts'

/** iproute2 6.1. */
const current = `Netid Recv-Q Send-Q           Local Address:Port   Peer Address:PortProcess
u_str 0      3                /tmp/x y.sock 166776            * 0    skmem:(r0,rb212992,t0,tb212992,f0,w0,o0,bl0,d0) <-> ino:9978030 dev:0/65024 peers:
u_str 2      3                       @abs@t 166777            * 0    skmem:(r0,rb212992,t0,tb212992,f0,w0,o0,bl0,d0) <-> peers:
tcp   3      2                    127.0.0.1:18080       0.0.0.0:*    uid:33 ino:166775 sk:8 cgroup:/ <->
\t skmem:(r0,rb131072,t0,tb16384,f0,w0,o0,bl0,d35)
tcp   0      4096        [::ffff:127.0.0.1]:21242             *:*    uid:65534 ino:156605 sk:a cgroup:/ v6only:0 <->
\t skmem:(r0,rb131072,t0,tb16384,f0,w0,o0,bl0,d0)
tcp   0      2                            *:18081             *:*    ino:166778 sk:b cgroup:/ v6only:0 <->
\t skmem:(r0,rb131072,t0,tb16384,f0,w0,o0,bl0,d0)
`
/** iproute2 3.10 of CentOS 7: no heading of its own for the protocol, no drops in the memory. */
const older = `Netid Recv-Q Send-Q     Local Address:Port       Peer Address:Port
tcp    0      128                    *:22                    *:*      ino:18305 sk:ffff880034e40000 <->
\t skmem:(r0,rb87380,t0,tb16384,f0,w0,o0,bl0)
tcp    0      128                   :::22                   :::*      ino:18307 sk:ffff880034e48000 <->
\t skmem:(r0,rb87380,t0,tb16384,f0,w0,o0,bl0)
`

test('sockets of TCP tell queue, backlog, drops, user and inode', () => {
  assert.deepEqual(parseSs(current).tcp, [
    tcp(4, '127.0.0.1', 18080, { receive_queue: 3, send_queue: 2, backlog: 2, uid: 33, inode: 166775, drops: 35 }),
    tcp(6, '::ffff:127.0.0.1', 21242, { send_queue: 4096, backlog: 4096, uid: 65534, inode: 156605, drops: 0 }),
    tcp(6, '::', 18081, { send_queue: 2, backlog: 2, inode: 166778, drops: 0 }),
  ])
})

function tcp(family: 4 | 6, address: string, port: number, more: object) {
  return { family, address, port, device: 0, receive_queue: 0, uid: 0, ...more }
}

test('names of unix sockets may hold blanks', () => {
  assert.deepEqual(parseSs(current).unix, [
    { inode: 166776, name: '/tmp/x y.sock', queue: 0, backlog: 3 },
    { inode: 166777, name: '@abs@t', queue: 2, backlog: 3 },
  ])
})

test('an older one is understood, a star before its time as IPv4', () => {
  assert.deepEqual(
    parseSs(older).tcp.map(({ address, port, inode }) => [address, port, inode]),
    [
      ['0.0.0.0', 22, 18305],
      ['::', 22, 18307],
    ],
  )
})

test('without netlink ss has no backlog to tell', () => {
  const [socket] = parseSs('tcp 1 0 0.0.0.0:22 0.0.0.0:* ino:1063\n').tcp
  assert.equal(socket?.backlog, undefined)
  assert.equal(socket?.receive_queue, 1)
})

test('a number of too many digits is none', () => {
  const long = '9'.repeat(400)
  const lines = [
    `tcp ${long} 0 0.0.0.0:22 0.0.0.0:* ino:1\n`,
    `tcp 1 0 0.0.0.0:${long} 0.0.0.0:* ino:1\n`,
    `u_str LISTEN 0 128 /run/a ${long} * 0\n`,
  ]
  assert.deepEqual(parseSs(lines.join('')), { tcp: [], unix: [] })
})

test('whatever is printed, no line stops the others', () => {
  fc.assert(
    fc.property(malformed(current, older), (text) => {
      for (const { port, inode } of parseSs(text).tcp) assert.ok(Number.isFinite(port) && Number.isFinite(inode))
    }),
  )
})
