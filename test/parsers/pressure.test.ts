import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePressure } from '../../src/parsers/pressure.ts'
import { survives, withCarriageReturns } from './malformed.ts'

const text = `some avg10=30.19 avg60=43.55 avg300=25.17 total=1319084589
full avg10=0.00 avg60=0.12 avg300=100.00 total=0
`

test('reads both lines', () => {
  assert.deepEqual(parsePressure(text), [
    { kind: 'some', avg10: 30.19, avg60: 43.55, avg300: 25.17, total: 1319084589 },
    { kind: 'full', avg10: 0, avg60: 0.12, avg300: 100, total: 0 },
  ])
  assert.deepEqual(parsePressure(withCarriageReturns(text)), parsePressure(text))
})

test('leaves out what is no line of it', () => {
  for (const line of [
    '',
    'some',
    'some avg10=1 avg60=1 avg300=1 total=1',
    'any avg10=0.00 avg60=0.00 avg300=0.00 total=1',
  ])
    assert.deepEqual(parsePressure(line), [], line)
})

test('survives malformed text', () => {
  survives(parsePressure, [text], (found) => {
    for (const { kind: _, ...figures } of found)
      for (const figure of Object.values(figures)) assert.ok(Number.isFinite(figure))
  })
})
