import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { NoDataError } from '../../src/errors.ts'
import { Root } from '../../src/host/root.ts'
import { kernelTable } from '../../src/sources/kernel-table.ts'
import { observe, observeOne, putFile, treeOf } from './observed.ts'

const table = kernelTable({
  name: 'sample',
  path: '/proc/sample',
  summary: 'A sample.',
  fields: [],
  parse: (text) => ({ 'sample.length': text.length }),
})

test('a table is read whole every pass, as the kernel printed it', async () => {
  const base = treeOf({ 'proc/sample': 'one\n' })
  const root = new Root(base)
  const collect = table.create()
  const at = (time: number) => ({ now: () => time })
  assert.deepEqual(await observeOne(collect, root, at(7)), {
    path: '/proc/sample',
    dataset: 'mitra.sample',
    kind: 'metric',
    at: 7,
    content: 'one\n',
    fields: { 'sample.length': 4 },
  })
  const large = 'x'.repeat(300_000)
  putFile(base, 'proc/sample', large)
  const second = await observeOne(collect, root, at(8))
  assert.deepEqual([second.at, second.content === large, second.fields], [8, true, { 'sample.length': 300_000 }])
})

test('a host without the table has nothing to read', async () => {
  await assert.rejects(observe(table.create(), new Root(treeOf())), NoDataError)
})

test('a table that cannot be read is a document with error.message', async () => {
  const base = treeOf()
  mkdirSync(join(base, 'proc/sample'), { recursive: true })
  const { content, fields, path } = await observeOne(table.create(), new Root(base))
  assert.deepEqual([path, content, Object.keys(fields)], ['/proc/sample', undefined, ['error.message']])
  assert.match(String(fields['error.message']), /^failed to read "\/proc\/sample": [^\n]+$/)
})

test('its format knows its own path and no other', () => {
  const [format] = table.formats
  assert.deepEqual(
    ['/proc/sample', '/proc/sample2', 'sample'].map((path) => format?.matches(path)),
    [true, false, false],
  )
})
