import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { diagByFamily, readInetSocket, tcpDiag } from '../../src/parsers/inet-diag.ts'
import { attributeAt, dumpRequest, NetlinkError, readChunk } from '../../src/parsers/netlink.ts'
import { readUnixSocket } from '../../src/parsers/unix-diag.ts'
import { chunks, readAll } from './diag-chunks.ts'

const nothing = () => {}

/** A chunk of one message: header, then 32 bit words. */
function message(type: number, sequence: number, ...words: number[]): Buffer {
  const header = new Uint32Array([16 + 4 * words.length, type, sequence, 0, ...words])
  return Buffer.from(header.buffer)
}

test('a request has its length, type, flags and sequence before its body', () => {
  assert.deepEqual(dumpRequest(tcpDiag, 7, Buffer.alloc(4, 9)), message(tcpDiag | (0x301 << 16), 7, 0x09090909))
})

test('a dump goes on until its end', () => {
  const [first = Buffer.alloc(0), last = Buffer.alloc(0)] = chunks.listen
  assert.equal(readChunk(first, tcpDiag, 1, nothing), false)
  assert.equal(readChunk(last, tcpDiag, 1, nothing), true)
})

test('the answer to an older request is passed over', () => {
  assert.equal(readAll(chunks.listen, tcpDiag, nothing).length, 2)
  for (const chunk of chunks.listen)
    assert.equal(
      readChunk(chunk, tcpDiag, 2, () => assert.fail()),
      false,
    )
})

for (const [what, chunk, errno] of [
  ['in the end of the dump, of a missing module', chunks.absent[0], 2],
  ['in an error message', message(2, 1, -16), 16],
] as const)
  test(`a refusal ${what} is an error with its number`, () => {
    assert.throws(() => readChunk(chunk ?? Buffer.alloc(0), diagByFamily, 1, nothing), { name: 'NetlinkError', errno })
  })

test('an error without a number is an acknowledgement', () => {
  assert.equal(readChunk(message(2, 1, 0), tcpDiag, 1, nothing), false)
})

test('a chunk that was cut off is an error, and so are lost messages', () => {
  const [whole = Buffer.alloc(0)] = chunks.listen
  for (const length of [1, 15, 40, whole.length - 1])
    assert.throws(() => readChunk(whole.subarray(0, length), tcpDiag, 1, nothing), /a message was cut off/)
  assert.throws(() => readChunk(message(4, 1), tcpDiag, 1, nothing), /messages were lost/)
})

test('whatever comes, a message is read within its chunk or refused', () => {
  const all = [...chunks.listen, ...chunks.unix, ...chunks.established]
  const spoilt = fc
    .tuple(fc.constantFrom(...all), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 }), fc.nat())
    .map(([chunk, changes, cut]) => {
      const copy = Buffer.from(chunk)
      for (const [at, value] of changes) copy[at % copy.length] = value
      return copy.subarray(0, cut % 3 === 0 ? cut % copy.length : copy.length)
    })
  fc.assert(
    fc.property(spoilt, (chunk) => {
      for (const type of [tcpDiag, diagByFamily])
        try {
          readChunk(chunk, type, 1, (offset, length) => {
            readInetSocket(chunk, offset, length)
            readUnixSocket(chunk, offset, length)
          })
        } catch (error) {
          assert.ok(error instanceof NetlinkError, String(error))
        }
    }),
  )
})

test('an attribute that is too short or cut off is none', () => {
  const attributes = Buffer.from(new Uint16Array([8, 7, 1, 2, 6, 9, 3, 0]).buffer)
  assert.equal(attributeAt(attributes, 0, 16, 7, 4), 4)
  assert.equal(attributeAt(attributes, 0, 16, 7, 5), -1)
  assert.equal(attributeAt(attributes, 0, 16, 9, 2), 12)
  assert.equal(attributeAt(attributes, 0, 13, 9, 2), -1)
  assert.equal(attributeAt(Buffer.alloc(16), 0, 16, 0, 0), -1)
})
