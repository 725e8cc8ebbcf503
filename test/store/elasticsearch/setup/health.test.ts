import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { declaredFields } from '../../../../src/commands/declared-fields.ts'
import type { Check } from '../../../../src/store/check.ts'
import { withClient } from '../../../../src/store/elasticsearch/connection/client.ts'
import { actionable, failureOf } from '../../../../src/store/elasticsearch/connection/failure.ts'
import { healthOf } from '../../../../src/store/elasticsearch/setup/health.ts'
import { countFields } from '../../../../src/store/elasticsearch/setup/health-indices.ts'
import { createKey, type RoleName } from '../../../../src/store/elasticsearch/setup/roles.ts'
import { applySetup, planSetup } from '../../../../src/store/elasticsearch/setup/setup.ts'
import type { ElasticsearchTarget } from '../../../../src/store/open.ts'
import { targetOf } from '../../../elasticsearch/empty-store.ts'
import { request } from '../../../elasticsearch/request.ts'
import { elasticsearch } from '../../../elasticsearch/servers.ts'
import { banner, deadPort, httpServer, target } from '../faulty-server.ts'

const now = Date.UTC(2026, 10, 21, 12)
const server = await elasticsearch('current')
const skip = server.skip ?? false

/** A prefix that is set up; gives its target and a way to change what is there. */
async function prepared(t: TestContext) {
  if (server.skip !== undefined) throw new Error('there is no server')
  const to = targetOf(server)
  await withClient(to, ({ client }) => applySetup(client, planSetup(to.prefix, declaredFields), { now }))
  const send = (method: string, path: string, body?: unknown) =>
    request(server, path.replace('PREFIX_', to.prefix), { method, ...(body !== undefined && { body }) })
  // what others see of this server is to stay as it is
  t.after(async () => {
    const indices = Object.keys(await send('GET', `/PREFIX_*?filter_path=*.aliases`))
    for (const index of indices) await send('DELETE', `/${index}`)
  })
  return { to, send }
}

async function looked(to: ElasticsearchTarget, kept: { days?: number; history?: number } = {}) {
  const checks = await healthOf(to, { now, kept })
  return { checks, of: (name: string) => checks.find(({ check }) => check === name) }
}

const statuses = (checks: readonly Check[]) => Object.fromEntries(checks.map(({ check, status }) => [check, status]))

test('a cluster that was just set up has nothing wrong but its missing security', { skip }, async (t) => {
  const { to, send } = await prepared(t)
  await send('PUT', '/PREFIX_2026.11.21')
  await send('PUT', '/PREFIX_history_2026.11.21')
  const { checks, of } = await looked(to, { days: 90, history: 30 })
  assert.deepEqual(statuses(checks.filter(({ check }) => check !== 'disk space')), {
    connection: 'ok',
    cluster: 'ok',
    'room for shards': 'ok',
    'master node': 'ok',
    rights: 'warning',
    templates: 'ok',
    'newest states': 'ok',
    fields: 'ok',
    'view latest': 'ok',
    'view days': 'ok',
    'view history': 'ok',
    writing: 'ok',
  })
  assert.match(of('connection')?.detail ?? '', /^Elasticsearch 9\.\d+\.\d+, at http:/)
  assert.match(of('view days')?.detail ?? '', /^1 day \(2026-11-21\), 0 documents, /)
  assert.match(of('fields')?.detail ?? '', /^\d+ of \d+ in \S+_latest_v1, /)
  for (const { check, status, next } of checks) if (status === 'warning' || status === 'problem') assert.ok(next, check)
})

test('a cluster that is not set up says how to', { skip }, async () => {
  if (server.skip !== undefined) return
  const { of } = await looked(targetOf(server))
  for (const check of ['templates', 'newest states']) {
    assert.equal(of(check)?.status, 'problem')
    assert.match(of(check)?.next ?? '', /run `mitra setup`/)
  }
})

test('what cannot be reached is one problem, in the words of the connection', async () => {
  const node = `http://127.0.0.1:${await deadPort()}`
  const { checks } = await looked(target(node))
  assert.equal(checks.length, 1)
  assert.deepEqual(statuses(checks), { connection: 'problem' })
  assert.match(checks[0]?.detail ?? '', /connection refused/)
})

for (const [version, next] of [
  [99, /update mitra on this machine/],
  [0, /run `mitra setup`/],
] as const)
  test(`templates of version ${version} are told from this mitra’s`, { skip }, async (t) => {
    const { to, send } = await prepared(t)
    const days = planSetup(to.prefix, declaredFields).templates.find(({ name }) => name.endsWith('days'))
    await send('PUT', '/_index_template/PREFIX_days', { ...days?.body, _meta: { mitra: { version } } })
    const found = (await looked(to)).of('templates')
    assert.equal(found?.status, 'warning')
    assert.match(found?.detail ?? '', new RegExp(`^version ${version}, `))
    assert.match(found?.next ?? '', next)
  })

test('another template that takes mitra’s indices is noticed', { skip }, async (t) => {
  const { to, send } = await prepared(t)
  const greedy = { index_patterns: [`${to.prefix}*`], priority: 5000 }
  await send('PUT', '/_index_template/PREFIX_greedy', greedy)
  t.after(() => send('DELETE', '/_index_template/PREFIX_greedy'))
  const found = (await looked(to)).of('templates')
  assert.equal(found?.status, 'problem')
  assert.match(found?.detail ?? '', /not of mitra takes \S+2026\.11\.22$/)
})

test('an index in place of the alias, and an alias of several, are problems', { skip }, async (t) => {
  const { to, send } = await prepared(t)
  await send('PUT', '/PREFIX_latest_v2', { aliases: { [`${to.prefix}latest`]: {} } })
  assert.match((await looked(to)).of('newest states')?.detail ?? '', /stands for several indices/)
  await send('DELETE', '/PREFIX_latest_v1')
  await send('DELETE', '/PREFIX_latest_v2')
  await send('PUT', '/PREFIX_latest', { mappings: { _meta: { mitra: { version: 1 } } } })
  assert.match((await looked(to)).of('newest states')?.detail ?? '', /is an index, where mitra needs an alias/)
})

test('yellow is a missing copy', { skip }, async (t) => {
  const { to, send } = await prepared(t)
  await send('PUT', '/PREFIX_2026.11.21?wait_for_active_shards=0', {
    settings: { auto_expand_replicas: false, number_of_replicas: 1 },
  })
  const found = (await looked(to)).of('cluster')
  assert.equal(found?.status, 'warning')
  assert.match(found?.detail ?? '', /^yellow: .* \(1 node, 1 without a node\)$/)
})

test('red is a problem, and a search then says so and not half an answer', { skip }, async (t) => {
  const { to, send } = await prepared(t)
  await send('PUT', '/PREFIX_2026.11.21?wait_for_active_shards=0', {
    settings: { 'routing.allocation.require._name': 'nobody' },
  })
  const found = (await looked(to)).of('cluster')
  assert.equal(found?.status, 'problem')
  assert.match(found?.detail ?? '', /^red: /)
  await withClient(to, async ({ client }) => {
    const index = `${to.prefix}days`
    for (const ask of [
      () => client.search({ index, allow_partial_search_results: false }),
      () => client.openPointInTime({ index, keep_alive: '1m' }),
    ]) {
      const error = await ask().then(
        () => assert.fail('it was answered'),
        (thrown: unknown) => thrown,
      )
      const failure = failureOf(error)
      assert.equal(failure.kind, 'red')
      assert.match(actionable(failure, to).message, /lacks shards of .* so an answer would be incomplete$/)
    }
  })
})

for (const [block, reason, next] of [
  ['read_only_allow_delete', 'disk', /a disk is or was too full/],
  ['write', 'index', /"index\.blocks\.write": null/],
] as const)
  test(`an index with the block ${block} is a problem, and a write says why`, { skip }, async (t) => {
    const { to, send } = await prepared(t)
    await send('PUT', '/PREFIX_latest_v1/_settings', { index: { blocks: { [block]: true } } })
    const found = (await looked(to)).of('writing')
    assert.equal(found?.status, 'problem')
    assert.match(found?.detail ?? '', new RegExp(`_latest_v1 cannot be written: index\\.blocks\\.${block}$`))
    assert.match(found?.next ?? '', next)
    await withClient(to, async ({ client }) => {
      const written = client.index({ index: `${to.prefix}latest`, id: '1', document: {} }, { maxRetries: 0 })
      await assert.rejects(written, (error) => {
        const failure = failureOf(error)
        return failure.kind === 'read_only' && failure.reason === reason && failure.index === `${to.prefix}latest_v1`
      })
    })
    await send('PUT', '/PREFIX_latest_v1/_settings', { index: { blocks: { [block]: null } } })
  })

test('a mapping that is nearly full is a warning', { skip }, async (t) => {
  const { to, send } = await prepared(t)
  await send('PUT', '/PREFIX_latest_v1/_settings', { index: { mapping: { total_fields: { limit: 110 } } } })
  const found = (await looked(to)).of('fields')
  assert.equal(found?.status, 'warning')
  assert.match(found?.detail ?? '', /^\d+ of 110 in \S+_latest_v1: keys beyond the limit are kept/)
})

test('fields are counted as Elasticsearch does', { skip }, async (t) => {
  const { to, send } = await prepared(t)
  const mapping = (await send('GET', '/PREFIX_latest_v1/_mapping')) as Record<string, { mappings: object }>
  const count = countFields(mapping[`${to.prefix}latest_v1`]?.mappings ?? {})
  const limited = (limit: number) => ({ index: { mapping: { total_fields: { limit } } } })
  const add = () => send('PUT', '/PREFIX_latest_v1/_mapping', { properties: { one_more: { type: 'keyword' } } })
  await send('PUT', '/PREFIX_latest_v1/_settings', limited(count))
  await assert.rejects(add(), /Limit of total fields/)
  await send('PUT', '/PREFIX_latest_v1/_settings', limited(count + 1))
  await add()
})

test('days that should have gone are a warning of their view alone', { skip }, async (t) => {
  const { to, send } = await prepared(t)
  for (const index of ['2026.11.21', '2026.11.01', 'history_2026.11.19']) await send('PUT', `/PREFIX_${index}`)
  const { of } = await looked(to, { days: 5, history: 5 })
  assert.equal(of('view days')?.status, 'warning')
  assert.match(of('view days')?.detail ?? '', /^2 days \(2026-11-01 to 2026-11-21\), .*older than the 5 days/)
  assert.equal(of('view history')?.status, 'ok')
  assert.equal((await looked(to)).of('view days')?.status, 'ok')
})

test('each login sees what it may, and the rest is unknown', async (t) => {
  const secure = await elasticsearch('secure')
  if (secure.skip !== undefined) return t.skip(secure.skip)
  const admin = targetOf(secure)
  await withClient(admin, ({ client }) => applySetup(client, planSetup(admin.prefix, declaredFields), { now }))
  const as = async (role: RoleName) => {
    const key = await withClient(admin, ({ client }) =>
      createKey(client, admin.prefix, { role, name: `health-test-${role}` }),
    )
    return looked({ ...admin, auth: { apiKey: key.encoded } })
  }
  const rights = { agent: 'index', searcher: 'search', operator: 'index, search, set up and prune' }
  const unknown: Record<RoleName, string[]> = {
    agent: ['cluster', 'cluster reports', 'templates', 'fields', 'indices'],
    searcher: ['cluster', 'cluster reports', 'templates', 'indices'],
    operator: [],
  }
  for (const role of ['agent', 'searcher', 'operator'] as const) {
    const { checks, of } = await as(role)
    assert.equal(of('rights')?.detail, `this login may ${rights[role]}`)
    const hidden = checks.filter(({ status }) => status === 'unknown').map(({ check }) => check)
    assert.deepEqual(hidden, unknown[role], role)
    assert.deepEqual(
      checks.filter(({ status }) => status === 'problem'),
      [],
    )
  }
})

test('a login without any right of mitra is told where to find them', async (t) => {
  const secure = await elasticsearch('secure')
  if (secure.skip !== undefined) return t.skip(secure.skip)
  const admin = targetOf(secure)
  const body = { name: 'nobody', role_descriptors: { nobody: { cluster: [], indices: [] } } }
  const key = await request(secure, '/_security/api_key', { method: 'POST', body })
  const found = (await looked({ ...admin, auth: { apiKey: `${key['encoded']}` } })).of('rights')
  assert.equal(found?.status, 'problem')
  assert.match(found?.next ?? '', /mitra setup --roles/)
})

test('what Elasticsearch reports about disks and shards is passed on, with its own advice', async (t) => {
  const indicators = {
    disk: {
      status: 'red',
      symptom: '1 index is not allowed to be updated.',
      diagnosis: [{ action: 'Enable autoscaling\n or add disk capacity.' }],
    },
    shards_capacity: { status: 'yellow', symptom: 'Cluster is close to reaching the maximum number of shards.' },
    master_is_stable: { status: 'unknown', symptom: 'No one knows.' },
    slm: { status: 'red', symptom: 'Not for mitra.' },
  }
  const url = await httpServer(t, ({ path }) =>
    path === '/' ? banner : path === '/_health_report' ? { status: 200, body: { indicators } } : { status: 404 },
  )
  const { checks, of } = await looked(target(url))
  assert.deepEqual(of('disk space'), {
    check: 'disk space',
    status: 'problem',
    detail: '1 index is not allowed to be updated',
    next: 'Enable autoscaling or add disk capacity.',
  })
  assert.equal(of('room for shards')?.status, 'warning')
  assert.equal(of('master node')?.status, 'unknown')
  assert.ok(!checks.some(({ detail }) => detail.includes('Not for mitra')))
})
