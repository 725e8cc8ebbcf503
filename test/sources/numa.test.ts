// Memory of NUMA nodes, and huge pages.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NoDataError } from '../../src/errors.ts'
import { hugepages } from '../../src/sources/hugepages.ts'
import { numa } from '../../src/sources/numa.ts'
import { fixtureRoot, observe, observeOne } from './observed.ts'

test('eight nodes are told with the one that is short, and with what was taken from others', async () => {
  const { path, content = '', fields } = await observeOne(numa.create(), fixtureRoot('numa8-4.15'))
  assert.equal(path, '/sys/devices/system/node')
  const free = Array.from({ length: 8 }, (_, node) => Number(fields[`numa.node${node}.MemFree`]))
  assert.equal(free.indexOf(Math.min(...free)), 5)
  assert.equal(fields['numa.node5.numa_miss'], 81204)
  assert.deepEqual(numa.formats[0]?.fields(content), fields)
})

test('pages since boot have rates, memory has none', async () => {
  const collect = numa.create()
  const root = fixtureRoot('centos7-3.10')
  await observeOne(collect, root, { seconds: () => 1 })
  const { fields } = await observeOne(collect, root, { seconds: () => 2 })
  const rates = Object.keys(fields).filter((name) => name.startsWith('numa_rate.node0.'))
  assert.deepEqual(
    rates.map((name) => name.slice('numa_rate.node0.'.length)),
    ['numa_hit', 'numa_miss', 'numa_foreign', 'local_node', 'other_node'],
  )
})

test('a host of one node has nothing to read that /proc/meminfo does not say', async () => {
  for (const host of ['debian12-6.1', 'centos6-2.6.32'] as const)
    await assert.rejects(observe(numa.create(), fixtureRoot(host)), NoDataError)
})

test('huge pages are told by size, and by node where there are several', async () => {
  const { path, kind, content = '', fields } = await observeOne(hugepages.create(), fixtureRoot('numa8-4.15'))
  assert.deepEqual([path, kind], ['/sys/kernel/mm/hugepages', 'state'])
  assert.deepEqual([fields['hugepages.2048kB.nr'], fields['hugepages.2048kB.resv']], [4096, 100])
  assert.deepEqual([fields['hugepages.node0.2048kB.free'], fields['hugepages.node7.2048kB.free']], [500, 12])
  assert.deepEqual(hugepages.formats[0]?.fields(content), fields)
  const one = await observeOne(hugepages.create(), fixtureRoot('debian12-6.1'))
  assert.ok(!Object.keys(one.fields).some((name) => name.includes('node')))
})

test('a host without huge pages has nothing to read', async () => {
  await assert.rejects(observe(hugepages.create(), fixtureRoot('alpine316-5.15')), NoDataError)
})
