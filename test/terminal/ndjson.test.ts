import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { jsonLine } from '../../src/terminal/ndjson.ts'

test('a value takes one line and holds nothing a terminal obeys', () => {
  assert.equal(jsonLine({ a: 'x\x1b\x9b\u202e\n' }), '{"a":"x\\u001b\\u009b\\u202e\\n"}\n')
  assert.equal(jsonLine('\u{e0041}'), '"\\udb40\\udc41"\n')
})

test('what is written reads back equal', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const line = jsonLine({ text })
      assert.deepEqual(JSON.parse(line), { text })
      assert.equal(line.indexOf('\n'), line.length - 1)
    }),
  )
})
