// Against a real memcached.
import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { NoDataError } from '../../src/errors.ts'
import { Root } from '../../src/host/root.ts'
import { parseMemcachedStats } from '../../src/parsers/memcached-stats.ts'
import { memcached } from '../../src/sources/memcached.ts'
import { freePort } from '../elasticsearch/free-port.ts'
import { Client, skip, startMemcached } from '../memcached/server.ts'
import { fixtureRoot, observe, observeOne, treeOf } from './observed.ts'

const root = new Root('/')

for (const kind of ['port', 'socket'] as const)
  test(`tells what a server at a ${kind} holds, evicted and refused, with rates`, { skip }, async () => {
    const socket = kind === 'socket' ? join(treeOf(), 'memcached.sock') : undefined
    const server = await startMemcached(socket === undefined ? {} : { socket })
    try {
      const collect = memcached.create({ addresses: [server.address] })
      let seconds = 100
      const pass = { seconds: () => seconds }
      const before = await observeOne(collect, root, pass)
      const client = await Client.open(server.address)
      for (let index = 0; index < 40; index++) assert.equal(await client.store('set', `key${index}`, 500_000), 'STORED')
      for (let index = 0; index < 3; index++)
        assert.equal(await client.store('set', 'huge', 2_000_000), 'SERVER_ERROR object too large for cache')
      assert.match(await client.get('key39'), /^VALUE key39 0 500000/)
      assert.equal(await client.get('key0'), 'END')
      client.close()
      seconds += 10
      const { path, kind: stored, content = '', fields } = await observeOne(collect, root, pass)
      assert.equal(path, `memcached/${server.address}`)
      assert.equal(stored, 'metric')
      assert.equal(fields['memcached.address'], server.address)
      assert.match(String(fields['memcached.version']), /^\d+\.\d+\.\d+/)
      assert.equal(fields['memcached.store_too_large'], 3)
      assert.equal(fields['memcached.get_hits'], 1)
      assert.equal(fields['memcached.hit_pct'], 50)
      assert.equal(fields['memcached.limit_maxbytes'], 8 * 2 ** 20)
      assert.equal(fields['memcached.item_size_max'], 2 ** 20)
      const evictions = Number(fields['memcached.evictions'])
      assert.equal(evictions, 40 - Number(fields['memcached.curr_items']))
      assert.ok(evictions > 10, `${evictions} evictions`)
      assert.equal(fields['memcached_rate.evictions'], evictions / 10)
      assert.equal(fields['memcached_rate.store_too_large'], 0.3)
      assert.ok(!('memcached_rate.curr_items' in fields) && !('memcached_rate.evictions' in before.fields))
      const evicted = Object.entries(fields).filter(([name]) => /^memcached_slab\.\d+\.evicted$/.test(name))
      assert.equal(
        evicted.reduce((sum, [, value]) => sum + Number(value), 0),
        evictions,
      )
      const rateless = Object.entries(fields).filter(([name]) => !name.startsWith('memcached_rate.'))
      assert.deepEqual(parseMemcachedStats(content), Object.fromEntries(rateless))
    } finally {
      await server.stop()
    }
  })

test('has nothing to read where nobody configured a server and none answers, or on another root', async () => {
  await assert.rejects(observe(memcached.create(), fixtureRoot('debian12-6.1')), NoDataError)
})

test('says of a configured server why it does not answer', async () => {
  const port = await freePort()
  const stranger = createServer((socket) => socket.write('ERROR\r\n'))
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve))
  const { port: strange } = stranger.address() as { port: number }
  const addresses = [`127.0.0.1:${port}`, `127.0.0.1:${strange}`, '/nowhere/memcached.sock']
  const observations = await observe(memcached.create({ addresses }), root)
  stranger.close()
  assert.deepEqual(
    observations.map(({ path, fields }) => [path, fields['error.message']]),
    [
      [`memcached/127.0.0.1:${port}`, 'connection refused'],
      [`memcached/127.0.0.1:${strange}`, 'the server answered "ERROR" to stats'],
      ['memcached//nowhere/memcached.sock', 'no such file'],
    ],
  )
})

test('waits for no server that is silent, or that never ends', async () => {
  const held = new Set<{ destroy(): void }>()
  const silent = createServer((socket) => held.add(socket))
  const endless = createServer((socket) => {
    held.add(socket)
    socket.on('error', () => {})
    const send = () => socket.write('STAT a 1\r\n'.repeat(10_000), (error) => !error && setImmediate(send))
    send()
  })
  const addresses: string[] = []
  for (const server of [silent, endless]) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    addresses.push(`127.0.0.1:${(server.address() as { port: number }).port}`)
  }
  const began = performance.now()
  const observations = await observe(memcached.create({ addresses }), root)
  for (const socket of held) socket.destroy()
  for (const server of [silent, endless]) server.close()
  assert.deepEqual(
    observations.map(({ fields }) => fields['error.message']),
    ['no answer within 3 s', "the server's answer to stats does not end"],
  )
  assert.ok(performance.now() - began < 10_000)
})
