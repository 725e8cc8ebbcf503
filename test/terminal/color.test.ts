import assert from 'node:assert/strict'
import { test } from 'node:test'
import { painter, wantsColor } from '../../src/terminal/color.ts'

test('a painter that is off leaves text alone', () => {
  assert.equal(painter(false)('red', 'x'), 'x')
  assert.equal(painter(true)('red', 'x'), '\x1b[31mx\x1b[39m')
  assert.equal(painter(true)('red', ''), '')
})

const cases: [title: string, expected: boolean, ...given: Parameters<typeof wantsColor>][] = [
  ['a terminal gets colours', true, 'auto', true, {}],
  ['a pipe gets none', false, 'auto', false, {}],
  ['NO_COLOR turns them off', false, 'auto', true, { NO_COLOR: '1' }],
  ['an empty NO_COLOR says nothing', true, 'auto', true, { NO_COLOR: '' }],
  ['FORCE_COLOR turns them on in a pipe', true, 'auto', false, { FORCE_COLOR: '1' }],
  ['FORCE_COLOR=0 turns them off', false, 'auto', true, { FORCE_COLOR: '0' }],
  ['NO_COLOR wins over FORCE_COLOR', false, 'auto', true, { NO_COLOR: '1', FORCE_COLOR: '1' }],
  ['a dumb terminal gets none', false, 'auto', true, { TERM: 'dumb' }],
  ['--color always wins over NO_COLOR', true, 'always', false, { NO_COLOR: '1' }],
  ['--color never wins over FORCE_COLOR', false, 'never', true, { FORCE_COLOR: '1' }],
]

for (const [title, expected, wish, isTerminal, env] of cases)
  test(title, () => {
    assert.equal(wantsColor(wish, isTerminal, env), expected)
  })
