import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NoDataError } from '../../src/errors.ts'
import { conntrack } from '../../src/sources/conntrack.ts'
import { fixtureRoot, observe, observeOne } from './observed.ts'

test('a table that is nearly full is told with its drops', async () => {
  const { path, content = '', fields } = await observeOne(conntrack.create(), fixtureRoot('ubuntu1604-4.4'))
  assert.equal(path, '/proc/net/stat/nf_conntrack')
  assert.deepEqual([fields['conntrack.used_pct'], fields['conntrack.drop']], [99.6, 4 * 812])
  assert.deepEqual(conntrack.formats[0]?.fields(content), fields)
})

test('levels have no rate', async () => {
  const collect = conntrack.create()
  const root = fixtureRoot('ubuntu1604-4.4')
  await observeOne(collect, root, { seconds: () => 1 })
  const { fields } = await observeOne(collect, root, { seconds: () => 2 })
  const rates = Object.keys(fields).filter((name) => name.startsWith('conntrack_rate.'))
  assert.equal(rates.length, 8)
  assert.ok(!rates.includes('conntrack_rate.count') && !rates.includes('conntrack_rate.used_pct'))
})

test('a host that follows none has nothing to read', async () => {
  await assert.rejects(observe(conntrack.create(), fixtureRoot('alpine316-5.15')), NoDataError)
})
