// Retention on a real server: which indices go, move and become one segment, and which are left alone.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { declaredFields } from '../../../../src/commands/declared-fields.ts'
import { openElasticsearchStore } from '../../../../src/store/elasticsearch/driver.ts'
import type { ElasticsearchTarget } from '../../../../src/store/open.ts'
import type { PruneReport, Receiver, Retention, Store } from '../../../../src/store/store.ts'
import { setUp, targetOf } from '../../../elasticsearch/empty-store.ts'
import { request } from '../../../elasticsearch/request.ts'
import type { ServerAddress } from '../../../elasticsearch/server.ts'
import { elasticsearch } from '../../../elasticsearch/servers.ts'
import { documentOf } from '../../document-of.ts'

const server = await elasticsearch('current')
const hourMs = 3_600_000

describe('retention in Elasticsearch', { skip: server.skip ?? false }, () => {
  const address = server as ServerAddress
  let target: ElasticsearchTarget
  let store: Store & Receiver
  let foreign: string[]

  const day = (date: string) => target.prefix + date
  const history = (date: string) => `${target.prefix}history_${date}`
  const send = (method: string, path: string, body?: unknown) => request(address, `/${path}`, { method, body })
  const prune = (retention: Retention, at: string, dryRun = false) => store.prune(retention, Date.parse(at), { dryRun })
  const ownIndices = async () =>
    Object.keys(await send('GET', `${target.prefix}*?expand_wildcards=all&filter_path=*.aliases`))
      .filter((name) => !foreign.includes(name) && !name.includes('latest'))
      .sort()

  before(async () => {
    target = targetOf(address)
    // made before the templates: names of mitra, and not its mapping
    foreign = [day('2020.01.01'), history('2020.01.01')]
    for (const name of foreign) await send('PUT', name, { mappings: { properties: { a: { type: 'keyword' } } } })
    await setUp(address, target)
    for (const name of ['2020.01.01-copy', 'history_2020.1.1', '20200101', '2020.13.01']) {
      foreign.push(day(name))
      await send('PUT', day(name), { mappings: { _meta: { mitra: { version: 1 } } } })
    }
    store = await openElasticsearchStore(target, declaredFields)
  })
  after(async () => {
    await store?.close()
    const mine = Object.keys(await send('GET', `${target.prefix}*?expand_wildcards=all&filter_path=*.aliases`))
    for (const name of mine) await send('DELETE', name)
  })

  /** A day with a state that began on it, each in a segment of its own. */
  async function write(date: string, segments = 1): Promise<void> {
    for (let minute = 0; minute < segments; minute++) {
      const at = `${date}T12:${String(minute).padStart(2, '0')}:00.000Z`
      await store.write([documentOf('web-01', '/etc/app.conf', at, { content: at })])
      await send('POST', `${target.prefix}*/_refresh`)
    }
  }

  const segmentsOf = async (index: string) => {
    const answer = await send('GET', `${index}/_stats/segments?filter_path=indices.*.primaries`)
    const { indices } = answer as unknown as {
      indices: Record<string, { primaries: { segments: { count: number } } }>
    }
    return indices[index]?.primaries.segments.count
  }

  const allocationOf = async (index: string) => {
    const answer = await send('GET', `${index}/_settings?flat_settings=true`)
    const { settings } = answer[index] as { settings: Record<string, string> }
    return Object.fromEntries(
      Object.entries(settings)
        .filter(([name]) => name.startsWith('index.routing.allocation.'))
        .map(([name, value]) => [name.slice('index.routing.allocation.'.length), value]),
    )
  }

  describe('removal', () => {
    before(async () => {
      for (const date of ['2026-11-16', '2026-11-17', '2026-11-18', '2026-11-20']) await write(date)
    })

    const everything = () =>
      ['16', '17', '18', '20'].flatMap((date) => [day(`2026.11.${date}`), history(`2026.11.${date}`)]).sort()

    test('a dry run names what would go and changes nothing', async () => {
      assert.deepEqual(await ownIndices(), everything())
      const report = await prune({ days: 3, history: 4 }, '2026-11-21T00:00:00Z', true)
      assert.deepEqual(report.removed, [day('2026.11.16'), history('2026.11.16'), day('2026.11.17')])
      assert.deepEqual([report.days, report.versions], [2, 1])
      assert.equal(report.bytes_after, report.bytes_before)
      assert.deepEqual(await ownIndices(), everything())
    })

    test('one day less is kept a millisecond before midnight', async () => {
      const report = await prune({ days: 3, history: 4 }, '2026-11-20T23:59:59.999Z', true)
      assert.deepEqual(report.removed, [day('2026.11.16')])
    })

    test('what is kept for ever is kept', async () => {
      assert.deepEqual((await prune({}, '2036-11-20T12:00:00Z')).removed, [])
    })

    test('removes the days that are older than is kept, and an old index that is closed', async () => {
      await send('POST', `${history('2026.11.16')}/_close`)
      const report = await prune({ days: 3, history: 4 }, '2026-11-21T00:00:00Z')
      assert.deepEqual(report.removed, [day('2026.11.16'), history('2026.11.16'), day('2026.11.17')])
      assert.deepEqual(
        await ownIndices(),
        everything().filter((name) => !report.removed?.includes(name)),
      )
      assert.deepEqual((await prune({ days: 3, history: 4 }, '2026-11-21T00:00:00Z')).removed, [])
    })

    test('what only looks like an index of mitra stays', async () => {
      const report = await prune({ days: 1, history: 1, merge: true, moves }, '2036-11-21T00:00:00Z')
      assert.equal(report.removed?.length, 5)
      assert.deepEqual(await ownIndices(), [])
      const left = await send('GET', `${foreign.join()}?filter_path=*.aliases`)
      assert.deepEqual(Object.keys(left).sort(), foreign.toSorted())
      assert.equal(
        (await store.get('web-01', '/etc/app.conf'))?.content,
        '2026-11-20T12:00:00.000Z',
        'the newest state',
      )
    })
  })

  const moves: NonNullable<Retention['moves']> = [
    { after_hours: 48, to: { tier: 'data_warm' } },
    { after_hours: 168, to: { tier: 'data_cold' } },
  ]

  describe('moves', () => {
    before(() => write('2026-10-01'))
    const end = Date.parse('2026-10-02T00:00:00Z')
    const at = (hours: number, milliseconds = 0) => new Date(end + hours * hourMs + milliseconds).toISOString()
    const both = (to: string) => [day('2026.10.01'), history('2026.10.01')].map((index) => ({ index, to }))

    test('a day stays until so many hours after its end', async () => {
      assert.deepEqual((await prune({ moves }, at(48, -1))).moved, [])
    })

    test('a dry run says where a day would go', async () => {
      assert.deepEqual((await prune({ moves }, at(48), true)).moved, both('data_warm'))
      assert.equal((await allocationOf(day('2026.10.01')))['include._tier_preference'], 'data_content')
    })

    test('moves a day to a tier once, and a cluster without that tier keeps it', async () => {
      assert.deepEqual((await prune({ moves }, at(48))).moved, both('data_warm'))
      const allocation = await allocationOf(day('2026.10.01'))
      assert.equal(allocation['include._tier_preference'], 'data_warm,data_hot,data_content')
      assert.deepEqual((await prune({ moves }, at(49))).moved, [])
      const { status } = await send('GET', `_cluster/health/${day('2026.10.01')}?wait_for_no_initializing_shards=true`)
      assert.equal(status, 'green')
    })

    test('takes the tier that a lifecycle policy wrote for the same', async () => {
      const settings = { 'index.routing.allocation.include._tier_preference': 'data_warm,data_hot' }
      await send('PUT', `${day('2026.10.01')}/_settings`, settings)
      assert.deepEqual((await prune({ moves }, at(49))).moved, [])
    })

    test('moves it on when it is older', async () => {
      assert.deepEqual((await prune({ moves }, at(168))).moved, both('data_cold'))
      assert.deepEqual((await prune({ moves }, at(168))).moved, [])
    })

    test('what one index refuses is told, and the others get their turn', async () => {
      const index = day('2026.10.01')
      await send('PUT', `${index}/_settings`, { 'index.blocks.read_only': true })
      const { moved, problems } = await prune({ moves: moves.slice(0, 1) }, at(168))
      assert.deepEqual(moved, both('data_warm').slice(1))
      assert.deepEqual(problems, [`${index} was not moved to data_warm: an index.blocks setting is in force`])
      const removal = await prune({ days: 1 }, at(168))
      assert.deepEqual([removal.removed, removal.days], [[], 0])
      assert.deepEqual(removal.problems, [`${index} was not removed: an index.blocks setting is in force`])
      await send('PUT', `${index}/_settings`, { 'index.blocks.read_only': null })
      await prune({ moves }, at(168))
    })

    test('does not move to an attribute that no node has, and says so', async () => {
      const nowhere: Retention = { moves: [{ after_hours: 48, to: { attribute: { box_type: 'warm' } } }] }
      const allocation = await allocationOf(day('2026.10.01'))
      const { moved, problems } = await prune(nowhere, at(48))
      assert.deepEqual(moved, [])
      assert.deepEqual(problems, ['nothing is moved to box_type=warm: no data node has that'])
      assert.deepEqual(await allocationOf(day('2026.10.01')), allocation)
    })
  })

  describe('merges', () => {
    const merge = (at: string, dryRun = false): Promise<PruneReport> => prune({ merge: true }, at, dryRun)
    before(async () => {
      await write('2026-11-19', 3)
      await write('2026-11-20', 1)
      await write('2026-11-21', 2)
    })

    test('a day becomes one segment two hours after it is over, today never', async () => {
      assert.ok((await segmentsOf(day('2026.11.21')))! > 1)
      assert.deepEqual((await merge('2026-11-20T01:59:59.999Z')).merged, [])
      assert.deepEqual((await merge('2026-11-20T02:00:00Z', true)).merged, [day('2026.11.19'), history('2026.11.19')])
      assert.equal(await segmentsOf(history('2026.11.19')), 3)
      const { merged } = await merge('2026-11-21T23:59:59Z')
      assert.deepEqual(merged, [day('2026.11.19'), history('2026.11.19')])
      assert.equal(await segmentsOf(day('2026.11.19')), 1)
      assert.equal(await segmentsOf(history('2026.11.19')), 1)
      assert.ok((await segmentsOf(day('2026.11.21')))! > 1)
    })

    test('what is one segment is not merged again', async () => {
      assert.deepEqual((await merge('2026-11-21T23:59:59Z')).merged, [])
    })

    test('says what it is at', async () => {
      const said: string[] = []
      await store.prune({ merge: true }, Date.parse('2026-11-22T12:00:00Z'), {
        dryRun: false,
        onProgress: (text) => said.push(text),
      })
      assert.match(said[0] ?? '', /^merging \S+_2026\.11\.21, 1 of 2, 0 s$/)
    })

    test('ends between two steps when it is told to', async () => {
      const told = store.prune({ days: 1 }, Date.parse('2026-11-22T12:00:00Z'), {
        dryRun: false,
        signal: AbortSignal.abort(),
      })
      await assert.rejects(told, /given up/)
      assert.ok((await ownIndices()).includes(day('2026.11.19')))
    })
  })
})
