import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { painter } from '../../src/terminal/color.ts'
import { highlight, matchingLines } from '../../src/terminal/highlight.ts'

const marks = (_: string, text: string) => `[${text}]`

test('each line with a match comes once, with its number and its spans', () => {
  const text = 'one two\nthree\r\ntwo two\n'
  const spans = [
    { start: 4, end: 7 },
    { start: 15, end: 18 },
    { start: 19, end: 22 },
  ]
  const lines = matchingLines(text, spans)
  assert.deepEqual(
    lines.map((line) => `${line.number}: ${highlight(line, marks)}`),
    ['1: one [two]', '3: [two] [two]'],
  )
})

test('a match over a line end marks its part of both lines', () => {
  const lines = matchingLines('net.core\r\nsomaxconn = 1\n', [{ start: 4, end: 19 }])
  assert.deepEqual(
    lines.map((line) => `${line.number}: ${highlight(line, marks)}`),
    ['1: net.[core]', '2: [somaxconn] = 1'],
  )
})

test('overlapping and unordered spans mark each character once', () => {
  const lines = matchingLines('abcdef', [
    { start: 2, end: 5 },
    { start: 0, end: 3 },
  ])
  assert.equal(highlight(lines[0]!, marks), '[abc][de]f')
})

test('hostile text is harmless on either side of a match', () => {
  const [line] = matchingLines('\x1b[2Jroot\x07', [{ start: 4, end: 8 }])
  assert.equal(highlight(line!, painter(true)), '\\x1b[2J\x1b[1;31mroot\x1b[22;39m\\x07')
})

test('a long line is cut to the part around its first match', () => {
  const text = `${'a'.repeat(500)} needle ${'b'.repeat(500)} needle`
  const [line] = matchingLines(text, [
    { start: 501, end: 507 },
    { start: 1009, end: 1015 },
  ])
  const shown = highlight(line!, (_, part) => part, 40)
  assert.equal(shown.length, 40)
  assert.match(shown, /^…a+ needle b+…$/)
})

test('a cut does not split a character', () => {
  const [line] = matchingLines('🙂'.repeat(100), [{ start: 100, end: 102 }])
  for (const width of [20, 21, 22, 23])
    assert.match(
      highlight(line!, (_, part) => part, width),
      /^…🙂+…$/u,
    )
})

test('any spans of any text give lines of that text', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', 'b', '\n', '\r\n', ' ') }),
      fc.array(fc.tuple(fc.nat(20), fc.nat(10))),
      (text, pairs) => {
        const spans = pairs
          .map(([start, length]) => ({ start, end: Math.min(text.length, start + length + 1) }))
          .filter((span) => span.start < text.length)
        const split = text.split('\n').map((line) => line.replace(/\r$/, ''))
        const lines = matchingLines(text, spans)
        assert.deepEqual(
          lines.map((line) => line.number),
          [...new Set(lines.map((line) => line.number))],
        )
        for (const line of lines) assert.equal(line.text, split[line.number - 1])
      },
    ),
  )
})
