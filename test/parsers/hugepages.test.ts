import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseHugepages } from '../../src/parsers/hugepages.ts'
import { areFieldsOf, survives, withCarriageReturns } from './malformed.ts'

const text = '2048kB nr 4096\n2048kB free 584\nnode15.1048576kB surplus 0\n'

test('figures are by size, and by node', () => {
  const fields = { 'hugepages.2048kB.nr': 4096, 'hugepages.2048kB.free': 584, 'hugepages.node15.1048576kB.surplus': 0 }
  assert.deepEqual(parseHugepages(text), fields)
  assert.deepEqual(parseHugepages(withCarriageReturns(text)), fields)
})

test('leaves out what is no line of it, and nodes beyond the first 16', () => {
  for (const line of ['', '2048kB nr', '2048 nr 1', '2048kB odd 1', 'node16.2048kB nr 1', '2048kB nr -1'])
    assert.deepEqual(parseHugepages(line), {}, line)
})

test('survives malformed text', () => survives(parseHugepages, [text], areFieldsOf('hugepages')))
