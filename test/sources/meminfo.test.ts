import assert from 'node:assert/strict'
import { test } from 'node:test'
import { meminfo } from '../../src/sources/meminfo.ts'
import { fixtureRoot, observeOne } from './observed.ts'

for (const [host, total, available] of [
  ['centos6-2.6.32', 8061404, undefined],
  ['centos7-3.10', 32779864, 14980552],
  ['ubuntu1604-4.4', 8174480, 5120448],
  ['numa8-4.15', 1056782208, 902114488],
  ['alpine316-5.15', 2018904, 1810448],
  ['debian12-6.1', 24684092, 24090448],
] as const)
  test(`${host} has its memory in bytes`, async () => {
    const { content = '', fields, ...about } = await observeOne(meminfo.create(), fixtureRoot(host))
    assert.deepEqual(about, { path: '/proc/meminfo', dataset: 'mitra.meminfo', kind: 'metric', at: 1000 })
    assert.match(content, new RegExp(`^MemTotal: +${total} kB\n`))
    assert.equal(fields['meminfo.MemTotal'], total * 1024)
    assert.equal(fields['meminfo.MemAvailable'], available && available * 1024)
    assert.deepEqual(meminfo.formats[0]?.fields(content), fields)
  })

test('a page cache that vanished is told from a heap', async () => {
  const { fields } = await observeOne(meminfo.create(), fixtureRoot('centos7-3.10'))
  const gigabytes = (name: string) => Math.round(Number(fields[`meminfo.${name}`]) / 1e8) / 10
  assert.deepEqual([gigabytes('Cached'), gigabytes('MemFree'), gigabytes('AnonPages')], [0.2, 14.6, 16.6])
})

test('an empty table is a document without figures', async () => {
  const { content, fields } = await observeOne(meminfo.create(), fixtureRoot('broken'))
  assert.deepEqual([content, fields], ['', {}])
})
