import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ActionableError } from '../../src/errors.ts'
import { caretLines, QuerySyntaxError, quoted, renderSyntaxError } from '../../src/query/syntax-error.ts'

test('is actionable and shows message, query and caret', () => {
  const error = new QuerySyntaxError('expected a number for "size", found "abc"', 5, { next: 'write a number' })
  assert(error instanceof ActionableError)
  assert.equal(error.next, 'write a number')
  assert.equal(renderSyntaxError(error, 'size:abc'), 'expected a number for "size", found "abc"\nsize:abc\n     ^')
})

test('puts the caret under the character, whatever stands before it', () => {
  const rows = [
    ['', 0, '\n^'],
    ['ab', 2, 'ab\n  ^'],
    ['a\tb:', 3, 'a b:\n   ^'],
    ['日本 x', 3, '日本 x\n     ^'],
    ['🙂x', 2, '🙂x\n  ^'],
    ['🙂x', 1, '🙂x\n^'],
    ['e\u0301x', 2, 'e\u0301x\n ^'],
    ['a\nb', 2, 'a b\n  ^'],
  ] as const
  for (const [query, offset, lines] of rows) assert.equal(caretLines(query, offset), lines)
})

test('shows control and formatting characters harmless', () => {
  assert.equal(caretLines('\x1b[31mx\x07\x7f\x9b\u202e', 6), '␛[31mx␇␡��\n      ^')
  assert.equal(quoted('a\n\x1b"'), '"a ␛""')
})

test('shows a window of a long query around the caret', () => {
  const query = 'x'.repeat(500)
  const [line = '', caret = ''] = caretLines(`${query}!${query}`, 500, 40).split('\n')
  assert.equal(line.length, 38)
  assert(line.startsWith('…') && line.endsWith('…'))
  assert.equal(line[caret.length - 1], '!')
  assert.equal(caretLines(query, 0, 20), `${'x'.repeat(16)}…\n^`)
  assert.equal(caretLines(query, 500, 20), `…${'x'.repeat(16)}\n${' '.repeat(17)}^`)
})

test('cuts long source texts in messages', () => {
  assert.equal(quoted('y'.repeat(31)), `"${'y'.repeat(30)}…"`)
})

test('always gives two lines that fit', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.nat(200),
      fc.integer({ min: 20, max: 100 }),
      (query, offset, columns) => {
        const lines = caretLines(query, Math.min(offset, query.length), columns).split('\n')
        assert.equal(lines.length, 2)
        assert(lines[1]!.length <= columns)
      },
    ),
  )
})
