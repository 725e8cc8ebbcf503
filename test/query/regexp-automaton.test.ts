import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { compilePattern } from '../../src/query/patterns.ts'
import { parseRegexp } from '../../src/query/regexp-syntax.ts'
import { QuerySyntaxError } from '../../src/query/syntax-error.ts'

const matcherOf = (source: string) => compilePattern({ kind: 'regexp', source })

describe('matches whole texts', () => {
  const rows: readonly (readonly [source: string, matching: readonly string[], others: readonly string[]])[] = [
    ['', [''], ['a']],
    ['joh?n(ath[oa]n)', ['jonathon', 'johnathan'], ['john', 'xjonathan', 'jonathanx']],
    ['.', ['a', '\n', '🙂'], ['', 'ab']],
    ['a|b|cd', ['a', 'b', 'cd'], ['c', 'ab']],
    ['a{2}', ['aa'], ['a', 'aaa']],
    ['a{2,}', ['aa', 'aaaa'], ['a']],
    ['a{1,3}', ['a', 'aaa'], ['', 'aaaa']],
    ['(ab){2}{2}', ['abababab'], ['abab']],
    ['a{0}b', ['b'], ['ab']],
    ['(a?){3}', ['', 'a', 'aaa'], ['aaaa']],
    ['[a-c]+', ['abc'], ['abd', '']],
    ['[^a-c]', ['d', '🙂', '\n'], ['a', '']],
    ['[]a]', [']', 'a'], ['b']],
    ['[a\\-z]', ['a', '-', 'z'], ['b']],
    ['[\\d_]', ['5', '_'], ['a']],
    ['[^\\w]', ['-'], ['a', '_']],
    ['[\\\\-a]', ['\\', '-', 'a'], ['b']],
    ['\\d+\\s\\w\\D\\S\\W', ['12 ab!-', '1\ta-b '], ['12']],
    ['\\.\\*\\\\', ['.*\\'], ['ab\\']],
    ['"a.b*"c', ['a.b*c'], ['axbc']],
    ['""', [''], ['a']],
    ['()', [''], ['a']],
    ['@', ['', 'anything'], []],
    ['a@b', ['ab', 'axxb'], ['a']],
    ['#', [], ['', 'a']],
    ['a#|b', ['b'], ['a']],
    ['~(abc)', ['', 'ab', 'abcd'], ['abc']],
    ['a~bc', ['ac', 'abbc', 'axc'], ['abc']],
    ['~~a', ['a'], ['b']],
    ['.*a.*&.*b.*&~(.*c.*)', ['ab', 'xbya'], ['a', 'abc']],
    ['<1-100>', ['1', '42', '100', '007'], ['0', '101', '', 'a']],
    ['<100-1>', ['1', '100'], ['0', '101']],
    ['<01-10>', ['01', '10'], ['1', '11', '001']],
    ['<0-0>', ['0'], ['1', '00']],
    ['<8-1203>', ['8', '9', '10', '99', '777', '1203', '0008'], ['7', '1204', '2000']],
    ['*a', ['*a'], ['a', 'aa']],
    ['a||b', ['a', '|b'], ['b', '']],
    ['🙂+', ['🙂🙂'], ['\ude42']],
    ['.*', ['', 'x'], []],
    ['(.*)+x', ['x', 'aax'], ['xa']],
    ['#*', [''], ['a']],
    ['#+|()+', [''], ['a']],
    ['@&@&a', ['a'], ['b']],
    ['a&#', [], ['a']],
    ['@{2}', ['', 'x'], []],
  ]
  for (const [source, matching, others] of rows) {
    test(`/${source}/`, () => {
      const matches = matcherOf(source)
      for (const text of matching) assert(matches(text), `should match ${JSON.stringify(text)}`)
      for (const text of others) assert(!matches(text), `should not match ${JSON.stringify(text)}`)
    })
  }
})

describe('refuses what is no expression, with the offset', () => {
  const rows: readonly (readonly [source: string, message: string, offset: number])[] = [
    ['(a', 'expected ")" in the regular expression, found its end', 2],
    ['a)', 'expected the end in the regular expression, found ")"', 1],
    ['[a', 'expected "]" in the regular expression, found its end', 2],
    ['[]', 'expected "]" in the regular expression, found its end', 2],
    ['[b-a]', 'expected the smaller character first in the range', 1],
    ['a{', 'expected a number in the regular expression, found its end', 2],
    ['a{1', 'expected "}" in the regular expression, found its end', 3],
    ['a{3,1}', 'expected the smaller number first in braces, found 3,1', 2],
    ['a|', 'expected a character in the regular expression, found its end', 2],
    ['"a', 'expected """ in the regular expression, found its end', 2],
    ['<1', 'expected ">" in the regular expression, found its end', 2],
    ['<name>', 'expected two numbers as in <1-100> in the regular expression', 1],
    ['a\\', 'expected a character in the regular expression, found its end', 2],
    ['\\k', 'expected one of \\d \\D \\s \\S \\w \\W, found \\k', 0],
    [
      `${'('.repeat(200)}a${')'.repeat(200)}`,
      'expected at most 100 nested groups in the regular expression, found more',
      101,
    ],
    [`${'~'.repeat(200)}a`, 'expected at most 100 nested groups in the regular expression, found more', 101],
    ['a'.repeat(1001), 'the regular expression has 1001 characters, at most 1000 are read', 0],
    ['((a{100}){100}){100}', 'the regular expression repeats too much to be run', 0],
  ]
  for (const [source, message, offset] of rows) {
    test(`/${source.slice(0, 20)}/`, () => {
      assert.throws(
        () => parseRegexp(source),
        (error) => {
          assert(error instanceof QuerySyntaxError)
          assert.deepEqual([error.message, error.offset], [message, offset])
          return true
        },
      )
    })
  }
})

const expression = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('a', 'b', 'c', '.', '[ab]', '[^a]', '\\d', '1'),
    fc.array(tie('node'), { minLength: 2, maxLength: 3 }).map((parts) => parts.join('')),
    fc.array(tie('node'), { minLength: 2, maxLength: 3 }).map((parts) => `(${parts.join('|')})`),
    fc
      .tuple(tie('node'), fc.constantFrom('?', '*', '+', '{2}', '{0,2}', '{1,}'))
      .map(([part, count]) => `(${part})${count}`),
  ),
})).node
const shortText = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1'), maxLength: 7 })

test('agrees with JavaScript on what both can say', () => {
  fc.assert(
    fc.property(expression, fc.array(shortText, { maxLength: 6 }), (source, texts) => {
      const matches = matcherOf(source)
      const peer = new RegExp(`^(?:${source})$`, 'su')
      for (const text of texts) assert.equal(matches(text), peer.test(text), JSON.stringify(text))
    }),
    { numRuns: 1000 },
  )
})

test('takes complement and intersection for what sets make of them', () => {
  fc.assert(
    fc.property(expression, expression, shortText, (left, right, text) => {
      const inLeft = matcherOf(left)(text)
      const inRight = matcherOf(right)(text)
      assert.equal(matcherOf(`(${left})&(${right})`)(text), inLeft && inRight)
      assert.equal(matcherOf(`~(${left})`)(text), !inLeft)
      assert.equal(matcherOf(`(${left})|~(${right})`)(text), inLeft || !inRight)
    }),
    { numRuns: 500 },
  )
})

test('contains just the numbers of an interval', () => {
  fc.assert(
    fc.property(fc.nat(3000), fc.nat(3000), fc.nat(4000), (one, other, number) => {
      const [low, high] = [Math.min(one, other), Math.max(one, other)]
      assert.equal(
        matcherOf(`<${low}-${high}>`)(`0${number}`),
        String(low).length === String(high).length
          ? String(low).length === `0${number}`.length && number >= low && number <= high
          : number >= low && number <= high,
      )
    }),
    { numRuns: 500 },
  )
})

test('reads any text as an expression or refuses it clearly', () => {
  const anyExpression = fc.oneof(
    fc.string({ unit: fc.constantFrom(...'ab.?+*|{}[]()"\\#@&<>~^-1,9d'), maxLength: 14 }),
    fc.string({ unit: 'binary', maxLength: 20 }),
  )
  fc.assert(
    fc.property(anyExpression, shortText, (source, text) => {
      try {
        matcherOf(source)(text)
      } catch (error) {
        assert(error instanceof QuerySyntaxError, String(error))
      }
    }),
    { numRuns: 2000 },
  )
})

describe('stays quick on hostile expressions', () => {
  const rows: readonly (readonly [source: string, text: string, matches: boolean])[] = [
    ['(a*)*b', 'a'.repeat(20_000), false],
    ['(a|aa)+$', 'a'.repeat(20_000), false],
    ['(.*a){12}', 'a'.repeat(2000), true],
    ['(a|b)*a(a|b){15}', 'ab'.repeat(20_000), true],
    [`${'a?'.repeat(300)}${'a'.repeat(300)}`, 'a'.repeat(300), true],
    ['.*a.{0,200}b', `${'a'.repeat(5000)}c`, false],
  ]
  for (const [source, text, matches] of rows) {
    test(`/${source.slice(0, 20)}/`, () => assert.equal(matcherOf(source)(text), matches))
  }

  test('forgets states and goes on', () => {
    const matches = matcherOf('(a|b)*a(a|b){15}(~(.*d.*)&(c|d){1,2})')
    let seed = 1
    const bits = Array.from({ length: 40_000 }, () => {
      seed = Math.imul(seed ^ (seed >>> 15), seed | 1) + 0x6d2b79f5
      return (seed >>> 16) & 1 ? 'a' : 'b'
    }).join('')
    assert.equal(matches(`${bits}a${'b'.repeat(15)}c`), true)
    assert.equal(matches(`${bits}b${'b'.repeat(15)}c`), false)
    assert.equal(matches(`${bits}a${'b'.repeat(15)}d`), false)
  })

  test('gives up clearly where too many alternatives stay open', () => {
    const matches = matcherOf('.*a.{0,3000}')
    assert.equal(matches('a'.repeat(100)), true)
    assert.throws(() => matcherOf('.*a.{0,3000}b')('a'.repeat(1500)), /too complex to be run/)
  })
})
