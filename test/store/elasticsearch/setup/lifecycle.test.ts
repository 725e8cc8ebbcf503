// No server that can be had for tests has lifecycle management: what is sent is held here, to a cluster that remembers it.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { declaredFields } from '../../../../src/commands/declared-fields.ts'
import { withClient } from '../../../../src/store/elasticsearch/connection/client.ts'
import { type Lifecycle, policiesOf } from '../../../../src/store/elasticsearch/setup/lifecycle.ts'
import { applySetup, planSetup, requestsOf } from '../../../../src/store/elasticsearch/setup/setup.ts'
import { banner, httpServer, target } from '../faulty-server.ts'

const now = Date.UTC(2026, 10, 21, 12)

function phasesOf(lifecycle: Lifecycle): Record<string, { min_age: string; actions: object }> {
  const { policy } = policiesOf('mitra_', lifecycle).days.body as { policy: { phases: never } }
  return policy.phases
}

test('days go when prune would remove them, counted from the beginning of the day', () => {
  const { days, history } = policiesOf('mitra_', { days: 90, history: 30, merge: false })
  assert.deepEqual([days.name, history.name], ['mitra_days', 'mitra_history'])
  const phases = (policy: typeof days) => (policy.body['policy'] as { phases: Record<string, unknown> }).phases
  assert.deepEqual(phases(days), {
    hot: { min_age: '0ms', actions: {} },
    delete: { min_age: '91d', actions: { delete: {} } },
  })
  assert.deepEqual(phases(history)['delete'], { min_age: '31d', actions: { delete: {} } })
})

test('what is kept for ever has no phase of deletion', () => {
  assert.deepEqual(Object.keys(phasesOf({ merge: false })), ['hot'])
})

test('a finished day is merged where it is', () => {
  assert.deepEqual(phasesOf({ merge: true })['warm'], {
    min_age: '26h',
    actions: { migrate: { enabled: false }, forcemerge: { max_num_segments: 1 } },
  })
})

test('days move to the tier of the phase, to another tier, or to nodes with an attribute', () => {
  const moved = (to: NonNullable<Lifecycle['warm']>['to']) =>
    phasesOf({ merge: false, warm: { after_hours: 48, to }, cold: { after_hours: 167.5, to } })
  assert.deepEqual(moved({ tier: 'data_warm' })['warm'], { min_age: '72h', actions: { migrate: { enabled: true } } })
  assert.deepEqual(moved({ tier: 'data_warm' })['cold'], {
    min_age: '11490m',
    actions: { allocate: { include: { _tier_preference: 'data_warm' } }, migrate: { enabled: false } },
  })
  assert.deepEqual(moved({ attribute: { box_type: 'warm' } })['warm']?.actions, {
    allocate: { require: { box_type: 'warm' } },
    migrate: { enabled: false },
  })
})

test('the templates of the days name their policies, that of the newest states none', () => {
  const plan = planSetup('mitra_', declaredFields, { days: 1, merge: false })
  const names = plan.templates.map(({ body }) => {
    const { index } = (body['template'] as { settings: { index: { lifecycle?: { name: string } } } }).settings
    return index.lifecycle?.name
  })
  assert.deepEqual(names, ['mitra_days', undefined, 'mitra_history'])
  assert.deepEqual(
    requestsOf(plan).map(({ path }) => path),
    [
      '_ilm/policy/mitra_days',
      '_ilm/policy/mitra_history',
      '_index_template/mitra_days',
      '_index_template/mitra_latest',
      '_index_template/mitra_history',
      'mitra_latest_v1',
    ],
  )
})

/** A cluster as far as a set-up asks it: it keeps what is put and gives it back. */
async function rememberingCluster(t: TestContext) {
  const kept = new Map<string, unknown>()
  const asked: string[] = []
  const url = await httpServer(t, ({ method, path: whole, body }) => {
    const [path = ''] = whole.split('?')
    if (path === '/') return banner
    asked.push(`${method} ${decodeURIComponent(path.endsWith('/_settings') ? `${whole} ${body}` : path)}`)
    const name = path.slice(path.lastIndexOf('/') + 1)
    if (method === 'PUT') {
      kept.set(path, JSON.parse(body || '{}'))
      return { status: 200, body: { acknowledged: true } }
    }
    if (path.startsWith('/_index_template/_simulate_index/'))
      return { status: 200, body: { template: { mappings: { _meta: { mitra: { version: 1 } } } } } }
    const found = kept.get(path)
    if (path.endsWith('_mapping')) return { status: 200, body: {} }
    if (found === undefined) return { status: 404, body: {} }
    if (path.startsWith('/_ilm/')) return { status: 200, body: { [name]: { version: 1, ...(found as object) } } }
    return { status: 200, body: { index_templates: [{ name, index_template: found }] } }
  })
  return { url, asked, kept }
}

test('policies are put before the templates that name them, and over the indices that are there', async (t) => {
  const { url, asked, kept } = await rememberingCluster(t)
  const plan = planSetup('mitra_', declaredFields, { days: 90, history: 30, merge: true })
  const apply = (which: typeof plan) => withClient(target(url), ({ client }) => applySetup(client, which, { now }))
  const steps = await apply(plan)
  assert.deepEqual(
    steps.slice(0, 2).map(({ what, name, action }) => [what, name, action]),
    [
      ['lifecycle policy', 'mitra_days', 'created'],
      ['lifecycle policy', 'mitra_history', 'created'],
    ],
  )
  assert.deepEqual(kept.get('/_ilm/policy/mitra_days'), plan.policies[0]?.body)
  const puts = asked.filter((line) => line.startsWith('PUT'))
  assert.ok(puts.indexOf('PUT /_ilm/policy/mitra_history') < puts.indexOf('PUT /_index_template/mitra_days'))
  assert.deepEqual(puts.slice(-2), [
    'PUT /mitra_2*/_settings?allow_no_indices=true {"index":{"lifecycle":{"name":"mitra_days"}}}',
    'PUT /mitra_history_*/_settings?allow_no_indices=true {"index":{"lifecycle":{"name":"mitra_history"}}}',
  ])
  assert.deepEqual(new Set((await apply(plan)).slice(0, 2).map(({ action }) => action)), new Set(['unchanged']))
  const changed = planSetup('mitra_', declaredFields, { days: 10, merge: true })
  assert.equal((await apply(changed))[0]?.action, 'updated')
})

test('a set-up without policies keeps the one a template has', async (t) => {
  const { url, kept } = await rememberingCluster(t)
  const apply = (plan: ReturnType<typeof planSetup>) =>
    withClient(target(url), ({ client }) => applySetup(client, plan, { now }))
  await apply(planSetup('mitra_', declaredFields, { days: 90, merge: true }))
  await apply(planSetup('mitra_', declaredFields))
  const { template } = kept.get('/_index_template/mitra_days') as {
    template: { settings: { index: { lifecycle: object; codec: string } } }
  }
  assert.deepEqual(template.settings.index.lifecycle, { name: 'mitra_days' })
  assert.equal(template.settings.index.codec, 'best_compression')
})
