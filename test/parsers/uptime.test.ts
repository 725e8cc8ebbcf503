import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseUptime } from '../../src/parsers/uptime.ts'
import { survives } from './malformed.ts'

test('reads seconds since boot', () => {
  assert.equal(parseUptime('350735.47 234388.90\n'), 350735.47)
  assert.equal(parseUptime('0.00 0.00\r\n'), 0)
  assert.equal(parseUptime('12.34'), 12.34)
})

test('takes no other line', () => {
  for (const text of ['', '\n', '12', '12.3', '12.345', '-1.00 0', ' 1.00 2.00', `${'9'.repeat(40)}.00 0`, 'up 3 days'])
    assert.equal(parseUptime(text), undefined, text)
})

test('survives malformed text', () =>
  survives(parseUptime, ['350735.47 234388.90\n'], (seconds) => assert.ok(Number.isFinite(seconds ?? 0))))
