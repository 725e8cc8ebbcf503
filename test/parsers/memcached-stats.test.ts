import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseMemcachedStats } from '../../src/parsers/memcached-stats.ts'
import type { Fields } from '../../src/snapshot/document.ts'
import { survives } from './malformed.ts'

const content = `address cache1:11211
stats
STAT pid 12290
STAT uptime 4
STAT version 1.6.18
STAT libevent 2.1.12-stable
STAT rusage_user 0.015224
STAT cmd_get 8
STAT get_hits 6
STAT store_too_large 1
STAT bytes 4194304
STAT limit_maxbytes 8388608
STAT evictions 16
stats settings
STAT maxbytes 8388608
STAT item_size_max 1048576
STAT evictions on
stats slabs
STAT 39:chunk_size 524288
STAT 39:total_pages 4
STAT 39:used_chunks 4
STAT active_slabs 3
stats items
STAT items:39:number 4
STAT items:39:age 12
STAT items:39:evicted 16
`

test('reads statistics, the settings that bound them, and slab classes', () => {
  assert.deepEqual(parseMemcachedStats(content), {
    'memcached.address': 'cache1:11211',
    'memcached.uptime': 4,
    'memcached.version': '1.6.18',
    'memcached.rusage_user': 0.015224,
    'memcached.cmd_get': 8,
    'memcached.get_hits': 6,
    'memcached.store_too_large': 1,
    'memcached.bytes': 4194304,
    'memcached.limit_maxbytes': 8388608,
    'memcached.evictions': 16,
    'memcached.item_size_max': 1048576,
    'memcached_slab.39.chunk_size': 524288,
    'memcached_slab.39.total_pages': 4,
    'memcached_slab.39.number': 4,
    'memcached_slab.39.age': 12,
    'memcached_slab.39.evicted': 16,
    'memcached.full_pct': 50,
    'memcached.hit_pct': 75,
  })
})

test('gives fields of its families for whatever a server answers', () =>
  survives(parseMemcachedStats, [content], (fields: Fields) => {
    for (const [name, value] of Object.entries(fields)) {
      assert.match(name, /^memcached(\.\w+|_slab\.\d{1,2}\.\w+)$/)
      assert.ok(typeof value === 'string' || (Number.isFinite(value) && Math.abs(Number(value)) < 2 ** 63))
    }
  }))
