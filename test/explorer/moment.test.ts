import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ActionableError } from '../../src/errors.ts'
import { whenOf, windowOf } from '../../src/explorer/moment.ts'

process.env['TZ'] = 'Europe/Berlin'
const now = Date.UTC(2026, 10, 21, 12)
const ask = (query: string) => ({ params: new URLSearchParams(query), now: () => now })

describe('the view an address asks', () => {
  const table: [string, unknown, string[]][] = [
    ['', { kind: 'latest' }, []],
    ['when=now&day=2026-11-20', { kind: 'latest' }, []],
    ['when=day&day=2026-11-20', { kind: 'moment', at: Date.UTC(2026, 10, 21) - 1 }, ['--day', '2026-11-20']],
    ['day=yesterday', { kind: 'moment', at: Date.UTC(2026, 10, 21) - 1 }, ['--day', '2026-11-20']],
    ['at=now-2h', { kind: 'moment', at: now - 7_200_000 }, ['--at', 'now-2h']],
    [
      'when=at&at=2026-11-20T18:00:00Z',
      { kind: 'moment', at: Date.UTC(2026, 10, 20, 18, 0, 0, 999) },
      ['--at', '2026-11-20T18:00:00Z'],
    ],
    ['when=history', { kind: 'history' }, ['--history']],
    ['when=at&at=', { kind: 'latest' }, []],
  ]
  for (const [query, view, options] of table)
    test(query === '' ? 'nothing' : query, () => {
      const when = whenOf(ask(query))
      assert.deepEqual(when.view, view)
      assert.deepEqual(when.options, options)
    })
  test('what is no time is told', () => assert.throws(() => whenOf(ask('at=soon')), ActionableError))
})

describe('the span of time an address asks', () => {
  test('is the last day and goes on', () => {
    const { from, to, isLive } = windowOf(ask(''))
    assert.deepEqual([from, to, isLive], [now - 86_400_000, now, true])
  })
  test('is as long as is said', () => assert.equal(windowOf(ask('since=90m')).from, now - 5_400_000))
  test('is a whole day', () => {
    const { from, to, isLive } = windowOf(ask('from=yesterday&to=yesterday'))
    assert.deepEqual([from, to, isLive], [Date.UTC(2026, 10, 19, 23), Date.UTC(2026, 10, 20, 23) - 1, false])
  })
  for (const query of ['since=1', 'since=x', 'from=soon', 'from=now&to=now-1d'])
    test(`${query} is told`, () => assert.throws(() => windowOf(ask(query)), ActionableError))
})
