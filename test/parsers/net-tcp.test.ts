import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { noCounts } from '../../src/parsers/inet-diag.ts'
import { countLine, readInetLine, stateOfLine, TableLines } from '../../src/parsers/net-tcp.ts'
import { stateNumber } from '../../src/parsers/tcp-state.ts'
import { fixtureRoot } from '../sources/observed.ts'
import { malformed } from './malformed.ts'

const table = (host: Parameters<typeof fixtureRoot>[0], name: string) =>
  fixtureRoot(host).readKernelText(`/proc/net/${name}`)
const sockets = (text: string) => text.split('\n').map(readInetLine)

test('a line of IPv4 has its address turned to network order', () => {
  assert.deepEqual(sockets(table('centos6-2.6.32', 'tcp'))[1], {
    family: 4,
    address: '0.0.0.0',
    port: 80,
    device: 0,
    receive_queue: 129,
    send_queue: 0,
    uid: 0,
    inode: 11702,
  })
  const [, mysql] = sockets(table('centos6-2.6.32', 'tcp')).filter((socket) => socket !== undefined)
  assert.deepEqual([mysql?.address, mysql?.port, mysql?.uid], ['127.0.0.1', 3306, 27])
})

test('a line of IPv6 may hold an IPv4 address', () => {
  const found = sockets(table('debian12-6.1', 'tcp6')).filter((socket) => socket !== undefined)
  assert.deepEqual(
    found.map(({ address, port }) => `${address} ${port}`),
    ['::1 631', ':: 80', ...Array(4).fill('::ffff:127.0.0.1 80')],
  )
})

test('a line of UDP tells its drops', () => {
  assert.deepEqual(
    sockets(table('centos6-2.6.32', 'udp')).flatMap((socket) => socket?.drops ?? []),
    [917, 0],
  )
})

test('a table is counted alike in whatever pieces it comes', () => {
  const bytes = Buffer.from(table('centos6-2.6.32', 'tcp'))
  const expected = { LISTEN: 3, SYN_RECV: 2, ESTABLISHED: 2, CLOSE_WAIT: 1, TIME_WAIT: 1 }
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 }), (sizes) => {
      const counts = noCounts()
      const lines = new TableLines()
      for (let at = 0, turn = 0; at < bytes.length; turn++) {
        const size = sizes[turn % sizes.length] ?? 1
        lines.read(bytes.subarray(at, at + size), (...line) => countLine(counts, 'v4', ...line))
        at += size
      }
      for (const [state, count] of Object.entries(expected))
        assert.equal(counts.states[stateNumber[state as keyof typeof expected]], count, state)
      assert.deepEqual([counts.receive_bytes, counts.send_bytes], [0x1a4 + 1, 0x34])
    }),
  )
})

test('what is no line of the table is nothing', () => {
  const found = sockets(table('broken', 'tcp')).flatMap((socket) => socket?.port ?? [])
  assert.deepEqual(found, [8080])
  fc.assert(
    fc.property(malformed(table('centos6-2.6.32', 'tcp'), table('debian12-6.1', 'tcp6')), (text) => {
      sockets(text)
      const counts = noCounts()
      new TableLines().read(Buffer.from(text), (bytes, start, end) => {
        const state = stateOfLine(bytes, start, end)
        assert.ok(state >= -1 && state < 256)
        countLine(counts, 'v6', bytes, start, end)
      })
      assert.ok(Number.isFinite(counts.receive_bytes))
    }),
  )
})

test('a text without a line end is not kept for ever', () => {
  const lines = new TableLines()
  for (let piece = 0; piece < 100; piece++) lines.read(Buffer.alloc(64 * 1024, 'x'), () => assert.fail())
})
