// Generators of queries: text that is close to a query, and whole trees.
import fc from 'fast-check'
import type { Bound, Query } from '../../src/query/ast.ts'
import { literalInPattern } from '../../src/query/lexer.ts'

const pieces = fc.constantFrom(
  ...[
    'a',
    'b1',
    'f:',
    'AND',
    'OR',
    'NOT',
    '&&',
    '||',
    '!',
    '+',
    '-',
    '(',
    ')',
    '"',
    '"x y"',
    '~',
    '~2',
    '~0.5',
    '^',
    '^2',
  ],
  ...[
    '*',
    '?',
    '*:*',
    '/',
    '/a.b/',
    '/etc/x',
    '[',
    ']',
    '{',
    '}',
    ' TO ',
    '[1 TO 2}',
    '>',
    '>=',
    '<',
    ':',
    '\\',
    '\\u0041',
  ],
  ...[
    ' ',
    '  ',
    '\t',
    '\n',
    '\u3000',
    '🙂',
    'İ',
    '\ud800',
    '\x1b',
    '_exists_:',
    '@timestamp:',
    'now-1d/d',
    'size:',
    'constructor',
  ],
)

/** Text that looks like a query more often than chance would have it. */
export const queryText = fc.oneof(
  fc.array(pieces, { maxLength: 14 }).map((list) => list.join('')),
  fc.string({ unit: 'binary' }),
)

const character = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  fc.constantFrom(...' \t\n\u3000+-!():^[]"{}~*?\\/&|<>=@.aAuZ09'),
)
const text = fc.oneof(
  fc.constantFrom('AND', 'OR', 'NOT', 'TO', '/etc/fstab', '>5', '-1', '*', '&&', 'a', 'ext4'),
  fc.array(character, { minLength: 1, maxLength: 6 }).map((list) => list.join('')),
)
const fieldName = fc
  .oneof(fc.constantFrom('content', 'sysctl.net.*', 'a-b', 'x/y', 'AND', '@timestamp', '*.x'), text)
  .filter((name) => name !== '_exists_' && !/^\*+$/.test(name))
const field = fc.oneof(
  fc.constant({}),
  fieldName.map((name) => ({ field: name })),
)
const bound = fc.record<Bound>({ text: fc.oneof(text, fc.constant('')), inclusive: fc.boolean() })
const at = 0

const pattern = fc
  .array(
    fc.oneof(
      fc.constantFrom('*', '?'),
      character.map((each) => Array.from(each, literalInPattern).join('')),
    ),
    {
      minLength: 1,
      maxLength: 6,
    },
  )
  .map((list) => list.join(''))
  .filter((source) => /(?<!\\)(?:\\\\)*[*?]/.test(source) && !/^\*+$/.test(source))

const leaf: fc.Arbitrary<Query> = fc.oneof(
  fc.constant<Query>({ kind: 'all' }),
  fc.tuple(field, text).map(([named, value]): Query => ({ kind: 'term', ...named, text: value, at })),
  fc
    .tuple(field, fc.oneof(text, fc.constant('')), fc.nat(5))
    .map(([named, value, slop]): Query => ({ kind: 'phrase', ...named, text: value, slop, at })),
  fc.tuple(field, pattern).map(([named, source]): Query => ({ kind: 'wildcard', ...named, pattern: source, at })),
  fc
    .tuple(field, text, fc.constantFrom<number | 'auto'>('auto', 0, 1, 2))
    .map(([named, value, distance]): Query => ({ kind: 'fuzzy', ...named, text: value, distance, at })),
  fc
    .tuple(field, fc.constantFrom('a.b', 'a|b', '[a-z]+', 'x\\/y', '"a b"', '<1-9>', '~(a)', 'a b.*'))
    .map(([named, source]): Query => ({ kind: 'regexp', ...named, pattern: source, at })),
  fc.tuple(field, fc.option(bound), fc.option(bound)).map(
    ([named, lower, upper]): Query => ({
      kind: 'range',
      ...named,
      ...(lower ? { lower } : {}),
      ...(upper ? { upper } : {}),
      at,
    }),
  ),
  fieldName.map((name): Query => ({ kind: 'exists', field: name, at })),
)

/** Whole trees as the parser can make them: no empty bool, none of a single clause unless it is negated. */
export const queryTree = fc.letrec<{ query: Query }>((tie) => ({
  query: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc
      .array(
        fc.record({
          occur: fc.constantFrom('must' as const, 'should' as const, 'must_not' as const),
          query: tie('query'),
        }),
        { minLength: 1, maxLength: 4 },
      )
      .filter((clauses) => clauses.length > 1 || clauses[0]?.occur === 'must_not')
      .map((clauses): Query => ({ kind: 'bool', clauses })),
  ),
})).query

/** Clauses, and queries made of two that are joined or of one that is denied, in brackets. */
export function combined(clause: fc.Arbitrary<string>, ...joins: string[]): fc.Arbitrary<string> {
  return fc.letrec<{ query: string }>((tie) => ({
    query: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      clause,
      fc
        .tuple(tie('query'), fc.constantFrom(...joins), tie('query'))
        .map(([one, between, two]) => `(${one})${between}(${two})`),
      tie('query').map((inner) => `NOT (${inner})`),
    ),
  })).query
}
