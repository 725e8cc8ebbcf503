import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  countSocket,
  families,
  inetRequest,
  noCounts,
  protocols,
  readInetSocket,
  tcpDiag,
  tcpRequest,
} from '../../src/parsers/inet-diag.ts'
import { stateMask, stateNumber } from '../../src/parsers/tcp-state.ts'
import { chunks, readAll } from './diag-chunks.ts'

test('listeners tell address, queue, backlog and drops', () => {
  const sockets = readAll(chunks.listen, tcpDiag, readInetSocket).map((socket) => ({ ...socket, inode: 0 }))
  const about = { device: 0, receive_queue: 0, uid: 0, inode: 0, memory: { used: 0, most: 131_072 }, drops: 0 }
  assert.deepEqual(
    sockets.toSorted((a, b) => (a.port ?? 0) - (b.port ?? 0)),
    [
      { ...about, family: 4, address: '127.0.0.1', port: 8080, send_queue: 2 },
      { ...about, family: 6, address: '::', port: 9000, send_queue: 511 },
    ],
  )
})

test('sockets are counted by family and state, an IPv4 connection to an IPv6 socket as IPv6', () => {
  const counts = noCounts()
  for (const name of ['listen', 'established'] as const)
    readAll(chunks[name], tcpDiag, (chunk, offset, length) => {
      if (name === 'established') chunk.writeUInt32LE(5, offset + 72)
      countSocket(counts, chunk, offset, length)
    })
  assert.equal(counts.states[stateNumber.LISTEN], 1)
  assert.equal(counts.states[16 + stateNumber.LISTEN], 1)
  assert.equal(counts.states[stateNumber.ESTABLISHED], 1)
  assert.equal(counts.states[16 + stateNumber.ESTABLISHED], 1)
  assert.equal(counts.receive_bytes, 10)
})

test('a remnant in FIN_WAIT2 is known by its timer', () => {
  const counts = noCounts()
  const [part = Buffer.alloc(0)] = chunks.established
  const copy = Buffer.from(part)
  copy[17] = stateNumber.FIN_WAIT2
  copy[18] = 3
  countSocket(counts, copy, 0, 124)
  copy[18] = 0
  countSocket(counts, copy, 0, 124)
  assert.equal(counts.states[16 + stateNumber.FIN_WAIT2], 2)
  assert.deepEqual(counts.remnants, [0, 1])
})

test('a message that is too short is no socket', () => {
  const [part = Buffer.alloc(0)] = chunks.listen
  assert.equal(readInetSocket(part, 0, 87), undefined)
  const counts = noCounts()
  countSocket(counts, part, 0, 87)
  assert.ok(counts.states.every((count) => count === 0))
})

test('a request names family, protocol, states and what is wanted beside', () => {
  const body = inetRequest({ family: families.v6, protocol: protocols.udp, states: stateMask('CLOSE'), memory: true })
  assert.deepEqual([body.length, body[0], body[1], body[2], body.readUInt32LE(4)], [56, 10, 17, 64, 1 << 7])
  const old = tcpRequest({ states: stateMask('LISTEN', 'ESTABLISHED'), memory: false })
  assert.deepEqual([old.length, old[3], old.readUInt32LE(52)], [60, 0, 0x402])
})
