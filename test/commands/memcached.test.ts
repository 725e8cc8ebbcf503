// `mitra memcached` against a real server under load.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { main } from '../../src/cli.ts'
import { MemcachedKeys } from '../../src/commands/memcached-keys.ts'
import { freePort } from '../elasticsearch/free-port.ts'
import { Client, type MemcachedServer, skip, startMemcached } from '../memcached/server.ts'
import { captured } from './captured-io.ts'
import { mitra, parsedLines } from './mitra.ts'

let server: MemcachedServer | undefined
before(async () => {
  if (!skip) server = await startMemcached({ megabytes: 64 })
})
after(() => server?.stop())

interface Row {
  method?: string
  key?: string
  size?: number
  over?: number
  result?: string
  summary?: Record<string, unknown> & { by_count: { key: string; count: number; bytes: number }[] }
}

/** What the command writes while `load` goes on. */
async function watched(argv: readonly string[], load: (client: Client) => Promise<void>, terminal = false) {
  const address = server?.address ?? ''
  const stop = new AbortController()
  const capture = captured({ signal: stop.signal, terminal })
  const running = main(['memcached', address, ...argv], capture.io)
  const client = await Client.open(address)
  // the watch begins a moment after the connection
  await sleep(300)
  await load(client)
  await sleep(400)
  stop.abort()
  client.close()
  return { status: await running, ...capture }
}

test('shows what clients do, not what the server looks up by itself', { skip }, async () => {
  const { status, stdout } = await watched(['--json'], async (client) => {
    await client.get('absent')
    await client.store('set', 'a', 5)
    await client.get('a')
    await client.store('add', 'a', 5)
    await client.store('append', 'a', 7)
    await client.store('replace', 'none', 1)
    await client.store('set', 'huge', 1_500_000)
    await client.get('huge')
  })
  assert.equal(status, 0)
  const rows = parsedLines<Row>(stdout())
  assert.deepEqual(
    rows.slice(0, -1).map(({ method, key, size, over, result }) => [method, key, size ?? over, result]),
    [
      ['get', 'absent', undefined, 'not_found'],
      ['set', 'a', 5, 'stored'],
      ['get', 'a', 5, 'found'],
      ['add', 'a', 5, 'not_stored'],
      ['append', 'a', 12, 'stored'],
      ['replace', 'none', 1, 'not_stored'],
      ['set', 'huge', 2 ** 20, 'too_large'],
      ['get', 'huge', undefined, 'not_found'],
    ],
  )
  const { summary } = rows.at(-1) ?? {}
  assert.equal(summary?.['events'], 8)
  assert.equal(summary?.['refused'], 1)
})

test('finds who keeps storing what is too large, among other traffic', { skip }, async () => {
  const argv = ['--method', 'set', '--min-size', '1MB']
  const { status, stdout } = await watched([...argv, '--json'], async (client) => {
    for (let round = 0; round < 20; round++) {
      for (let index = 0; index < 20; index++) await client.store('set', `small${index}`, 100)
      await client.store('set', 'report', 1_200_000)
      await client.store('set', 'page', 1_000_000)
    }
  })
  assert.equal(status, 0)
  const rows = parsedLines<Row>(stdout())
  assert.deepEqual(new Set(rows.slice(0, -1).map(({ key }) => key)), new Set(['report', 'page']))
  assert.deepEqual(
    rows.at(-1)?.summary?.by_count.map(({ key, count, bytes }) => [key, count, bytes]),
    [
      ['page', 20, 20_000_000],
      ['report', 20, 0],
    ],
  )
})

test('counts every get of a load, of several clients at once', { skip }, async () => {
  const { stdout } = await watched(['--summary-only', '--json', '--match', 'user:*'], async () => {
    const clients = await Promise.all(Array.from({ length: 4 }, () => Client.open(server?.address ?? '')))
    await Promise.all(
      clients.map(async (client, number) => {
        await client.store('set', `user:${number}`, 1000)
        for (let index = 0; index < 2000; index++) await client.get(`user:${number}`)
        client.close()
      }),
    )
  })
  const summary = parsedLines<Row>(stdout())[0]?.summary
  // a machine with other things to do may be too slow for all of them
  if (summary?.['skipped'] !== 0) return assert.ok(Number(summary?.['events']) < 8004)
  assert.equal(summary['events'], 8004)
  assert.deepEqual(
    summary.by_count.map(({ key, count, bytes }) => [key, count, bytes]),
    [0, 1, 2, 3].map((number) => [`user:${number}`, 2001, 2_001_000]),
  )
})

test('says how many events were left out when too many come at once', { skip }, async () => {
  const { stdout } = await watched(['--summary-only', '--json', '--match', 'flood'], async (client) => {
    await client.store('set', 'flood', 1)
    for (let index = 0; index < 200; index++) await client.getMany('flood', 500)
    // what is on its way is neither shown nor left out
    await sleep(2000)
  })
  const summary = parsedLines<Row>(stdout())[0]?.summary
  // every one was shown or told of; the look-up before the store is either
  const told = Number(summary?.['events']) + Number(summary?.['skipped'])
  assert.ok(told >= 100_001 && told <= 100_002, `${told} told of`)
})

test('shows keys as harmless text, and a summary for people', { skip }, async () => {
  const { stdout } = await watched(
    ['--match', 'evil', '--color', 'never'],
    async (client) => {
      await client.store('set', 'evil\x1b[2J', 2000)
      await client.store('set', 'evilhuge', 1_500_000)
    },
    true,
  )
  const lines = stdout().split('\n')
  assert.match(lines[0] ?? '', /^\S+ {2}set {6}stored {8}2\.0 kB {2}evil\\x1b\[2J$/)
  assert.match(lines[1] ?? '', / {2}set {6}too_large {4}>1\.0 MB {2}evilhuge$/)
  assert.match(
    stdout(),
    /\n2 events of 2 keys in \d+ s, 2\.0 kB, 1 refused\n\nmost events\nCOUNT +BYTES +LARGEST +REFUSED +KEY\n/,
  )
  assert.ok(!stdout().includes('\x1b'))
})

test('stops by itself with --for, with status 1 when there was nothing', { skip }, async () => {
  const { status, stdout } = await mitra(['memcached', server?.address ?? '', '--for', '1s', '--quiet'])
  assert.deepEqual([status, stdout], [1, ''])
})

test('says what is wrong with an address, a size or a server', async () => {
  const port = await freePort()
  for (const [argv, message] of [
    [['a b'], /failed to ask memcached at a b: this is no host:port, \[address\]:port or path of a socket/],
    [[`127.0.0.1:${port}`], /connection refused/],
    [['--min-size', '1 parsec'], /--min-size: expected a size, found "1 parsec"/],
    [['--method', 'steal'], /steal/],
  ] as const) {
    const { status, stderr } = await mitra(['memcached', ...argv])
    assert.equal(status, 2)
    assert.match(stderr, message)
  }
})

test('bounds the keys it remembers, and keeps the frequent and the large', () => {
  const keys = new MemcachedKeys()
  const event = { at: 0, method: 'set', result: 'stored', connection: 1 } as const
  keys.add({ ...event, key: 'large', size: 1_000_000 })
  for (let index = 0; index < 250_000; index++) {
    keys.add({ ...event, key: `seldom${index}`, size: 1 })
    if (index % 100 === 0) keys.add({ ...event, key: 'often', size: 1 })
  }
  assert.ok(keys.size <= 100_000 && keys.isPartial)
  assert.equal(keys.events, 252_501)
  assert.deepEqual(keys.top('count', 1)[0]?.key, 'often')
  assert.equal(keys.top('count', 1)[0]?.count, 2500)
  assert.equal(keys.top('bytes', 1)[0]?.key, 'large')
})
