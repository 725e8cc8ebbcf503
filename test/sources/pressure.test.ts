import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NoDataError } from '../../src/errors.ts'
import { Root } from '../../src/host/root.ts'
import { pressure } from '../../src/sources/pressure.ts'
import { fixtureRoot, observe, observeOne, putFile, treeOf } from './observed.ts'

test('what tasks wait for is one document of all resources', async () => {
  const { path, content = '', fields } = await observeOne(pressure.create(), fixtureRoot('debian12-6.1'))
  assert.equal(path, '/proc/pressure')
  assert.match(
    content,
    /^cpu some avg10=30\.19 .*\ncpu full .*\nmemory some .*\nmemory full .*\nio some .*\nio full .*\n$/,
  )
  assert.equal(fields['pressure.cpu.some_avg10'], 30.19)
  assert.equal(fields['pressure.io.full_avg300'], 0.3)
  assert.equal(fields['pressure_ms.cpu.some'], 1_319_084)
  assert.deepEqual(pressure.formats[0]?.fields(content), fields)
})

test('a kernel before 5.13 has no full of the processors', async () => {
  const { fields } = await observeOne(pressure.create(), fixtureRoot('alpine316-5.15'))
  assert.equal(fields['pressure.cpu.some_avg300'], 0.31)
  assert.equal(fields['pressure.cpu.full_avg10'], undefined)
})

test('a kernel before 4.20 has nothing to read', async () => {
  await assert.rejects(observe(pressure.create(), fixtureRoot('numa8-4.15')), NoDataError)
})

test('a host that refuses is a document with error.message', async () => {
  const { fields } = await observeOne(pressure.create(), new Root(treeOf({ 'proc/pressure/cpu/x': '' })))
  assert.match(String(fields['error.message']), /^failed to read "\/proc\/pressure\/cpu": /)
})

test('the share of the time between two passes is what was waited in it', async () => {
  const base = treeOf()
  const collect = pressure.create()
  const at = async (seconds: number, total: number) => {
    putFile(base, 'proc/pressure/memory', `full avg10=0.00 avg60=0.00 avg300=0.00 total=${total}\n`)
    const { fields } = await observeOne(collect, new Root(base), { seconds: () => seconds })
    return fields['pressure.memory.full_pct']
  }
  assert.equal(await at(0, 1_000_000), undefined)
  assert.equal(await at(10, 3_500_000), 25)
  assert.equal(await at(11, 9_500_000), 100)
  assert.equal(await at(12, 1), undefined)
})
