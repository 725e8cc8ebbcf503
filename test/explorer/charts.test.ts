// Charts: rates of counters, thinning that keeps peaks, and what a source has to tell for a chart of its own.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import fc from 'fast-check'
import { hostCharts } from '../../src/explorer/charts/host-charts.ts'
import { ratesOf, thinned } from '../../src/explorer/charts/samples.ts'
import type { Document } from '../../src/snapshot/document.ts'
import { openEmbeddedStore } from '../../src/store/embedded/driver.ts'
import { temporaryFolder } from '../commands/mitra.ts'

describe('rates', () => {
  const at = [0, 10_000, 20_000, 30_000, 30_000]
  test('are the differences per second', () =>
    assert.deepEqual(ratesOf(at, [5, 15, 15, 115, 120]), [undefined, 1, 0, 10, undefined]))
  test('begin anew where a counter does', () =>
    assert.deepEqual(ratesOf(at.slice(0, 4), [100, 3, 13, 13]), [undefined, undefined, 1, 0]))
  test('go over samples that lack it', () =>
    assert.deepEqual(ratesOf(at.slice(0, 3), [0, undefined, 40]), [undefined, undefined, 2]))
})

describe('thinning', () => {
  test('leaves few samples alone', () => {
    const { at, columns, thinnedFrom } = thinned([1, 2, 3], [[4, undefined, 6]], 10)
    assert.deepEqual([at, columns, thinnedFrom], [[1, 2, 3], [[4, undefined, 6]], undefined])
  })
  test('keeps the order, the least and the most of every line', () => {
    const line = fc.array(fc.option(fc.integer(), { nil: undefined }), { minLength: 11, maxLength: 300 })
    fc.assert(
      fc.property(line, (values) => {
        const drawn = thinned(
          values.map((_, index) => index),
          [values],
          10,
        )
        assert.ok(drawn.at.length <= 10, String(drawn.at.length))
        assert.equal(drawn.columns[0]?.length, drawn.at.length)
        assert.equal(drawn.thinnedFrom, values.length)
        assert.deepEqual(
          drawn.at,
          drawn.at.toSorted((one, other) => one - other),
        )
        const numbers = (list: readonly (number | undefined)[]) => list.filter((value) => value !== undefined)
        for (const extreme of [Math.min, Math.max])
          assert.equal(extreme(...numbers(drawn.columns[0] ?? [])), extreme(...numbers(values)))
      }),
    )
  })
})

const start = Date.UTC(2026, 10, 21)
const store = await openEmbeddedStore(join(temporaryFolder(), 'charts.db'), { mustExist: false })
after(() => store.close())

function sample(path: string, minute: number, fields: Record<string, number | string>): Document {
  return {
    '@timestamp': new Date(start + minute * 60_000).toISOString(),
    'host.name': 'web1',
    'file.path': path,
    'event.dataset': 'mitra.sockets',
    'event.kind': 'metric',
    ...fields,
  }
}

for (const minute of [0, 1, 2]) {
  await store.write([
    sample('sockets', minute, {
      'socket.tcp.ESTABLISHED': 10 + minute,
      'socket.tcp.TIME_WAIT': 3,
      'socket.tcp.LISTEN': 4,
    }),
    sample('sockets/tcp/0.0.0.0:80', minute, {
      'socket.listen.address': '0.0.0.0:80',
      'socket.listen.pct': 40 * minute,
    }),
    sample('sockets/tcp/0.0.0.0:22', minute, { 'socket.listen.address': '0.0.0.0:22', 'socket.listen.pct': 0 }),
  ])
}

test('socket states have a chart, and the fullest queues another', async () => {
  const drawn = await hostCharts(store, { host: 'web1', from: start, to: start + 3_600_000 })
  assert.deepEqual(
    drawn.map(({ title }) => title),
    ['Socket states', 'Listening queues: how full'],
  )
  const [states, queues] = drawn
  assert.deepEqual(
    states?.lines.map(({ label, values }) => [label, ...values]),
    [
      ['ESTABLISHED', 10, 11, 12],
      ['TIME_WAIT', 3, 3, 3],
    ],
  )
  assert.equal(queues?.lines[0]?.label, '0.0.0.0:80')
  assert.equal(Math.max(...(queues?.lines[0]?.values.map(Number) ?? [])), 80)
})

test('a host without samples has no charts', async () =>
  assert.deepEqual(await hostCharts(store, { host: 'web2', from: start, to: start + 3_600_000 }), []))
