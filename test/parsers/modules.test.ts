import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseModules, stableModules } from '../../src/parsers/modules.ts'
import { areFieldsOf, survives, withCarriageReturns } from './malformed.ts'

const text = `nvidia 14360576 88 nvidia_uvm, Live 0xffffffffc1e63000 (POE)
ext4 381065 2 - Live 0x0000000000000000
zram 36864 0 - Unloading 0xffffffffc06f1000
dm_mod 102467 - dm_mirror,dm_log, Loading 0xffffffffa0001000
`

test('users of the moment and addresses are no change', () => {
  const stable = 'dm_mod 102467\next4 381065\nnvidia 14360576 (POE)\nzram 36864\n'
  assert.equal(stableModules(text), stable)
  const later = text.replace(' 88 ', ' 12 ').replace('0xffffffffc06f1000', '0x0').split('\n').reverse().join('\n')
  assert.equal(stableModules(later), stable)
  assert.equal(stableModules(withCarriageReturns(text)), stable)
})

test('names are told, and those that taint', () => {
  assert.deepEqual(parseModules(stableModules(text)), {
    'module.count': 4,
    'module.name': ['dm_mod', 'ext4', 'nvidia', 'zram'],
    'module.tainting': ['nvidia'],
  })
  assert.deepEqual(parseModules(''), {})
})

test('leaves out what is no line of it', () => {
  for (const line of [
    '',
    'ext4',
    'ext4 381065',
    'ext4 381065 2 - Live',
    'ext4 x 2 - Live 0x0',
    '\x1b[31m 1 2 - Live 0x0',
  ])
    assert.equal(stableModules(line), '', line)
})

test('survives malformed text', () => {
  survives((given) => parseModules(stableModules(given)), [text], areFieldsOf('module'))
  survives(parseModules, [stableModules(text)], areFieldsOf('module'))
})
