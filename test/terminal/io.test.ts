import assert from 'node:assert/strict'
import { PassThrough, Writable } from 'node:stream'
import { test } from 'node:test'
import { streamOutput } from '../../src/terminal/io.ts'

const asStream = (stream: Writable, properties: object = {}) => Object.assign(stream, properties) as NodeJS.WriteStream

test('writes to a pipe leave in large chunks, in order, text and bytes alike', async () => {
  const chunks: Buffer[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(chunk)
      done()
    },
  })
  const output = streamOutput(asStream(stream))
  for (let index = 0; index < 10; index++) await output.write(`line ${index}\n`)
  await output.write(Buffer.from([0xff, 0x0a]))
  assert.equal(chunks.length, 0)
  await output.flush()
  await output.flush()
  assert.equal(chunks.length, 1)
  assert.deepEqual(chunks[0]?.subarray(-3), Buffer.from([0x0a, 0xff, 0x0a]))
  await output.write('x'.repeat(70_000))
  assert.equal(chunks.length, 2)
})

test('writes to a terminal go out at once', async () => {
  const stream = new PassThrough()
  const output = streamOutput(asStream(stream, { isTTY: true, columns: 132 }))
  await output.write('now')
  assert.equal(String(stream.read()), 'now')
  assert.equal(output.columns, 132)
  assert.equal(streamOutput(asStream(new PassThrough())).columns, 80)
})

test('a reader that has gone is an error of the write, not of the process', async () => {
  const stream = new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error('gone'), { code: 'EPIPE' })),
  })
  const output = streamOutput(asStream(stream))
  await output.write('x')
  await assert.rejects(output.flush(), { code: 'EPIPE' })
})
