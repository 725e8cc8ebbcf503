// From a configuration file to what the agent and the store are told.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { AgentSettings } from '../../src/agent/settings.ts'
import { agentPlan, retentionOf } from '../../src/config/agent-plan.ts'
import { type Configuration, loadConfiguration } from '../../src/config/load.ts'
import type { Retention } from '../../src/store/store.ts'

const folder = mkdtempSync(join(tmpdir(), 'mitra-plan-'))
after(() => rmSync(folder, { recursive: true }))

const known = [
  { name: 'sysctl', enabledByDefault: true },
  { name: 'meminfo', enabledByDefault: true },
  { name: 'packages', enabledByDefault: false },
]

function load(yaml: string): Promise<Configuration> {
  const file = join(folder, 'mitra.yml')
  writeFileSync(file, yaml)
  return loadConfiguration({ file, env: {}, sources: known, uid: 0 })
}

test('tells the agent the defaults', async () => {
  const configuration = await load('')
  const plan: AgentSettings = agentPlan(configuration, known)
  assert.deepEqual(plan.sources, [{ name: 'sysctl' }, { name: 'meminfo' }])
  assert.deepEqual(plan.frequency, { seconds: 300 })
  assert.equal(plan.host, undefined)
  assert.equal(plan.root, '/')
  assert.equal(plan.maxBytes, 10 * 1024 * 1024)
  assert.equal(plan.watch, true)
  assert.deepEqual(plan.commands, [])
  assert.ok(plan.files.length > 20)
  assert.deepEqual(plan.files[0], { path: '/etc/hosts', required: false })
})

test('hands a source what the configuration tells it alone', async () => {
  const yaml = `
sources:
  processes: {top: 0, names: [mysqld, "php-fpm*"], users: ["33"], cgroups: [/system.slice], arguments: true, frequency: 60}
  memcached: {addresses: ["cache-01:11211", "[::1]:11211", /run/memcached.sock]}
`
  const names = ['processes', 'memcached'].map((name) => ({ name, enabledByDefault: false }))
  const file = join(folder, 'own.yml')
  writeFileSync(file, yaml)
  const configuration = await loadConfiguration({ file, env: {}, sources: names, uid: 0 })
  assert.deepEqual(agentPlan(configuration, names).sources, [
    {
      name: 'processes',
      frequency: { seconds: 60 },
      options: {
        top: 0,
        names: ['mysqld', 'php-fpm*'],
        users: ['33'],
        cgroups: ['/system.slice'],
        arguments: true,
      },
    },
    { name: 'memcached', options: { addresses: ['cache-01:11211', '[::1]:11211', '/run/memcached.sock'] } },
  ])
})

test('turns units and short forms into what the agent takes', async () => {
  const plan = agentPlan(
    await load(`
labels: {rack: 7, spare: false}
indexer:
  maxsize: -1
  frequency: "@hourly"
  files: [/a, {path: /b, frequency: 5, required: false}, /c, /a]
  files_if_present: [/c, {path: /d, frequency: "0 3 * * *"}]
  commands:
    - {path: one, run: [/bin/true]}
    - {path: two, run: [/bin/echo, "2"], timeout: 1.5, maxsize: 0.5, kind: metric, frequency: 60}
sources:
  sysctl: {enabled: false}
  meminfo: {frequency: 10}
  packages: true
`),
    known,
  )
  assert.deepEqual(plan, {
    host: undefined,
    root: '/',
    labels: { rack: '7', spare: 'false' },
    frequency: { cron: '@hourly' },
    sources: [{ name: 'meminfo', frequency: { seconds: 10 } }, { name: 'packages' }],
    files: [
      { path: '/a', required: true },
      { path: '/b', required: false, frequency: { seconds: 5 } },
      { path: '/c', required: true },
      { path: '/d', required: false, frequency: { cron: '0 3 * * *' } },
    ],
    formats: [],
    commands: [
      { path: 'one', run: ['/bin/true'], timeout_s: 10, maxBytes: 10 * 1024 * 1024 },
      {
        path: 'two',
        run: ['/bin/echo', '2'],
        timeout_s: 1.5,
        maxBytes: 512 * 1024,
        kind: 'metric',
        frequency: { seconds: 60 },
      },
    ],
    maxBytes: -1,
    watch: true,
  })
})

test('reads a source that is off by default once it is given a frequency', async () => {
  const plan = agentPlan(await load('sources: {packages: {frequency: 3600}, sysctl: false}\n'), known)
  assert.deepEqual(plan.sources, [{ name: 'meminfo' }, { name: 'packages', frequency: { seconds: 3600 } }])
})

test('leaves out the views that are kept for ever', async () => {
  const byDefault: Retention = retentionOf(await load(''))
  assert.deepEqual(byDefault, { days: 90, history: 30, merge: true, moves: [] })
  const kept = retentionOf(await load('retention: {days: -1, history: -1, hosts: 400, merge: false}\n'))
  assert.deepEqual(kept, { hosts: 400, merge: false, moves: [] })
})

test('moves days by tier and by attribute, and not without either', async () => {
  const { moves }: Retention = retentionOf(
    await load('retention:\n  warm: {after: 24, tier: data_warm}\n  cold: {attribute: {box_type: cold}}\n'),
  )
  assert.deepEqual(moves, [
    { after_hours: 24, to: { tier: 'data_warm' } },
    { after_hours: 168, to: { attribute: { box_type: 'cold' } } },
  ])
})

test('tells how files become fields, in the order of the lists', async () => {
  const plan = agentPlan(
    await load(`
indexer:
  files: [/a, {path: /etc/app.json, parse: json, as: app, keys: 50}]
  files_if_present: [{path: "/etc/my.cnf.d/*.cnf", parse: ini, as: mysql}]
`),
    known,
  )
  assert.deepEqual(plan.formats, [
    { path: '/etc/app.json', parse: 'json', as: 'app', keys: 50 },
    { path: '/etc/my.cnf.d/*.cnf', parse: 'ini', as: 'mysql' },
  ])
})

test('says what a file that becomes fields lacks', async () => {
  const yaml =
    'indexer: {files: [{path: /a, parse: json}, {path: /b, as: x}, {path: /c, parse: xml, as: "a.b", keys: 0}]}\n'
  await assert.rejects(load(yaml), (error: Error) => {
    for (const part of [
      /indexer\.files\[0\]\.parse needs as beside it/,
      /indexer\.files\[1\]\.as needs parse beside it/,
      /indexer\.files\[2\]\.parse must be keyvalue, ini,/,
      /indexer\.files\[2\]\.as must be a name/,
      /indexer\.files\[2\]\.keys must be a whole number/,
    ])
      assert.match(error.message, part)
    return true
  })
})
