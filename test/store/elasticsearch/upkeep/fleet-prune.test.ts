// Agents that prune for all, with the logins that agents, searchers and operators have.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { declaredFields } from '../../../../src/commands/declared-fields.ts'
import { withClient } from '../../../../src/store/elasticsearch/connection/client.ts'
import { openElasticsearchStore } from '../../../../src/store/elasticsearch/driver.ts'
import { createKey, type RoleName } from '../../../../src/store/elasticsearch/setup/roles.ts'
import { pruneForFleet } from '../../../../src/store/elasticsearch/upkeep/fleet-prune.ts'
import { leaseIndex } from '../../../../src/store/elasticsearch/upkeep/lease.ts'
import type { ElasticsearchTarget } from '../../../../src/store/open.ts'
import type { PruneAnswer } from '../../../../src/store/store.ts'
import { setUp, targetOf } from '../../../elasticsearch/empty-store.ts'
import { request } from '../../../elasticsearch/request.ts'
import type { ServerAddress } from '../../../elasticsearch/server.ts'
import { elasticsearch } from '../../../elasticsearch/servers.ts'
import { documentOf } from '../../document-of.ts'

const server = await elasticsearch('secure')
const dayMs = 86_400_000

describe('a prune for the whole fleet', { skip: server.skip ?? false }, () => {
  const address = server as ServerAddress
  const admin = targetOf(address)
  const { prefix } = admin
  const logins = {} as Record<RoleName, ElasticsearchTarget>
  let now = Date.parse('2026-11-21T02:30:00Z')

  before(async () => {
    await setUp(address, admin)
    const store = await openElasticsearchStore(admin, declaredFields)
    for (const hour of [1, 2]) {
      const at = (day: number) => `2026-11-${day}T0${hour}:00:00.000Z`
      await store.write([10, 19, 20].map((day) => documentOf('web-01', '/etc/a', at(day), { content: at(day) })))
      // a question sees what was written: a segment of its own
      await store.count({ condition: { kind: 'all' }, view: { kind: 'latest' } })
    }
    await store.close()
    for (const role of ['agent', 'searcher', 'operator'] as const) {
      const { encoded } = await withClient(admin, ({ client }) =>
        createKey(client, prefix, { role, name: `${prefix}${role}` }),
      )
      logins[role] = { ...admin, auth: { apiKey: encoded } }
    }
  })
  after(async () => {
    for (const name of await indices()) await request(address, `/${name}`, { method: 'DELETE' })
  })

  const indices = async () =>
    Object.keys(await request(address, `/${prefix}*?expand_wildcards=all&filter_path=*.aliases`)).sort()

  const turn = (role: RoleName, holder: string): Promise<PruneAnswer> =>
    pruneForFleet(logins[role], declaredFields, {
      retention: { days: 5, history: 5, merge: true },
      holder,
      since: Math.floor(now / dayMs) * dayMs,
      now: () => now,
      signal: new AbortController().signal,
    })

  for (const role of ['agent', 'searcher'] as const)
    test(`the key of ${role} may not, and nothing is changed`, async () => {
      const before = await indices()
      assert.deepEqual(await turn(role, 'a'), { status: 'forbidden' })
      assert.deepEqual(await indices(), before)
    })

  test('asked directly, a key without the rights gets one line', async () => {
    for (const role of ['agent', 'searcher'] as const) {
      const store = await openElasticsearchStore(logins[role], declaredFields)
      await assert.rejects(store.prune({ days: 5 }, now, { dryRun: false }), (error: Error) => {
        assert.match(
          error.message,
          /^the login to Elasticsearch at \S+ may not do indices:\S+ on \S+: it needs the privilege [\w ]+$/,
        )
        return true
      })
      await store.close()
    }
  })

  test('of two at once one does it, and nobody else on that day', async () => {
    const answers = await Promise.all([turn('operator', 'web-01'), turn('operator', 'web-02')])
    const [worked, ...more] = answers.filter(({ status }) => status === 'pruned')
    assert.equal(more.length, 0)
    assert.ok(worked?.status === 'pruned')
    assert.deepEqual(worked.report.removed, [`${prefix}2026.11.10`, `${prefix}history_2026.11.10`])
    assert.deepEqual(worked.report.merged?.length, 4)
    assert.deepEqual(worked.report.problems, [])
    assert.ok((await indices()).includes(leaseIndex(prefix)))
    assert.ok(!(await indices()).includes(`${prefix}2026.11.10`))
    assert.deepEqual(await turn('operator', 'web-03'), { status: 'done', at: now })
  })

  test('the next day it is done again', async () => {
    now += dayMs
    const answer = await turn('operator', 'web-02')
    assert.equal(answer.status, 'pruned')
  })

  test('a searcher sees that it is done without being able to do it', async () => {
    assert.deepEqual(await turn('searcher', 'x'), { status: 'done', at: now })
    now += dayMs
    assert.deepEqual(await turn('searcher', 'x'), { status: 'forbidden' })
  })
})
