import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { GrowingText } from '../../src/sources/growing-text.ts'

function withValue(value: Buffer, before = ''): string {
  const text = new GrowingText()
  text.append(Buffer.from(before))
  text.appendValue(Buffer.from('k = '), Math.max(value.length, 1), (buffer, start) => value.copy(buffer, start))
  return text.bytes().toString('latin1')
}

test('values become lines behind their prefix', () => {
  assert.equal(withValue(Buffer.from('1\n'), 'a = 0\n'), 'a = 0\nk = 1\n')
  assert.equal(withValue(Buffer.from('1')), 'k = 1\n')
  assert.equal(withValue(Buffer.from('\n')), 'k = \n')
  assert.equal(withValue(Buffer.alloc(0)), '')
  assert.equal(withValue(Buffer.from('1\r\n\0')), 'k = 1\n')
  assert.equal(withValue(Buffer.from('1\n2\n')), 'k = 1\nk = 2\n')
})

test('whatever the bytes, each line has the prefix, and nothing in it steers a terminal', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (bytes) => {
      const text = withValue(Buffer.from(bytes))
      assert.ok(text.endsWith('\n'))
      for (const line of text.slice(0, -1).split('\n')) {
        assert.ok(line.startsWith('k = '))
        assert.doesNotMatch(line, /[\0-\x08\x0a-\x1f\x7f]/)
      }
      assert.ok(text.split('\n').length <= Buffer.from(bytes).toString('latin1').split('\n').length + 1)
    }),
  )
})

test('it grows beyond its first memory, and keeps it when cleared', () => {
  const text = new GrowingText()
  for (let index = 0; index < 3000; index++)
    text.appendValue(Buffer.from(`${index} = `), 200, (buffer, start) => buffer.write('v'.repeat(200), start))
  const lines = text.bytes().toString().split('\n')
  assert.equal(lines.length, 3001)
  assert.ok(lines.slice(0, -1).every((line, index) => line === `${index} = ${'v'.repeat(200)}`))
  text.clear()
  assert.equal(text.length, 0)
  text.append(Buffer.from('new\n'))
  assert.equal(text.bytes().toString(), 'new\n')
})
