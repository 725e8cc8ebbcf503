import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { harmless } from '../../src/terminal/harmless.ts'

const cases: [title: string, text: string, shown: string][] = [
  ['an escape sequence', '\x1b[2J\x1b]0;owned\x07', '\\x1b[2J\\x1b]0;owned\\x07'],
  ['a C1 control', '\x9b31m', '\\x9b31m'],
  ['a bidi override', 'abc\u202edef', 'abc\\u{202e}def'],
  ['bidi isolates', '\u2066x\u2069', '\\u{2066}x\\u{2069}'],
  ['a zero-width space and a byte order mark', 'a\u200bb\ufeff', 'a\\u{200b}b\\u{feff}'],
  ['a soft hyphen', 'a\u00adb', 'a\\xadb'],
  ['a line separator', 'a\u2028b', 'a\\u{2028}b'],
  ['a tag character', '\u{e0041}', '\\u{e0041}'],
  ['a variation selector supplement', 'a\u{e0100}', 'a\\u{e0100}'],
  ['a Hangul filler', '\u3164', '\\u{3164}'],
  ['a lone surrogate', '\ud800x', '\\u{d800}x'],
  ['NUL and DEL', '\0\x7f', '\\x00\\x7f'],
  ['a line feed, a carriage return and a tab', 'a\nb\r\tc', 'a\\nb\\r\\tc'],
]

for (const [title, text, shown] of cases)
  test(`${title} is written out`, () => {
    assert.equal(harmless(text), shown)
  })

test('ordinary text of any script stays as it is', () => {
  for (const text of [
    'vm.swappiness = 60',
    'naïve café',
    '日本語',
    'Привет',
    'שלום',
    'e\u0301',
    '🙂',
    'C:\\x1b',
    '\u0600',
  ])
    assert.equal(harmless(text), text)
})

test('tabs and lines stay where they are asked for', () => {
  assert.equal(harmless('a\tb\nc\r\n', 'tabs'), 'a\tb\\nc\\r\\n')
  assert.equal(harmless('a\tb\nc\x1b\n', 'tabs and lines'), 'a\tb\nc\\x1b\n')
})

test('nothing a terminal obeys or hides is left, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const shown = harmless(text)
      assert.doesNotMatch(shown, /[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/)
      assert.equal(harmless(shown), shown)
    }),
  )
})
