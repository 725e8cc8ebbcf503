import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { main } from '../src/cli.ts'
import {
  ActionableError,
  type Document,
  open,
  peerFields,
  QuerySyntaxError,
  raritiesOf,
  search,
  statisticsOf,
  summaryOf,
} from '../src/index.ts'
import { captured } from './commands/captured-io.ts'
import { scenarioStore } from './scenario/scenario-store.ts'

/** The scripted fleet at noon of its last day. */
const scenario = await scenarioStore()
const at = '2026-11-21T12:00:00Z'
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

test('tells who differs, and ranks what few hold', async () => {
  await using mitra = await open({ store: scenario })
  const somaxconn = { kind: 'field', field: 'sysctl.net.core.somaxconn' } as const
  const now = await mitra.drift(somaxconn, '', { at })
  assert.deepEqual(
    now.splits.flatMap(raritiesOf).map(({ value, names, majority }) => [value, names, majority?.value]),
    [[128, ['web2', 'web4'], 16384]],
  )
  assert.deepEqual([now.coverage.asked, now.coverage.silent], [13, 2])
  const before = await mitra.drift(somaxconn, 'filename:/proc/sys', {
    at: '2026-11-16T12:00:00Z',
    universe: 'hostname:web*',
  })
  assert.deepEqual(
    before.splits.flatMap(raritiesOf).map(({ names }) => names),
    [['web1', 'web5']],
  )
  const { rarities, alone, coverage } = await mitra.ranking({ kind: 'field', field: 'sysctl.*' }, '', {
    at,
    groupBy: peerFields,
    rows: 1,
    names: 1,
  })
  assert.ok(rarities.some(({ item, group }) => item === 'sysctl.net.core.somaxconn' && group?.includes('Debian')))
  assert.deepEqual([alone, coverage.matched], [[], 13])
  const { deviations } = await mitra.effectiveDrift({ at, universe: 'hostname:db*', key: 'vm.swappiness' })
  assert.deepEqual(
    deviations.map(({ host, configured, effective }) => [host, configured, effective]),
    [['db2', '1', '60']],
  )
})

test('checks a rule, and tells since when it was broken', async () => {
  await using mitra = await open({ store: scenario })
  const deep = 'filename:/proc/sys AND sysctl.net.core.somaxconn:>=16384'
  const { status, asked, offenders } = await mitra.assertion(deep, { at, universe: 'labels.role:web' })
  assert.deepEqual(
    [status, asked, ...offenders.map(({ host, reason, holds }) => `${host} ${reason} ${holds}`)],
    ['fails', 5, ...['web2', 'web4'].map((host) => `${host} differs sysctl.net.core.somaxconn=128`)],
  )
  assert.equal((await mitra.assertion(deep, { at, on: 'none', universe: 'hostname:web2' })).status, 'holds')
  const spans = mitra.whenTrue('sysctl.net.core.somaxconn:128 filename:/proc/sys hostname:web3', { to: at })
  assert.deepEqual(
    (await Array.fromAsync(spans)).map(({ host, since, until = 0 }) => [host, minute(since), minute(until)]),
    [['web3', '2026-11-14T09:16', '2026-11-18T16:41']],
  )
})

test('tells what changed, on the fleet and in one source', async () => {
  await using mitra = await open({ store: scenario })
  const span = { from: new Date('2026-11-18T00:00:00Z'), to: '2026-11-18T23:59:59Z' }
  assert.deepEqual(
    (await mitra.fleetLog('filename:/etc/resolv.conf', span)).map(({ hosts, kind }) => [hosts.length, kind]),
    [
      [1, 'changed'],
      [10, 'changed'],
    ],
  )
  assert.deepEqual(
    (await Array.fromAsync(mitra.versions('cache1', '/etc/ntp.conf', { to: at }))).map(({ change }) => change?.kind),
    ['returned', 'removed', undefined],
  )
  const settings = { host: 'web3', path: '/proc/sys' }
  const change = await mitra.diff(
    { ...settings, at: '2026-11-13T12:00:00Z' },
    { ...settings, at: new Date('2026-11-15T12:00:00Z') },
    { ignoreVolatile: true },
  )
  assert.equal(change && summaryOf(change), '1 key: net.core.somaxconn 16384 -> 128')
  assert.equal(await mitra.diff(settings, { host: 'web3', path: '/nowhere' }), undefined)
  const keys = await mitra.blameKeys('web3', '/proc/sys', at)
  const { since = 0, value } = keys?.rows.find(({ key }) => key === 'net.core.somaxconn') ?? {}
  assert.deepEqual([value, minute(since)], [16384, '2026-11-18T16:41'])
  const lines = await mitra.blameLines('web5', '/etc/resolv.conf', at)
  assert.equal(minute(lines?.rows.find(({ text }) => text.startsWith('options'))?.since ?? 0), '2026-11-18T11:07')
})

test('follows a number over time, and tells who grows', async () => {
  await using mitra = await open({ store: scenario })
  const span = { from: '2026-11-18T00:00:00Z', to: '2026-11-19T03:00:00Z' }
  const series = await mitra.series('cache3', '/proc/meminfo', 'meminfo.MemFree', span)
  assert.ok(series.length > 2)
  assert.equal(series[1]?.difference, Number(series[1]?.value) - Number(series[0]?.value))
  const growing = await mitra.growth('meminfo.AnonPages', 'hostname:cache*', span)
  assert.deepEqual([growing[0]?.host, (growing[0]?.growth ?? 0) > 0], ['cache3', true])
})

test('every question of the library is documented', async () => {
  await using mitra = await open({ store: scenario })
  const text = readFileSync(join(import.meta.dirname, '../docs/library.md'), 'utf8')
  assert.deepEqual(
    Object.keys(mitra).filter((method) => !text.includes(`\`${method}(`)),
    [],
  )
})

function minute(time: number): string {
  return new Date(time).toISOString().slice(0, 16)
}
