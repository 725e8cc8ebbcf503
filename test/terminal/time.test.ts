import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { localTime, utcDay, utcTime } from '../../src/terminal/time.ts'

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
