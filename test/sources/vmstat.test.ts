import assert from 'node:assert/strict'
import { test } from 'node:test'
import { vmstat } from '../../src/sources/vmstat.ts'
import { fixtureRoot, observeOne } from './observed.ts'

/** Lines of which one kernel has what the other has not. */
for (const [host, there, absent] of [
  ['centos6-2.6.32', 'pgscan_kswapd_normal', 'pgscan_kswapd'],
  ['centos7-3.10', 'pgmajfault', 'workingset_refault_file'],
  ['numa8-4.15', 'pgscan_kswapd', 'pgscan_kswapd_normal'],
  ['debian12-6.1', 'workingset_refault_file', 'pgscan_kswapd_normal'],
] as const)
  test(`${host} has the counters of its kernel under their own names`, async () => {
    const { path, content = '', fields } = await observeOne(vmstat.create(), fixtureRoot(host))
    assert.equal(path, '/proc/vmstat')
    const printed = new RegExp(`^${there} (\\d+)$`, 'm').exec(content)?.[1]
    assert.equal(fields[`vmstat.${there}`], Number(printed))
    assert.equal(fields[`vmstat.${absent}`], undefined)
    // An unsigned counter that wrapped below zero is left out.
    const lines = content.split('\n').filter((line) => line !== '' && !line.endsWith(' 18446744073709551615'))
    assert.equal(Object.keys(fields).length, lines.length)
  })

test('lines that are none and counters beyond 64 bits are left out', async () => {
  const { content = '', fields } = await observeOne(vmstat.create(), fixtureRoot('broken'))
  assert.ok(Object.keys(fields).length < content.split('\n').length - 1)
  for (const [name, value] of Object.entries(fields)) assert.ok(Number(value) < 2 ** 63, name)
})
