import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytes, counted, duration, grouped, percent } from '../../src/terminal/units.ts'

const cases: [shown: string, expected: string][] = [
  [grouped(0), '0'],
  [grouped(999), '999'],
  [grouped(1234567), '1,234,567'],
  [counted(1, 'host'), '1 host'],
  [counted(2, 'host'), '2 hosts'],
  [counted(3, 'entry', 'entries'), '3 entries'],
  [bytes(0), '0 B'],
  [bytes(999), '999 B'],
  [bytes(4100), '4.1 kB'],
  [bytes(12_400_000), '12 MB'],
  [bytes(999_700), '1.0 MB'],
  [bytes(3e18), '3000 PB'],
  [percent(0, 0), '0 %'],
  [percent(1, 100_000), '<0.1 %'],
  [percent(25, 1000), '2.5 %'],
  [percent(123, 1000), '12 %'],
  [percent(99_999, 100_000), '99.9 %'],
  [percent(7, 7), '100 %'],
  [duration(-5), '0 ms'],
  [duration(850), '850 ms'],
  [duration(1500), '1.5 s'],
  [duration(59_999), '59 s'],
  [duration(61_000), '1 min'],
  [duration(5 * 3_600_000), '5 h'],
  [duration(2.9 * 86_400_000), '2 d'],
]

for (const [shown, expected] of cases)
  test(`a number for people reads ${expected}`, () => {
    assert.equal(shown, expected)
  })
