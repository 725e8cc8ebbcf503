import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ClientEvents, type MemcachedEvent, parseMemcachedEvent } from '../../src/parsers/memcached-events.ts'
import { malformed } from './malformed.ts'

const lines = [
  'ts=1795278014.435856 gid=4 type=item_store key=a status=stored cmd=set ttl=0 clsid=1 cfd=24 size=5',
  'ts=1795278015.39365 gid=23 type=item_get key=k%1B%5B2J%C3%BC status=found clsid=1 cfd=24 size=1',
  'ts=1795278015.357063 gid=30 type=item_store key=big status=too_large cmd=set ttl=0 clsid=24 cfd=5 size=0',
  'ts=1795278014.434776 gid=2 type=item_get key=nokey status=not_found clsid=0 cfd=24 size=0',
]

test('reads events as memcached 1.6 writes them', () => {
  assert.deepEqual(lines.map(parseMemcachedEvent), [
    { at: 1_795_278_014_435, method: 'set', key: 'a', result: 'stored', size: 5, connection: 24 },
    // microseconds are not padded
    { at: 1_795_278_015_039, method: 'get', key: 'k\x1b[2Jü', result: 'found', size: 1, connection: 24 },
    { at: 1_795_278_015_357, method: 'set', key: 'big', result: 'too_large', connection: 5 },
    { at: 1_795_278_014_434, method: 'get', key: 'nokey', result: 'not_found', connection: 24 },
  ])
  assert.deepEqual(['[skipped: 12]', 'skipped=7'].map(parseMemcachedEvent), [{ skipped: 12 }, { skipped: 7 }])
  for (const other of [
    'OK',
    'ERROR',
    '',
    'ts=1.2 gid=1 type=eviction key=a fetch=no',
    'ts=x type=item_get key=a status=found',
  ])
    assert.equal(parseMemcachedEvent(other), undefined, other)
})

test('gives an event, a number left out or nothing for whatever a line is', () => {
  fc.assert(
    fc.property(malformed(...lines), (line) => {
      const event = parseMemcachedEvent(line)
      if (event === undefined) return
      if ('skipped' in event) return assert.ok(Number.isSafeInteger(event.skipped))
      assert.ok(Number.isFinite(event.at) && Number.isInteger(event.connection))
      assert.ok(event.size === undefined || (Number.isSafeInteger(event.size) && event.size >= 0))
    }),
  )
})

test('leaves out the look-ups of the server before it stores and after it refused', () => {
  const clients = new ClientEvents()
  const event = (key: string, method: MemcachedEvent['method'], result: string, connection = 1): MemcachedEvent => ({
    at: 1000,
    method,
    key,
    result,
    connection,
  })
  const ask = event('a', 'get', 'found')
  const other = event('z', 'get', 'found', 2)
  const stored = event('a', 'set', 'stored')
  const refused = event('big', 'set', 'too_large', 5)
  const told = [
    ask,
    other,
    event('a', 'get', 'found'),
    stored,
    refused,
    event('big', 'get', 'not_found'),
    event('big', 'get', 'not_found'),
  ].map((each) => clients.add(each))
  assert.deepEqual(told, [[], [], [ask], [stored], [refused], [], []])
  assert.ok(clients.isHolding)
  assert.deepEqual(clients.release(), [other, event('big', 'get', 'not_found')])
  assert.ok(!clients.isHolding)
})
