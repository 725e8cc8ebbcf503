import assert from 'node:assert/strict'
import { test } from 'node:test'
import { declaredFields } from '../../../../src/commands/declared-fields.ts'
import type { Document } from '../../../../src/snapshot/document.ts'
import { withClient } from '../../../../src/store/elasticsearch/connection/client.ts'
import { failureOf } from '../../../../src/store/elasticsearch/connection/failure.ts'
import { openElasticsearchStore } from '../../../../src/store/elasticsearch/driver.ts'
import { createKey, createRoles, type RoleName, roleNames } from '../../../../src/store/elasticsearch/setup/roles.ts'
import { applySetup, planSetup } from '../../../../src/store/elasticsearch/setup/setup.ts'
import type { ElasticsearchTarget } from '../../../../src/store/open.ts'
import type { Parcel } from '../../../../src/store/store.ts'
import { targetOf } from '../../../elasticsearch/empty-store.ts'
import { request } from '../../../elasticsearch/request.ts'
import { elasticsearch } from '../../../elasticsearch/servers.ts'

const server = await elasticsearch('secure')
const skip = server.skip ?? false
const { signal } = new AbortController()
const dayMs = 86_400_000

/** A prefix of its own, and a login for each of these roles. */
async function fleetOf<Role extends RoleName>(
  ...roles: readonly Role[]
): Promise<{ admin: ElasticsearchTarget; as: Record<Role, ElasticsearchTarget> }> {
  if (server.skip !== undefined) throw new Error('there is no server')
  const admin = targetOf(server)
  const logins = await withClient(admin, ({ client }) =>
    Promise.all(
      roles.map(async (role) => {
        const { encoded } = await createKey(client, admin.prefix, { role, name: `roles-test-${role}` })
        return [role, { ...admin, auth: { apiKey: encoded } }] as const
      }),
    ),
  )
  return { admin, as: Object.fromEntries(logins) as Record<Role, ElasticsearchTarget> }
}

function setUp(to: ElasticsearchTarget) {
  return withClient(to, ({ client }) => applySetup(client, planSetup(to.prefix, declaredFields), { now: Date.now() }))
}

function parcel(content: string, at: number, version = at): Parcel {
  const document: Document = {
    '@timestamp': new Date(at).toISOString(),
    'host.name': 'web1',
    'file.path': '/etc/motd',
    'event.dataset': 'mitra.file',
    'event.kind': 'state',
    content,
    'sysctl.never.seen.before': 42,
  }
  return { document, version, unchanged: false }
}

async function contents(to: ElasticsearchTarget, view: 'latest' | 'days' | 'history'): Promise<unknown[]> {
  const alias = `${to.prefix}${view}`
  return withClient(to, async ({ client }) => {
    const { hits } = await client.search<{ content: string }>({ index: alias, sort: ['@timestamp'] })
    return hits.hits.map(({ _source }) => _source?.content)
  })
}

/** What a login is refused, of a list of requests: 403 and nothing else. */
async function refusals(to: ElasticsearchTarget, asked: readonly [method: string, path: string, body?: object][]) {
  return withClient(to, async ({ client }) => {
    const passed: string[] = []
    for (const [method, path, body] of asked) {
      try {
        await client.transport.request({ method, path, ...(body && { body }) })
        passed.push(`${method} ${path}`)
      } catch (error) {
        const { kind } = failureOf(error)
        if (kind !== 'forbidden') passed.push(`${method} ${path}: ${kind}`)
      }
    }
    return passed
  })
}

test('an operator’s key is enough to set up and to prune', { skip }, async () => {
  const { as } = await fleetOf('operator')
  assert.deepEqual(new Set((await setUp(as.operator)).map(({ action }) => action)), new Set(['created', 'unchanged']))
  const old = await openElasticsearchStore(as.operator, declaredFields)
  await old.write([parcel('old', Date.now() - 10 * dayMs).document])
  const report = await old.prune({ days: 5, history: 5 }, Date.now(), { dryRun: false })
  await old.close()
  assert.deepEqual([report.days, report.versions], [1, 1])
})

test('an agent’s key alone writes to all views on a cluster that is set up, today and days ago', { skip }, async () => {
  const { admin, as } = await fleetOf('agent', 'operator')
  await setUp(as.operator)
  const now = Date.now()
  const store = await openElasticsearchStore(as.agent, declaredFields)
  const answers = await store.deliver([parcel('first', now - dayMs), parcel('second', now)], signal)
  assert.deepEqual(answers, [{ status: 'stored' }, { status: 'stored' }])
  // it may make what it wrote visible, and needs no more for a search to find it at once
  await store.close()
  await request(server as never, `/${admin.prefix}*/_refresh`, { method: 'POST' })
  assert.deepEqual(await contents(admin, 'latest'), ['second'])
  assert.deepEqual(await contents(admin, 'days'), ['first', 'second'])
  assert.deepEqual(await contents(admin, 'history'), ['first', 'second'])
  // keys nobody has declared are mapped by its writes
  const { hits } = (await request(server as never, `/${admin.prefix}latest/_search?q=sysctl.never.seen.before:42`)) as {
    hits: { hits: unknown[] }
  }
  assert.equal(hits.hits.length, 1)
})

test('an agent’s key reads no document, by no way there is', { skip }, async () => {
  const { admin, as } = await fleetOf('agent')
  await setUp(admin)
  const store = await openElasticsearchStore(as.agent, declaredFields)
  await store.deliver([parcel('the secret', Date.now())], signal)
  await store.close()
  const latest = `/${admin.prefix}latest`
  const { hits } = (await request(server as never, `${latest}/_search`)) as { hits: { hits: { _id: string }[] } }
  const id = hits.hits[0]?._id
  assert.ok(id)
  const update = { doc: {}, _source: true }
  const passed = await refusals(as.agent, [
    ['GET', `${latest}/_search`],
    ['GET', `/${admin.prefix}*/_search`],
    ['GET', `${latest}/_count`],
    ['GET', `${latest}/_doc/${id}`],
    ['GET', `${latest}/_source/${id}`],
    ['POST', `${latest}/_mget`, { ids: [id] }],
    ['GET', `${latest}/_termvectors/${id}`],
    ['GET', `${latest}/_explain/${id}?q=*`],
    ['GET', `${latest}/_field_caps?fields=*`],
    ['GET', `${latest}/_validate/query?explain=true`],
    ['POST', `${latest}/_terms_enum`, { field: 'file.path' }],
    ['POST', `${latest}/_pit?keep_alive=1m`],
    // the answer to an update can hold the document
    ['POST', `${latest}/_update/${id}`, update],
    ['POST', '/_reindex', { source: { index: `${admin.prefix}latest` }, dest: { index: `${admin.prefix}2026.01.01` } }],
  ])
  assert.deepEqual(passed, [])
  const { items } = await withClient(as.agent, ({ client }) =>
    client.bulk({
      operations: [{ update: { _index: `${admin.prefix}latest`, _id: id, _source: true } }, { doc: {} }],
    }),
  )
  assert.equal(items[0]?.update?.status, 403)
})

test('an agent’s key deletes nothing, changes no set-up and lets no mapping be guessed', { skip }, async () => {
  const { admin, as } = await fleetOf('agent')
  await setUp(admin)
  const { prefix } = admin
  const passed = await refusals(as.agent, [
    ['DELETE', `/${prefix}latest/_doc/1`],
    ['POST', `/${prefix}latest/_delete_by_query`, { query: { match_all: {} } }],
    ['DELETE', `/${prefix}latest_v1`],
    ['PUT', `/${prefix}latest_v1/_mapping`, { properties: { x: { type: 'long' } } }],
    ['PUT', `/${prefix}latest_v1/_settings`, { index: { refresh_interval: '1h' } }],
    ['POST', '/_aliases', { actions: [{ remove: { index: `${prefix}latest_v1`, alias: `${prefix}latest` } }] }],
    ['PUT', `/_index_template/${prefix}days`, { index_patterns: [`${prefix}x*`] }],
    ['POST', `/${prefix}latest_v1/_close`],
    ['POST', `/${prefix}guessed/_doc`, { x: 1 }],
    ['POST', `/${prefix}latest_v2/_doc`, { x: 1 }],
    ['PUT', `/${prefix}lease/_doc/prune`, { holder: 'me' }],
    ['POST', '/somebody-elses/_doc', { x: 1 }],
    ['GET', '/_cluster/state'],
    ['GET', '/_nodes'],
    ['POST', '/_security/api_key', { name: 'another' }],
  ])
  assert.deepEqual(passed, [])
})

test('without a set-up an agent’s key is told what to do, and makes nothing', { skip }, async () => {
  const { admin, as } = await fleetOf('agent')
  const store = await openElasticsearchStore(as.agent, declaredFields)
  const [answer] = await store.deliver([parcel('x', Date.now())], signal)
  await store.close()
  assert.equal(answer?.status, 'retry')
  assert.match(answer?.status === 'retry' ? answer.reason : '', /is not set up for mitra/)
  assert.deepEqual(await request(server as never, `/${admin.prefix}*`), {})
})

test('a searcher’s key reads everything of mitra and writes nothing', { skip }, async () => {
  const { admin, as } = await fleetOf('agent', 'searcher')
  await setUp(admin)
  const writer = await openElasticsearchStore(as.agent, declaredFields)
  await writer.deliver([parcel('to be found', Date.now())], signal)
  await writer.close()
  await request(server as never, `/${admin.prefix}*/_refresh`, { method: 'POST' })
  const store = await openElasticsearchStore(as.searcher, declaredFields)
  try {
    const view = { kind: 'latest' } as const
    const found = await Array.fromAsync(store.search({ condition: { kind: 'all' }, view }))
    assert.deepEqual(
      found.map(({ content }) => content),
      ['to be found'],
    )
    assert.equal(await store.count({ condition: { kind: 'all' }, view: { kind: 'history' } }), 1)
    const { hosts } = await store.hosts({ all: [], without: [], view, silentBefore: 0 })
    assert.deepEqual(
      hosts.map(({ name }) => name),
      ['web1'],
    )
    assert.ok((await store.fields()).some(({ name }) => name === 'sysctl.never.seen.before'))
    const { values } = await store.values('sysctl.never.seen.before', { condition: { kind: 'all' }, view })
    assert.equal(values[0]?.value, 42)
    assert.equal((await store.get('web1', '/etc/motd'))?.content, 'to be found')
    const [answer] = await store.deliver([parcel('no', Date.now())], signal)
    assert.equal(answer?.status, 'retry')
    await assert.rejects(store.write([parcel('no', Date.now()).document]), /may not do indices:data\/write\/bulk/)
  } finally {
    await store.close()
  }
  const { prefix } = admin
  const passed = await refusals(as.searcher, [
    ['PUT', `/${prefix}latest/_doc/1`, { x: 1 }],
    ['DELETE', `/${prefix}latest_v1`],
    ['PUT', `/${prefix}2026.01.01`],
    ['PUT', `/${prefix}latest_v1/_mapping`, { properties: { x: { type: 'long' } } }],
    ['GET', '/somebody-elses/_search'],
    ['GET', '/_cluster/state'],
  ])
  assert.deepEqual(passed, [])
})

test('roles are created once and updated after, and a user with one may do the same as its key', { skip }, async () => {
  const { admin } = await fleetOf()
  await setUp(admin)
  const create = () => withClient(admin, ({ client }) => createRoles(client, admin.prefix))
  assert.deepEqual(
    (await create()).map(({ name, action }) => [name.replace(admin.prefix, ''), action]),
    roleNames.map((role) => [role, 'created']),
  )
  assert.deepEqual(new Set((await create()).map(({ action }) => action)), new Set(['updated']))
  const username = `${admin.prefix}user`
  const body = { password: 'correct horse', roles: [`${admin.prefix}agent`] }
  await request(server as never, `/_security/user/${username}`, { method: 'PUT', body })
  const store = await openElasticsearchStore({ ...admin, auth: { username, password: body.password } }, declaredFields)
  assert.deepEqual(await store.deliver([parcel('x', Date.now())], signal), [{ status: 'stored' }])
  await store.close()
})

test('a key has its name, its end and a mark of mitra', { skip }, async () => {
  const { admin } = await fleetOf()
  const key = await withClient(admin, ({ client }) =>
    createKey(client, admin.prefix, { role: 'agent', name: 'one day', expiration: '1d' }),
  )
  assert.ok(Math.abs((key.expiration ?? 0) - Date.now() - dayMs) < 600_000)
  const { api_keys } = (await request(server as never, `/_security/api_key?id=${key.id}`)) as {
    api_keys: { name: string; metadata: object }[]
  }
  assert.deepEqual([api_keys[0]?.name, Object.keys(api_keys[0]?.metadata ?? {})], ['one day', ['mitra']])
})

test('a key that may make keys is told that it needs a user for that', { skip }, async () => {
  const { admin } = await fleetOf()
  const body = { name: 'roles-test-keys', role_descriptors: { keys: { cluster: ['manage_api_key'] } } }
  const { encoded } = await request(server as never, '/_security/api_key', { method: 'POST', body })
  const login = { ...admin, auth: { apiKey: `${encoded}` } }
  await assert.rejects(
    withClient(login, ({ client }) => createKey(client, admin.prefix, { role: 'agent', name: 'x' })),
    (error: Error & { next?: string }) =>
      /does not make it: /.test(error.message) && /user name/.test(error.next ?? ''),
  )
})

test('without security there are neither roles nor keys, and that is said', async (t) => {
  const plain = await elasticsearch('current')
  if (plain.skip !== undefined) return t.skip(plain.skip)
  const to = targetOf(plain)
  for (const work of ['roles', 'key'] as const)
    await assert.rejects(
      withClient(to, async ({ client }) => {
        if (work === 'roles') await createRoles(client, to.prefix)
        else await createKey(client, to.prefix, { role: 'agent', name: 'x' })
      }),
      /security is off in this Elasticsearch/,
    )
})
