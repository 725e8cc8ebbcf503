import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { main } from '../src/cli.ts'
import { ActionableError, type Document, open, QuerySyntaxError, search, statisticsOf } from '../src/index.ts'
import { captured } from './commands/captured-io.ts'

const folder = mkdtempSync(join(tmpdir(), 'mitra-library-'))
const store = join(folder, 'mitra.db')
const documents: [time: string, host: string, path: string, content: string][] = [
  ['2026-11-19T08:00:00Z', 'web1', '/etc/motd', 'good morning'],
  ['2026-11-20T08:00:00Z', 'web1', '/etc/motd', 'good evening'],
  ['2026-11-20T08:00:00Z', 'web1', '/proc/sys', 'vm.swappiness = 60\n'],
  ['2026-11-20T08:00:00Z', 'db1', '/proc/sys', 'vm.swappiness = 1\n'],
]

before(async () => {
  const lines = documents.map(([time, host, path, content]) =>
    JSON.stringify({ '@timestamp': time, 'host.name': host, 'file.path': path, content }),
  )
  assert.equal(await main(['import', '--store', store], captured({ stdin: lines.join('\n') }).io), 0)
})
after(() => rmSync(folder, { recursive: true }))

test('finds documents by query text', async () => {
  await using mitra = await open({ store })
  const found = await Array.fromAsync(mitra.search('sysctl.vm.swappiness:>10'))
  assert.deepEqual(
    found.map((document) => [document['host.name'], document['sysctl.vm.swappiness']]),
    [['web1', 60]],
  )
  assert.equal(await mitra.count('filename:/proc/sys'), 2)
  assert.equal(await mitra.count('good evening', { defaultOperator: 'or' }), 1)
  assert.equal((await Array.fromAsync(mitra.search('', { limit: 2, withoutContent: true }))).length, 2)
})

test('asks a day, a range and the history, by text and by Date', async () => {
  await using mitra = await open({ store })
  const texts = async (options: Parameters<typeof mitra.search>[1]) =>
    (await Array.fromAsync(mitra.search('filename:/etc/motd', options))).map(({ content }) => content)
  assert.deepEqual(await texts({}), ['good evening'])
  assert.deepEqual(await texts({ day: '2026-11-19' }), ['good morning'])
  assert.deepEqual(await texts({ day: new Date('2026-11-19T12:00:00Z') }), ['good morning'])
  assert.deepEqual(await texts({ history: true }), ['good evening', 'good morning'])
  assert.deepEqual(await texts({ history: true, to: new Date('2026-11-19T12:00:00Z') }), ['good morning'])
})

test('asks for hosts, values, fields and one source', async () => {
  await using mitra = await open({ store })
  const names = async (...asked: Parameters<typeof mitra.hosts>) =>
    (await mitra.hosts(...asked)).hosts.map(({ name }) => name)
  assert.deepEqual(await names(), ['db1', 'web1'])
  assert.deepEqual(await names('filename:/proc/sys', { without: ['good'] }), ['db1'])
  assert.deepEqual(await names(undefined, { all: ['evening', 'swappiness'] }), ['web1'])
  assert.deepEqual(await names(undefined, { universe: 'filename:/etc/motd' }), ['web1'])
  const { coverage } = await mitra.hosts('evening', { silentBefore: '2026-11-20T00:00:00Z' })
  assert.deepEqual([coverage.asked, coverage.matched, coverage.silent], [2, 1, 0])
  const { values } = await mitra.values('hostname', 'filename:/proc/sys')
  assert.deepEqual(
    values.map(({ value }) => value),
    ['db1', 'web1'],
  )
  assert.ok((await mitra.fields()).some(({ name }) => name === 'sysctl.vm.swappiness'))
  const at = new Date('2026-11-19T12:00:00Z')
  assert.equal((await mitra.get('web1', '/etc/motd', at))?.content, 'good morning')
  assert.equal((await mitra.get('web1', '/etc/motd', '2026-11-19T12:00:00Z'))?.content, 'good morning')
  assert.equal((await mitra.get('web1', '/etc/motd'))?.content, 'good evening')
})

test('search opens and closes the store by itself, also when its reader leaves early', async () => {
  const seen: Document[] = []
  for await (const document of search('*:*', { store })) {
    seen.push(document)
    break
  }
  assert.equal(seen.length, 1)
})

test('a configuration names the store', async () => {
  const config = join(folder, 'mitra.yml')
  writeFileSync(config, `store: {embedded: {path: ${store}}}\n`)
  await using mitra = await open({ config })
  assert.equal(await mitra.count('*:*'), 3)
})

test('a bad query, a bad time and a store that is not there are named errors', async () => {
  await using mitra = await open({ store })
  await assert.rejects(mitra.count('a AND ('), (error) => error instanceof QuerySyntaxError && error.offset === 7)
  await assert.rejects(mitra.hosts('a AND ('), QuerySyntaxError)
  assert.throws(() => mitra.search('(', {}), QuerySyntaxError)
  await assert.rejects(mitra.get('web1', '/etc/motd', 'soon'), ActionableError)
  await assert.rejects(open({ store: join(folder, 'none.db') }), ActionableError)
})

test('compares times, gathers what happened around one, and follows values by day', async () => {
  await using mitra = await open({ store })
  const [settings] = await mitra.compare('web1', ['/proc/sys'], ['2026-11-19', new Date('2026-11-21T00:00:00Z')])
  assert.deepEqual(
    settings?.fields.map(({ field, values }) => [field, values]),
    [['sysctl.vm.swappiness', [undefined, 60]]],
  )
  const { changes } = await mitra.around('web1', new Date('2026-11-20T08:00:00Z'), { window: 1000 })
  assert.deepEqual(
    changes.map(({ path, change }) => [path, change.kind]),
    [
      ['/etc/motd', 'changed'],
      ['/proc/sys', 'appeared'],
    ],
  )
  const days = mitra.valuesByDay('sysctl.vm.swappiness', '', { from: '2026-11-19', to: '2026-11-20' })
  assert.deepEqual(
    (await Array.fromAsync(days)).map(({ hosts, min, max }) => [hosts, min, max]),
    [
      [0, undefined, undefined],
      [2, 1, 60],
    ],
  )
  assert.equal(statisticsOf((await mitra.values('sysctl.vm.swappiness')).values)?.mean, 30.5)
})
