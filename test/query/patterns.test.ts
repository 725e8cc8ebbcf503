import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Pattern } from '../../src/query/ast.ts'
import { automaticDistance, compilePattern, literalPrefix } from '../../src/query/patterns.ts'

const wildcard = (source: string): Pattern => ({ kind: 'wildcard', source })
const regexp = (source: string): Pattern => ({ kind: 'regexp', source })
const fuzzy = (source: string, distance: number): Pattern => ({ kind: 'fuzzy', source, distance })

describe('literalPrefix', () => {
  const rows: readonly (readonly [pattern: Pattern, prefix: string])[] = [
    [wildcard('/etc/*.conf'), '/etc/'],
    [wildcard('a\\*b*'), 'a*b'],
    [wildcard('abc'), 'abc'],
    [wildcard('*a'), ''],
    [fuzzy('abc', 0), 'abc'],
    [fuzzy('abc', 1), ''],
    [regexp('abc'), 'abc'],
    [regexp('ab?c'), 'a'],
    [regexp('ab+c'), 'ab'],
    [regexp('(abc){2}d'), 'abc'],
    [regexp('abcd|abce'), 'abc'],
    [regexp('🙂|🙃'), ''],
    [regexp('abc&ab.*'), 'abc'],
    [regexp('ab.*&abc'), 'abc'],
    [regexp('~(abc)'), ''],
    [regexp('#'), ''],
    [regexp('()a'), 'a'],
    [regexp('[a]b'), 'ab'],
    [regexp('<10-19>'), '1'],
    [regexp(''), ''],
  ]
  for (const [pattern, prefix] of rows) {
    test(`of ${pattern.kind} ${pattern.source}`, () => assert.equal(literalPrefix(pattern), prefix))
  }

  test('starts every match', () => {
    const source = fc
      .array(fc.constantFrom('a', 'b', '.', '?', '*', '|', '(a|b)', '~a', '&', '[ab]'), { maxLength: 6 })
      .map((list) => `x${list.join('')}`)
    fc.assert(
      fc.property(source, fc.string({ unit: fc.constantFrom('a', 'b', 'x'), maxLength: 5 }), (expression, text) => {
        try {
          if (compilePattern(regexp(expression))(text)) assert(text.startsWith(literalPrefix(regexp(expression))))
        } catch (error) {
          assert.match(String(error), /regular expression/)
        }
      }),
      { numRuns: 500 },
    )
  })
})

test('the automatic distance grows with the characters of a term', () => {
  assert.deepEqual(['', 'ab', 'abc', 'abcde', 'abcdef', '🙂🙂'].map(automaticDistance), [0, 0, 1, 1, 2, 0])
})

describe('wildcards', () => {
  const rows: readonly (readonly [source: string, text: string, matches: boolean])[] = [
    ['*', '', true],
    ['?', '', false],
    ['?', '🙂', true],
    ['??', '🙂', false],
    ['a*', 'a', true],
    ['a*a', 'a', false],
    ['a*b*c', 'aXbbXc', true],
    ['a*bc*c', 'abc', false],
    ['*a?c*', 'xxabcx', true],
    ['a\\*', 'a*', true],
    ['a\\*', 'ab', false],
    ['a\\', 'a\\', true],
    ['/etc/*.conf', '/etc/x/y.conf', true],
    ['*\ude42', '🙂', false],
  ]
  for (const [source, text, matches] of rows) {
    test(`${source} ${matches ? 'matches' : 'does not match'} ${JSON.stringify(text)}`, () => {
      assert.equal(compilePattern(wildcard(source))(text), matches)
    })
  }

  test('agree with a naive matcher', () => {
    const naive = (pattern: readonly string[], text: readonly string[]): boolean => {
      const [first, ...rest] = pattern
      if (first === undefined) return text.length === 0
      if (first === '*') return naive(rest, text) || (text.length > 0 && naive(pattern, text.slice(1)))
      return text.length > 0 && (first === '?' || first === text[0]) && naive(rest, text.slice(1))
    }
    const characters = fc.constantFrom('a', 'b', '🙂', '*', '?')
    fc.assert(
      fc.property(
        fc.array(characters, { maxLength: 7 }),
        fc.array(fc.constantFrom('a', 'b', '🙂'), { maxLength: 8 }),
        (pattern, text) => {
          assert.equal(compilePattern(wildcard(pattern.join('')))(text.join('')), naive(pattern, text))
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('do not backtrack on hostile patterns', () => {
    assert.equal(compilePattern(wildcard(`${'*a'.repeat(200)}*b`))('a'.repeat(20_000)), false)
    assert.equal(compilePattern(wildcard(`${'*a?'.repeat(50)}b`))('a'.repeat(20_000)), false)
  })
})

describe('fuzzy terms', () => {
  const rows: readonly (readonly [source: string, distance: number, text: string, matches: boolean])[] = [
    ['somaxconn', 1, 'somaxcon', true],
    ['somaxconn', 1, 'somxaconn', true],
    ['somaxconn', 1, 'somaxcnon', true],
    ['somaxconn', 1, 'smxaconn', false],
    ['somaxconn', 2, 'smxaconn', true],
    ['ca', 2, 'abc', false],
    ['abc', 0, 'abc', true],
    ['abc', 0, 'abd', false],
    ['a🙂c', 1, 'ac', true],
    ['ab', 2, '', true],
    ['abc', 2, '', false],
  ]
  for (const [source, distance, text, matches] of rows) {
    test(`${source}~${distance} ${matches ? 'matches' : 'does not match'} ${JSON.stringify(text)}`, () => {
      assert.equal(compilePattern(fuzzy(source, distance))(text), matches)
    })
  }

  test('agree with edits tried one by one', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 5 })
    const alignment = (a: string, b: string): number => {
      if (a === '' || b === '') return a.length + b.length
      const options = [
        alignment(a.slice(1), b) + 1,
        alignment(a, b.slice(1)) + 1,
        alignment(a.slice(1), b.slice(1)) + (a[0] === b[0] ? 0 : 1),
      ]
      if (a.length > 1 && a[0] === b[1] && a[1] === b[0]) options.push(alignment(a.slice(2), b.slice(2)) + 1)
      return Math.min(...options)
    }
    fc.assert(
      fc.property(letters, letters, fc.nat(2), (a, b, distance) => {
        assert.equal(compilePattern(fuzzy(a, distance))(b), alignment(a, b) <= distance)
      }),
      { numRuns: 500 },
    )
  })
})
