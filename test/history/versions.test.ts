import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { blameKeys, blameLines } from '../../src/history/blame.ts'
import { summaryOf } from '../../src/history/change-summary.ts'
import { seriesOf } from '../../src/history/series.ts'
import { versionsOf } from '../../src/history/versions.ts'
import { timeOf } from '../../src/snapshot/document.ts'
import type { Store } from '../../src/store/store.ts'
import { counterText, stored } from './stored.ts'

const at = (time: string) => `2026-11-${time}Z`
const ms = (time: string) => Date.parse(at(time))
const web1 = (path: string, time: string, more: object) => ({
  '@timestamp': at(time),
  'host.name': 'web1',
  'file.path': path,
  ...more,
})
const motd = (time: string, content: string) => web1('/etc/motd', time, { content })
const gone = (time: string) => web1('/etc/motd', time, { 'file.exists': false })
const unreadable = (time: string) => web1('/etc/motd', time, { 'error.message': 'permission denied' })

async function summaries(store: Store, request: { path?: string; from?: string; to?: string } = {}) {
  const { path = '/etc/motd', from, to } = request
  const range = { ...(from !== undefined && { from: ms(from) }), ...(to !== undefined && { to: ms(to) }) }
  const versions = await Array.fromAsync(versionsOf(store, { host: 'web1', path, ...range }))
  return versions.map(({ document, change, isBeyondHistory }) => [
    document['@timestamp'].slice(8, -1),
    change ? summaryOf(change) : isBeyondHistory ? 'beyond' : 'first',
  ])
}

/** The store as one that keeps every version only since a time, and of days before it the last state. */
function withHistorySince(store: Store, since: number): Store {
  return Object.assign(Object.create(store) as Store, {
    search: ((request) => {
      const { view } = request
      if (view.kind !== 'history') return store.search(request)
      return store.search({ ...request, view: { ...view, from: Math.max(since, view.from ?? since) } })
    }) satisfies Store['search'],
    get: store.get.bind(store),
  })
}

describe('the versions of a source', () => {
  test('are told newest first, each with what it changed', async () => {
    const store = await stored([
      motd('10T08:00:00.000', 'one two three, and so on and so forth\n'),
      motd('11T08:00:00.000', 'one two three, and so on and so forth\nb\n'),
      motd('12T08:00:00.000', 'one two three, and so on and so forth\nb\n'),
      motd('13T08:00:00.000', 'b\n'),
    ])
    assert.deepEqual(await summaries(store), [
      ['13T08:00:00.000', '+0 -1 lines'],
      ['11T08:00:00.000', '+1 -0 lines'],
      ['10T08:00:00.000', 'first'],
    ])
  })

  test('are two where a second has two changes', async () => {
    const store = await stored([
      motd('10T08:00:00.000', 'a\n'),
      motd('10T13:37:00.250', 'a\nb\n'),
      motd('10T13:37:00.750', 'a\nc\n'),
    ])
    assert.deepEqual((await summaries(store)).slice(0, 2), [
      ['10T13:37:00.750', '+1 -1 lines'],
      ['10T13:37:00.250', '+1 -0 lines'],
    ])
  })

  test('of a file removed and made again', async () => {
    const store = await stored([
      motd('10T08:00:00.000', 'a\n'),
      gone('11T08:00:00.000'),
      motd('12T08:00:00.000', 'a\nb\n'),
      gone('13T08:00:00.000'),
      motd('14T08:00:00.000', 'a\nb\n'),
    ])
    assert.deepEqual(await summaries(store), [
      ['14T08:00:00.000', 'came back'],
      ['13T08:00:00.000', 'removed'],
      ['12T08:00:00.000', 'came back; +1 -0 lines'],
      ['11T08:00:00.000', 'removed'],
      ['10T08:00:00.000', 'first'],
    ])
  })

  test('of a file that could not be read, and changed meanwhile', async () => {
    const store = await stored([
      motd('10T08:00:00.000', 'a\n'),
      unreadable('11T08:00:00.000'),
      motd('12T08:00:00.000', 'a\nb\n'),
    ])
    assert.deepEqual(await summaries(store), [
      ['12T08:00:00.000', 'readable again; +1 -0 lines'],
      ['11T08:00:00.000', 'could not be read: permission denied'],
      ['10T08:00:00.000', 'first'],
    ])
  })

  test('in a range: the oldest is told by the state before the range', async () => {
    const store = await stored([
      motd('10T08:00:00.000', 'a\n'),
      motd('11T08:00:00.000', 'a\nb\n'),
      motd('12T08:00:00.000', 'a\nb\nc\n'),
    ])
    assert.deepEqual(await summaries(store, { from: '10T12:00:00', to: '11T12:00:00' }), [
      ['11T08:00:00.000', '+1 -0 lines'],
    ])
    assert.deepEqual(await summaries(store, { from: '10T12:00:00', to: '10T13:00:00' }), [])
    assert.deepEqual(await summaries(store, { to: '10T12:00:00' }), [['10T08:00:00.000', 'first']])
  })

  test('older than the history end with the state of a day', async () => {
    const store = withHistorySince(
      await stored([motd('10T08:00:00.000', 'a\n'), motd('11T08:00:00.000', 'a\nb\n'), motd('12T08:00:00.000', 'b\n')]),
      ms('12T00:00:00'),
    )
    assert.deepEqual(await summaries(store), [
      ['12T08:00:00.000', '+0 -1 lines'],
      ['11T08:00:00.000', 'beyond'],
    ])
    const unchanged = withHistorySince(store, ms('13T00:00:00'))
    assert.deepEqual(await summaries(unchanged), [['12T08:00:00.000', 'beyond']])
  })

  test('that are samples are told even where nothing moved', async () => {
    const sample = (time: string) => web1('/proc/vmstat', time, { content: counterText({ pgfault: 7 }) })
    const store = await stored([sample('10T08:00:00.000'), sample('10T08:05:00.000')])
    assert.deepEqual(await summaries(store, { path: '/proc/vmstat' }), [
      ['10T08:05:00.000', 'nothing changed'],
      ['10T08:00:00.000', 'first'],
    ])
  })
})

describe('the origin of a line', () => {
  const lines = async (documents: readonly object[]) => {
    const found = await blameLines(await stored(documents), { host: 'web1', path: '/etc/motd' })
    return found?.rows.map(({ text, since, mayBeOlder }) => [
      text,
      new Date(since).toISOString().slice(8, 10) + (mayBeOlder ? ' or before' : ''),
    ])
  }

  test('is the version since which it has been there, wherever it stood', async () => {
    const found = await lines([
      motd('10T08:00:00.000', 'a\nb\nc\n'),
      motd('11T08:00:00.000', 'new\na\nb\nc\n'),
      motd('12T08:00:00.000', 'new\na\nB\nc\nend'),
      motd('13T08:00:00.000', 'a\nB\nc\nend'),
    ])
    assert.deepEqual(found, [
      ['a\n', '10 or before'],
      ['B\n', '12'],
      ['c\n', '10 or before'],
      ['end', '12'],
    ])
  })

  test('is not before the file was made again, yet before it could not be read', async () => {
    assert.deepEqual(
      await lines([
        motd('09T08:00:00.000', 'a\n'),
        gone('10T08:00:00.000'),
        motd('11T08:00:00.000', 'a\n'),
        unreadable('12T08:00:00.000'),
        motd('13T08:00:00.000', 'a\nb\n'),
      ]),
      [
        ['a\n', '11'],
        ['b\n', '13'],
      ],
    )
  })

  test('of a file that is gone is none', async () => {
    assert.equal(await lines([motd('09T08:00:00.000', 'a\n'), gone('10T08:00:00.000')]), undefined)
  })

  test('of a key is the version that gave it its value', async () => {
    const conf = (time: string, content: string) => web1('/etc/sysctl.conf', time, { content })
    const store = await stored([
      conf('10T08:00:00.000', 'vm.swappiness=60\nnet.core.somaxconn=128\n'),
      conf('11T08:00:00.000', '# moved\nnet.core.somaxconn = 128\nvm/swappiness = 1\n'),
      conf('12T08:00:00.000', 'net.core.somaxconn = 128\nvm.swappiness = 1\nvm.dirty_ratio = 5\n'),
    ])
    const found = await blameKeys(store, { host: 'web1', path: '/etc/sysctl.conf' })
    assert.deepEqual(
      found?.rows.map(({ key, value, since, mayBeOlder }) => [key, value, new Date(since).getUTCDate(), mayBeOlder]),
      [
        ['net.core.somaxconn', 128, 10, true],
        ['vm.dirty_ratio', 5, 12, false],
        ['vm.swappiness', 1, 11, false],
      ],
    )
  })
})

describe('a field over time', () => {
  test('has its differences; of a counter that began anew, what it counted since', async () => {
    const sample = (time: string, pgfault: number, free: number) =>
      web1('/proc/vmstat', time, { content: counterText({ pgfault, nr_free_pages: free }) })
    const store = await stored([
      sample('10T08:00:00.000', 1000, 50),
      sample('10T08:00:10.000', 1500, 40),
      sample('10T08:00:20.000', 30, 45),
    ])
    const about = { host: 'web1', path: '/proc/vmstat' }
    const counter = await seriesOf(store, { ...about, field: 'vmstat.pgfault', isCounter: true })
    assert.deepEqual(
      counter.map(({ value, difference, rate, isReset }) => [value, difference, rate, isReset]),
      [
        [1000, undefined, undefined, false],
        [1500, 500, 50, false],
        [30, 30, 3, true],
      ],
    )
    const level = await seriesOf(store, { ...about, field: 'vmstat.nr_free_pages', isCounter: false })
    assert.deepEqual(
      level.map(({ difference, isReset }) => [difference, isReset]),
      [
        [undefined, false],
        [-10, false],
        [5, false],
      ],
    )
  })

  test('is told of states too, and of the range alone', async () => {
    const store = await stored([motd('10T08:00:00.000', 'a\n'), motd('11T08:00:00.000', 'abc\n')])
    const request = { host: 'web1', path: '/etc/motd', field: 'file.size', isCounter: false, from: ms('11T00:00:00') }
    const found = await seriesOf(store, request)
    assert.deepEqual(found, [{ at: ms('11T08:00:00'), value: 4, isReset: false }])
    assert.equal(timeOf((await store.get('web1', '/etc/motd'))!), ms('11T08:00:00'))
  })
})
