import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { displayWidth, pad, truncate } from '../../src/terminal/width.ts'

const widths: [text: string, width: number][] = [
  ['', 0],
  ['abc', 3],
  ['é', 1],
  ['e\u0301', 1],
  ['日本', 4],
  ['한국', 4],
  ['ﾊﾝ', 2],
  ['ａ', 2],
  ['🙂', 2],
  ['✓', 1],
  ['𠮷', 2],
]

for (const [text, width] of widths)
  test(`"${text}" takes ${width} columns`, () => {
    assert.equal(displayWidth(text), width)
  })

test('text that is too wide is cut before the column that would overflow', () => {
  assert.equal(truncate('abcdef', 6), 'abcdef')
  assert.equal(truncate('abcdef', 4), 'abc…')
  assert.equal(truncate('日本語', 4), '日…')
  assert.equal(truncate('abc', 0), '')
})

test('text is padded on either side by its width on the screen', () => {
  assert.equal(pad('日', 4), '日  ')
  assert.equal(pad('12', 4, 'right'), '  12')
  assert.equal(pad('abcdef', 3), 'abcdef')
})

test('cut text never exceeds its width', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(20), (text, width) => {
      assert.ok(displayWidth(truncate(text, width)) <= width)
    }),
  )
})
