import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Span, whenTrue } from '../../src/history/when.ts'
import { parseQuery } from '../../src/query/parser.ts'
import { resolveQuery } from '../../src/query/resolve.ts'
import type { Document } from '../../src/snapshot/document.ts'
import { openEmbeddedStore } from '../../src/store/embedded/driver.ts'
import type { Store } from '../../src/store/store.ts'
import { temporaryFolder } from '../commands/mitra.ts'
import { documentOf } from '../store/document-of.ts'

const file = join(temporaryFolder(), 'when.db')
let store: Store
const at = (day: number, time: string) => `2026-11-${day}T${time}:00.000Z`
const to = Date.parse(at(21, '12:00'))

async function spans(query: string, from?: string): Promise<string[]> {
  const condition = resolveQuery(parseQuery(query))
  const request = { condition, to, ...(from !== undefined && { from: Date.parse(from) }) }
  return (await Array.fromAsync(whenTrue(store, request))).map(line)
}

function line({ host, since, until, began, paths }: Span): string {
  const shown = (time: number | undefined) => (time === undefined ? '' : new Date(time).toISOString().slice(8, 16))
  return `${host} ${shown(since)} - ${shown(until)} ${began} ${paths.join(' ')}`
}

before(async () => {
  store = await openEmbeddedStore(file, { mustExist: false })
  const write = (host: string, path: string, time: string, more: Partial<Document>) =>
    store.write([documentOf(host, path, time, more)])
  await write('a', '/etc/x', at(10, '08:00'), { content: 'off' })
  await write('a', '/etc/x', at(11, '08:00'), { content: 'on' })
  await write('a', '/etc/x', at(12, '00:05'), { content: 'on' })
  await write('a', '/etc/x', at(12, '09:00'), { 'error.message': 'permission denied' })
  await write('a', '/etc/x', at(13, '09:00'), { content: 'on', 'file.mode': '0600' })
  await write('a', '/etc/x', at(14, '09:00'), { content: 'off' })
  await write('a', '/etc/x', at(15, '09:00'), { content: 'on' })
  await write('b', '/etc/x', at(10, '08:00'), { content: 'on' })
  await write('b', '/etc/x', at(12, '08:00'), { 'file.exists': false })
  await write('b', '/etc/y', at(11, '08:00'), { content: 'on' })
  await write('b', '/etc/y', at(13, '08:00'), { content: 'off' })
  await write('c', '/etc/x', at(10, '08:00'), { content: 'off' })
  for (const [hour, load] of [0.5, 3, 4, 1].entries())
    await write('c', '/proc/loadavg', at(16, `0${hour}:00`), { 'event.kind': 'metric', 'loadavg.load1': load })
})
after(() => store.close())

test('tells spans from versions; what could not be read stays as it was, what is removed ends', async () => {
  assert.deepEqual(await spans('content:on'), [
    'a 11T08:00 - 14T09:00 changed /etc/x',
    'a 15T09:00 -  changed /etc/x',
    'b 10T08:00 - 13T08:00 first seen /etc/x /etc/y',
  ])
  assert.deepEqual(await spans('content:on filename:/etc/x hostname:b'), ['b 10T08:00 - 12T08:00 first seen /etc/x'])
})

test('knows what held before the time asked for', async () => {
  assert.deepEqual(await spans('content:on', at(13, '12:00')), [
    'a 13T12:00 - 14T09:00 earlier /etc/x',
    'a 15T09:00 -  changed /etc/x',
  ])
})

test('takes each sample of a counter to hold until the next', async () => {
  assert.deepEqual(await spans('loadavg.load1:>2'), ['c 16T01:00 - 16T03:00 changed /proc/loadavg'])
})

test('finds that a thing is not so as well', async () => {
  assert.deepEqual(await spans('filename:/etc/x -content:on hostname:(a c)'), [])
  assert.deepEqual(await spans('filename:/etc/x content:off'), [
    'a 10T08:00 - 11T08:00 first seen /etc/x',
    'a 14T09:00 - 15T09:00 changed /etc/x',
    'c 10T08:00 -  first seen /etc/x',
  ])
})

test('has nothing to tell of an empty store', async () => {
  const empty = await openEmbeddedStore(join(temporaryFolder(), 'empty.db'), { mustExist: false })
  assert.deepEqual(await Array.fromAsync(whenTrue(empty, { condition: { kind: 'all' }, to })), [])
  await empty.close()
})
