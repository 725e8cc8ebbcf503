import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadavg } from '../../src/sources/loadavg.ts'
import { fixtureRoot, observeOne } from './observed.ts'

test('a busy host has its averages and threads', async () => {
  const { content, fields } = await observeOne(loadavg.create(), fixtureRoot('numa8-4.15'))
  assert.equal(content, '61.20 58.11 55.90 66/4120 120448\n')
  assert.deepEqual(fields, {
    'loadavg.load1': 61.2,
    'loadavg.load5': 58.11,
    'loadavg.load15': 55.9,
    'loadavg.running': 66,
    'loadavg.total': 4120,
  })
})

test('a line cut off is kept as text without figures', async () => {
  const { content, fields } = await observeOne(loadavg.create(), fixtureRoot('broken'))
  assert.deepEqual([content?.trim(), fields], ['0.20 0.18', {}])
})
