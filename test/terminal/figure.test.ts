import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Unit } from '../../src/snapshot/field.ts'
import { change, figure, rate } from '../../src/terminal/figure.ts'

const table: readonly [value: number, unit: Unit | undefined, text: string][] = [
  [13_414_400_000, 'bytes', '13.4 GB'],
  [999_999, 'bytes', '1.00 MB'],
  [812, 'bytes', '812 B'],
  [0, 'bytes', '0 B'],
  [-4096, 'bytes', '-4.10 kB'],
  [2 ** 63, 'bytes', '9.22 EB'],
  [6_575_484, 'pages', '6,575,484'],
  [123_456_789, 'count', '123 M'],
  [999_999_999, 'count', '1.00 G'],
  [103.256, 'count', '103'],
  [2.7251, 'count', '2.73'],
  [0.01234, 'count', '0.012'],
  [12.345, 'percent', '12.35 %'],
  [250, 'ms', '250 ms'],
  [-90, 's', '-1 min'],
  [1234.5, 'per_second', '1,235/s'],
  [16384, undefined, '16384'],
]
for (const [value, unit, text] of table)
  test(`${value} ${unit ?? 'without a unit'} is ${text}`, () => assert.equal(figure(value, unit), text))

test('rates are a second, of bytes too', () => {
  assert.deepEqual(
    [rate(12.5, 'count'), rate(1.2e6, 'bytes'), rate(0.0004, 'count'), rate(250, 'ms')],
    ['12.5/s', '1.20 MB/s', '0.0004/s', '250 ms/s'],
  )
})

test('changes have their sign', () => {
  assert.deepEqual([change(1204, 'count'), change(0, 'count'), change(-5000, 'bytes')], ['+1,204', '+0', '-5.00 kB'])
})
