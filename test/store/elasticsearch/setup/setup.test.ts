import assert from 'node:assert/strict'
import { test } from 'node:test'
import { declaredFields } from '../../../../src/commands/declared-fields.ts'
import type { Field } from '../../../../src/snapshot/field.ts'
import { withClient } from '../../../../src/store/elasticsearch/connection/client.ts'
import { type IndexTemplate, templateVersion } from '../../../../src/store/elasticsearch/mapping/index-template.ts'
import {
  applySetup,
  planSetup,
  requestsOf,
  type SetupPlan,
  type SetupStep,
} from '../../../../src/store/elasticsearch/setup/setup.ts'
import type { ElasticsearchTarget } from '../../../../src/store/open.ts'
import { targetOf } from '../../../elasticsearch/empty-store.ts'
import { request } from '../../../elasticsearch/request.ts'
import type { ServerAddress } from '../../../elasticsearch/server.ts'
import { elasticsearch } from '../../../elasticsearch/servers.ts'

const now = Date.UTC(2026, 10, 21, 12)

function apply(to: ElasticsearchTarget, plan: SetupPlan, options: { force?: boolean } = {}): Promise<SetupStep[]> {
  return withClient(to, ({ client }) => applySetup(client, plan, { now, ...options }))
}

/** `template mitra_days` as `days`, with what became of it. */
function actions(steps: readonly SetupStep[], { prefix }: ElasticsearchTarget): Record<string, string> {
  return Object.fromEntries(steps.map(({ what, name, action }) => [`${what} ${name.replace(prefix, '')}`, action]))
}

const brandNew: Field = { name: 'brand.new', type: 'keyword', summary: 'Nobody has it yet.' }

/** A server without the analysis module takes templates without our analyzer. */
function withoutAnalysis(template: IndexTemplate): IndexTemplate {
  const text = JSON.stringify(template).replaceAll('"analyzer":"words"', '"analyzer":"standard"')
  const changed = JSON.parse(text, (key, value) => (key === 'analysis' ? undefined : value))
  return changed as IndexTemplate
}

for (const kind of ['current', 'previous'] as const)
  test(`the ${kind} server is set up once, a second time changes nothing`, async (t) => {
    const server = await elasticsearch(kind)
    if (server.skip !== undefined) return t.skip(server.skip)
    const to = targetOf(server)
    const { prefix } = to
    const whole = planSetup(prefix, declaredFields)
    const plan = kind === 'current' ? whole : { ...whole, templates: whole.templates.map(withoutAnalysis) }
    assert.deepEqual(actions(await apply(to, plan), to), {
      'index template days': 'created',
      'index template latest': 'created',
      'index template history': 'created',
      'index latest_v1': 'created',
      'mapping latest_v1': 'unchanged',
    })
    assert.deepEqual(actions(await apply(to, plan), to), {
      'index template days': 'unchanged',
      'index template latest': 'unchanged',
      'index template history': 'unchanged',
      'mapping latest_v1': 'unchanged',
    })
    for (const [index, alias] of [
      [`${prefix}2026.11.21`, `${prefix}days`],
      [`${prefix}history_2026.11.21`, `${prefix}history`],
    ]) {
      await request(server, `/${index}`, { method: 'PUT' })
      const { aliases, mappings } = (await request(server, `/${index}`))[index!] as {
        aliases: object
        mappings: { _meta: object }
      }
      assert.deepEqual(Object.keys(aliases), [alias])
      assert.deepEqual(mappings._meta, { mitra: { version: templateVersion } })
    }
  })

test('a new field reaches templates, the newest states and today, and no document is touched', async (t) => {
  const server = await elasticsearch('current')
  if (server.skip !== undefined) return t.skip(server.skip)
  const to = targetOf(server)
  const { prefix } = to
  await apply(to, planSetup(prefix, declaredFields))
  for (const index of ['2026.11.20', '2026.11.21', 'history_2026.11.21'])
    await request(server, `/${prefix}${index}`, { method: 'PUT' })
  const document = { 'host.name': 'web1', 'file.path': '/etc/hosts', '@timestamp': '2026-11-21T10:00:00Z' }
  await request(server, `/${prefix}latest/_doc/1?refresh=true`, { method: 'PUT', body: document })
  assert.deepEqual(actions(await apply(to, planSetup(prefix, [...declaredFields, brandNew])), to), {
    'index template days': 'updated',
    'index template latest': 'updated',
    'index template history': 'updated',
    'mapping latest_v1': 'updated',
    'mapping 2026.11.21': 'updated',
    'mapping history_2026.11.21': 'updated',
  })
  const typeIn = async (index: string) => {
    const found = (await request(server, `/${prefix}${index}/_mapping/field/brand.new`)) as Record<
      string,
      { mappings: Record<string, { mapping: { new: { type: string } } }> }
    >
    return found[`${prefix}${index}`]?.mappings['brand.new']?.mapping.new.type
  }
  assert.equal(await typeIn('latest_v1'), 'keyword')
  assert.equal(await typeIn('2026.11.21'), 'keyword')
  assert.equal(await typeIn('2026.11.20'), undefined)
  const kept = await request(server, `/${prefix}latest/_doc/1`)
  assert.deepEqual([kept['_version'], kept['_source']], [1, document])
})

test('what a newer mitra made is kept, unless it is forced', async (t) => {
  const server = await elasticsearch('current')
  if (server.skip !== undefined) return t.skip(server.skip)
  const to = targetOf(server)
  const plan = planSetup(to.prefix, declaredFields)
  const newer = JSON.parse(JSON.stringify(planSetup(to.prefix, [...declaredFields, brandNew])), (key, value) =>
    key === 'mitra' ? { version: 99 } : value,
  ) as SetupPlan
  for (const { name, body } of newer.templates)
    await request(server, `/_index_template/${name}`, { method: 'PUT', body: { ...body, version: 99 } })
  await request(server, `/${to.prefix}latest_v1`, { method: 'PUT', body: { aliases: { [`${to.prefix}latest`]: {} } } })
  const before = await request(server, `/_index_template/${to.prefix}*`)
  const steps = await apply(to, plan)
  assert.deepEqual(new Set(steps.map(({ action }) => action)), new Set(['kept newer']))
  assert.equal(steps[0]?.detail, `version 99, this mitra has ${templateVersion}`)
  assert.deepEqual(await request(server, `/_index_template/${to.prefix}*`), before)
  const forced = await apply(to, plan, { force: true })
  assert.deepEqual(new Set(forced.map(({ action }) => action)), new Set(['updated']))
  assert.deepEqual(actions(await apply(to, plan), to)['index template days'], 'unchanged')
})

test('a template of that name that is not mitra’s is left alone, and nothing is built on it', async (t) => {
  const server = await elasticsearch('current')
  if (server.skip !== undefined) return t.skip(server.skip)
  const to = targetOf(server)
  const path = `/_index_template/${to.prefix}days`
  await request(server, path, { method: 'PUT', body: { index_patterns: [`${to.prefix}elsewhere*`], priority: 7 } })
  const before = await request(server, path)
  for (const force of [false, true]) {
    const done = actions(await apply(to, planSetup(to.prefix, declaredFields), { force }), to)
    assert.equal(done['index template days'], 'foreign')
    assert.ok(!('index latest_v1' in done))
  }
  assert.deepEqual(await request(server, path), before)
  await request(server, path, { method: 'DELETE' })
})

test('a template of higher priority is noticed, and nothing is made from it', async (t) => {
  const server = await elasticsearch('current')
  if (server.skip !== undefined) return t.skip(server.skip)
  const to = targetOf(server)
  const path = `/_index_template/${to.prefix}greedy`
  await request(server, path, { method: 'PUT', body: { index_patterns: [`${to.prefix}*`], priority: 5000 } })
  const steps = await apply(to, planSetup(to.prefix, declaredFields))
  await request(server, path, { method: 'DELETE' })
  const foreign = steps.filter(({ action }) => action === 'foreign')
  assert.deepEqual(
    foreign.map(({ name, detail }) => [name.replace(to.prefix, ''), detail?.replace(to.prefix, '')]),
    [
      ['days', 'an index template of higher priority has 2026.11.22'],
      ['history', 'an index template of higher priority has history_2026.11.22'],
    ],
  )
  assert.ok(!steps.some(({ what }) => what === 'index'))
})

test('a template of the same priority is named', async (t) => {
  const server = await elasticsearch('current')
  if (server.skip !== undefined) return t.skip(server.skip)
  const to = targetOf(server)
  const path = `/_index_template/${to.prefix}equal`
  await request(server, path, { method: 'PUT', body: { index_patterns: [`${to.prefix}2*`], priority: 300 } })
  const steps = await apply(to, planSetup(to.prefix, declaredFields))
  await request(server, path, { method: 'DELETE' })
  const refused = steps.find(({ action }) => action === 'refused')
  assert.equal(refused?.name, `${to.prefix}days`)
  assert.ok(refused?.detail?.includes(`${to.prefix}equal`), refused?.detail)
})

test('an index where the alias belongs is named with what to do', async (t) => {
  const server = await elasticsearch('current')
  if (server.skip !== undefined) return t.skip(server.skip)
  const to = targetOf(server)
  await request(server, `/${to.prefix}latest`, { method: 'PUT' })
  await assert.rejects(
    apply(to, planSetup(to.prefix, declaredFields)),
    (error: Error & { next?: string }) =>
      error.message.includes(`an index is named ${to.prefix}latest`) && /DELETE/.test(error.next ?? ''),
  )
  assert.ok(await request(server, `/${to.prefix}latest`))
})

test('an alias that was lost is put back', async (t) => {
  const server = await elasticsearch('current')
  if (server.skip !== undefined) return t.skip(server.skip)
  const to = targetOf(server)
  const plan = planSetup(to.prefix, declaredFields)
  await apply(to, plan)
  await request(server, `/${to.prefix}latest_v1/_alias/${to.prefix}latest`, { method: 'DELETE' })
  assert.equal(actions(await apply(to, plan), to)['index latest_v1'], 'updated')
  assert.ok(await request(server, `/_alias/${to.prefix}latest`))
})

test('a mapping that cannot be changed is refused by itself, and the rest is done', async (t) => {
  const server = await elasticsearch('current')
  if (server.skip !== undefined) return t.skip(server.skip)
  const to = targetOf(server)
  await apply(to, planSetup(to.prefix, [...declaredFields, { ...brandNew, type: 'long' }]))
  const steps = await apply(to, planSetup(to.prefix, [...declaredFields, brandNew]))
  assert.equal(actions(steps, to)['index template latest'], 'updated')
  const refused = steps.find(({ action }) => action === 'refused')
  assert.equal(refused?.name, `${to.prefix}latest_v1`)
  assert.match(refused?.detail ?? '', /brand\.new/)
})

test('several set-ups at once come to the same end', async (t) => {
  const server = await elasticsearch('current')
  if (server.skip !== undefined) return t.skip(server.skip)
  const to = targetOf(server)
  const plan = planSetup(to.prefix, declaredFields)
  await Promise.all([apply(to, plan), apply(to, plan), apply(to, plan)])
  assert.deepEqual(new Set((await apply(to, plan)).map(({ action }) => action)), new Set(['unchanged']))
})

test('the plan as requests puts the same in place when somebody sends them', async (t) => {
  const server = await elasticsearch('current')
  if (server.skip !== undefined) return t.skip(server.skip)
  const to = targetOf(server)
  const plan = planSetup(to.prefix, declaredFields)
  await sendAll(server, plan)
  assert.deepEqual(new Set((await apply(to, plan)).map(({ action }) => action)), new Set(['unchanged']))
})

async function sendAll(server: ServerAddress, plan: SetupPlan): Promise<void> {
  for (const { method, path, body } of requestsOf(plan)) await request(server, `/${path}`, { method, body })
}

test('a cluster without lifecycle management is told, and nothing is changed', async (t) => {
  const server = await elasticsearch('current')
  if (server.skip !== undefined) return t.skip(server.skip)
  const to = targetOf(server)
  const plan = planSetup(to.prefix, declaredFields, { days: 90, history: 30, merge: true })
  await assert.rejects(
    apply(to, plan),
    (error: Error & { next?: string }) =>
      error.message === 'this Elasticsearch has no index lifecycle management' && /mitra prune/.test(error.next ?? ''),
  )
  await assert.rejects(request(server, `/_index_template/${to.prefix}days`), /404/)
})
