import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deviceFactLines, parseDeviceFacts } from '../../src/parsers/device-facts.ts'
import { areFieldsOf, survives, withCarriageReturns } from './malformed.ts'

const text = `sda size 300000000000
sda model PERC H730P Mini
sda rotational true
cciss!c0d0 read_only false
`
const parse = (given: string) => parseDeviceFacts('block', given)

test('numbers are numbers, truths are truths, else the text', () => {
  assert.deepEqual(parse(text), {
    'block.sda.size': 300_000_000_000,
    'block.sda.model': 'PERC H730P Mini',
    'block.sda.rotational': true,
    'block.cciss_c0d0.read_only': false,
  })
  assert.deepEqual(parse(withCarriageReturns(text)), parse(text))
})

test('leaves out what is no fact', () => {
  for (const line of ['', 'sda', 'sda size', 'sda Size 1', 'sd/a size 1', `sda size ${'x'.repeat(300)}`])
    assert.deepEqual(parse(line), {}, line)
})

test('facts that are not known, blank or of several lines have no line', () => {
  const facts = { size: 0, model: ' A B ', state: undefined, driver: '', speed: 'a\nb', read_only: false }
  assert.equal(deviceFactLines('sda', facts), 'sda size 0\nsda model A B\nsda read_only false\n')
})

test('survives malformed text', () => survives(parse, [text], areFieldsOf('block')))
