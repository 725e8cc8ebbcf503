import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagByFamily } from '../../src/parsers/inet-diag.ts'
import { readUnixSocket, unixName, unixRequest } from '../../src/parsers/unix-diag.ts'
import { chunks, readAll } from './diag-chunks.ts'

test('a unix socket tells path, queue, backlog and user', () => {
  const [socket, ...more] = readAll(chunks.unix, diagByFamily, readUnixSocket)
  assert.deepEqual(more, [])
  assert.ok(socket && socket.inode > 0)
  assert.deepEqual({ ...socket, inode: 1 }, { inode: 1, name: '/tmp/app.sock', queue: 0, backlog: 511, uid: 0 })
})

test('names of no file begin with an @, and other zero bytes are shown too', () => {
  assert.equal(unixName(Buffer.from('\0a\0b')), '@a@b')
  assert.equal(unixName(Buffer.from('/run/x\0\0')), '/run/x')
  assert.equal(unixName(Buffer.from('/run/x')), '/run/x')
})

test('a request wants name, queue and user of the states asked for', () => {
  const body = unixRequest(0x400)
  assert.deepEqual([body.length, body[0], body.readUInt32LE(4), body.readUInt32LE(12)], [24, 1, 0x400, 0x51])
})
