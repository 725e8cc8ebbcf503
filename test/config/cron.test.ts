// What is accepted here must be what the scheduler accepts: compared with node-cron itself.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import cron from 'node-cron'
import { isCronExpression } from '../../src/config/cron.ts'

test('accepts five fields, six with seconds, and nicknames', () => {
  for (const text of [
    '* * * * *',
    '*/5 * * * *',
    '0,30 8-18/2 1 jan-mar,DEC mon-fri',
    '30 0 3 * * 7',
    '0 0 29 2 *',
    '@hourly',
    '@midnight',
  ]) {
    assert.ok(isCronExpression(text), text)
    assert.ok(cron.validate(text), text)
  }
})

test('refuses everything else', () => {
  for (const text of [
    '',
    'fast',
    '300',
    '* * * *',
    '* * * * * * *',
    '60 * * * *',
    '* 24 * * *',
    '* * 0 * *',
    '* * 32 * *',
    '* * * 13 *',
    '* * * * 8',
    '*/0 * * * *',
    '5/10 * * * *',
    '10-5 * * * *',
    '-1 * * * *',
    '1, * * * *',
    '0 0 30 2 *',
    '0 0 31 4,6 *',
    '* * * monday *',
    '* * * * jan',
    '0-999999999 * * * *',
    '* * L * *',
    '@reboot',
    ' * * * * *',
    '*\n* * * *',
  ])
    assert.equal(isCronExpression(text), false, JSON.stringify(text))
})

test('accepts nothing that the scheduler would refuse', () => {
  const item = fc.oneof(
    fc.constantFrom('*', '*/2', '1-5', '1-5/2', 'jan', 'feb', 'sun', 'fri-sat', '0', '7', '29', '30', '31'),
    fc.integer({ min: 0, max: 70 }).map(String),
  )
  const field = fc.array(item, { minLength: 1, maxLength: 2 }).map((items) => items.join(','))
  const expression = fc.array(field, { minLength: 4, maxLength: 7 }).map((fields) => fields.join(' '))
  fc.assert(
    fc.property(fc.oneof(expression, fc.string()), (text) => {
      if (isCronExpression(text)) assert.ok(cron.validate(text), text)
    }),
    { numRuns: 3000 },
  )
})
