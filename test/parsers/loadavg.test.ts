import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseLoadavg } from '../../src/parsers/loadavg.ts'
import { areFieldsOf, survives } from './malformed.ts'

const line = '0.20 12.18 1024.12 1/80 11206\n'

test('reads the line', () => {
  const fields = {
    'loadavg.load1': 0.2,
    'loadavg.load5': 12.18,
    'loadavg.load15': 1024.12,
    'loadavg.running': 1,
    'loadavg.total': 80,
  }
  assert.deepEqual(parseLoadavg(line), fields)
  assert.deepEqual(parseLoadavg('0.20 12.18 1024.12 1/80 11206\r\n'), fields)
  assert.deepEqual(parseLoadavg('0.20 12.18 1024.12 1/80 11206'), fields)
})

test('takes no line that is not whole', () => {
  const lines = [
    '',
    '\n',
    '0.20',
    '0.20 0.18 0.12',
    '0.20 0.18 0.12 1/80',
    '0.20 0.18 0.12 1 80 11206',
    '0,20 0,18 0,12 1/80 1',
  ]
  for (const text of [
    ...lines,
    ` ${line}`,
    `${line}${line}`,
    '0.20 0.18 0.12 -1/80 1',
    `${'9'.repeat(30)}.00 0.18 0.12 1/80 1`,
  ])
    assert.deepEqual(parseLoadavg(text), {}, text)
})

test('survives malformed text', () => survives(parseLoadavg, [line], areFieldsOf('loadavg')))
