import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { clockBeside, localTime, utcDay, utcTime } from '../../src/terminal/time.ts'

const zone = process.env['TZ']
afterEach(() => {
  if (zone === undefined) delete process.env['TZ']
  else process.env['TZ'] = zone
})

const noon = Date.UTC(2026, 6, 1, 12, 0, 0, 42)

test('times for people are local ISO 8601 that parses back', () => {
  process.env['TZ'] = 'Europe/Berlin'
  assert.equal(localTime(noon), '2026-07-01T14:00:00+02:00')
  process.env['TZ'] = 'America/St_Johns'
  assert.equal(localTime(noon, { milliseconds: true }), '2026-07-01T09:30:00.042-02:30')
  assert.equal(Date.parse(localTime(noon, { milliseconds: true })), noon)
})

test('times for machines are UTC with milliseconds', () => {
  assert.equal(utcTime(noon), '2026-07-01T12:00:00.042Z')
  assert.equal(utcDay(Math.floor(noon / 86_400_000)), '2026-07-01')
})

test('a clock has the day and the offset only where they are others than those shown already', () => {
  process.env['TZ'] = 'Europe/Berlin'
  assert.equal(clockBeside(noon + 1000, noon), '14:00:01.042')
  assert.equal(clockBeside(noon - 86_400_000, noon), '2026-06-30 14:00:00.042')
  const beforeTheClocksGoBack = Date.parse('2026-10-25T00:30:00Z')
  assert.equal(clockBeside(beforeTheClocksGoBack + 3_600_000, beforeTheClocksGoBack), '02:30:00.000+01:00')
})
