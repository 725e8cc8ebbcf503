import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { templateVersion } from '../../src/store/elasticsearch/mapping/index-template.ts'
import { targetOf } from '../elasticsearch/empty-store.ts'
import { request } from '../elasticsearch/request.ts'
import type { ServerAddress } from '../elasticsearch/server.ts'
import { elasticsearch } from '../elasticsearch/servers.ts'
import { mitra, parsedLines, temporaryFolder } from './mitra.ts'

const folder = temporaryFolder()

/** A configuration for a server and a prefix of its own; `more` is added as it stands. */
function configured(server: ServerAddress | undefined, more = ''): { config: string; prefix: string } {
  const own = mkdtempSync(join(folder, 'config-'))
  const { prefix } = targetOf(server ?? { url: 'http://127.0.0.1:9', version: '9' })
  const lines = [`host: box`, `indexer: {prefix: ${prefix}}`, `delivery: {path: ${join(own, 'outbox.db')}}`]
  if (server !== undefined) {
    lines.push('store:', '  elasticsearch:', `    nodes: ${server.url}`)
    if (server.ca !== undefined) {
      writeFileSync(join(own, 'ca.pem'), server.ca)
      lines.push(
        `    ca: ${join(own, 'ca.pem')}`,
        `    username: ${server.username}`,
        `    password: "${server.password}"`,
      )
    }
  }
  const config = join(own, 'mitra.yml')
  writeFileSync(config, `${lines.join('\n')}\n${more}`)
  return { config, prefix }
}

const setup = (config: string, ...words: string[]) => mitra(['setup', '--config', config, ...words])

test('--dry-run prints requests as Dev Tools take them, without a cluster', async () => {
  const { config, prefix } = configured(undefined)
  const { status, stdout, stderr } = await setup(config, '--dry-run')
  assert.deepEqual([status, stderr], [0, ''])
  const requests = stdout.split(/^(?=PUT )/m)
  assert.deepEqual(
    requests.map((text) => text.split('\n', 1)[0]),
    ['days', 'latest', 'history']
      .map((view) => `PUT _index_template/${prefix}${view}`)
      .concat(`PUT ${prefix}latest_v1`),
  )
  for (const text of requests) assert.equal(typeof JSON.parse(text.slice(text.indexOf('\n'))), 'object')
})

test('--dry-run --ilm prints the policies that retention asks for', async () => {
  const more =
    'retention:\n  days: 10\n  history: -1\n  merge: false\n  warm: {after: 48, tier: data_warm}\n  cold: {attribute: {box_type: cold}}\n'
  const { config, prefix } = configured(undefined, more)
  const { stdout } = await setup(config, '-n', '--ilm')
  const [days = '', history = ''] = stdout.split(/^(?=PUT )/m)
  assert.ok(days.startsWith(`PUT _ilm/policy/${prefix}days\n`))
  const phasesOf = (text: string) => JSON.parse(text.slice(text.indexOf('\n'))).policy.phases
  assert.deepEqual(phasesOf(days), {
    hot: { min_age: '0ms', actions: {} },
    warm: { min_age: '72h', actions: { migrate: { enabled: true } } },
    cold: {
      min_age: '192h',
      actions: { allocate: { require: { box_type: 'cold' } }, migrate: { enabled: false } },
    },
    delete: { min_age: '11d', actions: { delete: {} } },
  })
  assert.equal(phasesOf(history).delete, undefined)
})

test('--roles prints three roles, without a cluster', async () => {
  const { config, prefix } = configured(undefined)
  const { status, stdout } = await setup(config, '--roles')
  assert.equal(status, 0)
  assert.deepEqual(
    [...stdout.matchAll(/^PUT (.*)$/gm)].map(([, path]) => path),
    ['agent', 'searcher', 'operator'].map((role) => `_security/role/${prefix}${role}`),
  )
})

test('options that do not go together are refused', async () => {
  const { config } = configured(undefined)
  for (const [words, line] of [
    [['--dry-run', '--roles'], /--dry-run and --roles exclude each other/],
    [['--create-roles', '--create-key', 'agent'], /exclude each other/],
    [['--name', 'x'], /--name is for --create-key/],
    [['--expires', '1d'], /--expires is for --create-key/],
    [['--roles', '--ilm'], /--ilm has no meaning with --roles/],
    [['--create-roles', '--force'], /--force has no meaning with --create-roles/],
  ] as const) {
    const { status, stdout, stderr } = await setup(config, ...words)
    assert.deepEqual([status, stdout], [2, ''])
    assert.match(stderr, line)
  }
})

test('the embedded store needs no setup', async () => {
  const { config } = configured(undefined)
  const { status, stderr } = await setup(config)
  assert.equal(status, 2)
  assert.match(stderr, /the embedded store needs no setup.*\n.*store\.elasticsearch\.nodes/)
})

test('a cluster is set up, a second time unchanged, and says both', async (t) => {
  const server = await elasticsearch('current')
  if (server.skip !== undefined) return t.skip(server.skip)
  const { config, prefix } = configured(server)
  const first = await setup(config)
  assert.deepEqual([first.status, first.stderr], [0, ''])
  assert.ok(first.stdout.startsWith(`index template\t${prefix}days\tcreated\t\n`), first.stdout)
  const second = await setup(config, '--json')
  assert.equal(second.status, 0)
  const steps = parsedLines<{ action: string; name: string }>(second.stdout)
  assert.deepEqual(new Set(steps.map(({ action }) => action)), new Set(['unchanged']))
  const { index_templates: templates } = (await request(server, `/_index_template/${prefix}*`)) as {
    index_templates: { index_template: { version: number } }[]
  }
  assert.deepEqual(
    templates.map(({ index_template }) => index_template.version),
    [templateVersion, templateVersion, templateVersion],
  )
})

test('what could not be set up is named, and the exit status is 2', async (t) => {
  const server = await elasticsearch('current')
  if (server.skip !== undefined) return t.skip(server.skip)
  const { config, prefix } = configured(server)
  const path = `/_index_template/${prefix}latest`
  await request(server, path, { method: 'PUT', body: { index_patterns: [`${prefix}other*`] } })
  const { status, stdout, stderr } = await setup(config)
  assert.equal(status, 2)
  assert.match(stdout, new RegExp(`${prefix}latest\tforeign\t`))
  assert.match(stderr, new RegExp(`index template ${prefix}latest could not be set up\n.*indexer\\.prefix`))
})

test('--ilm, roles and keys say when the cluster has no such feature', async (t) => {
  const server = await elasticsearch('current')
  if (server.skip !== undefined) return t.skip(server.skip)
  const { config } = configured(server)
  for (const [words, line] of [
    [['--ilm'], /no index lifecycle management\n.*mitra prune/],
    [['--create-roles'], /security is off/],
    [['--create-key', 'agent'], /security is off/],
  ] as const) {
    const { status, stdout, stderr } = await setup(config, ...words)
    assert.deepEqual([status, stdout], [2, ''])
    assert.match(stderr, line)
  }
})

test('a key comes alone on stdout and works', async (t) => {
  const server = await elasticsearch('secure')
  if (server.skip !== undefined) return t.skip(server.skip)
  const { config, prefix } = configured(server)
  const made = await setup(config, '--create-key', 'searcher')
  assert.equal(made.status, 0)
  assert.match(made.stdout, /^[\w+/=-]+\n$/)
  assert.match(made.stderr, new RegExp(`^key "${prefix}searcher" \\(.*\\); it cannot be shown again\n$`))
  const named = await setup(config, '--create-key', 'agent', '--name', 'web', '--expires', '2d', '--json', '-q')
  assert.equal(named.stderr, '')
  const [key] = parsedLines<Record<string, string>>(named.stdout)
  assert.deepEqual([key?.['name'], key?.['role']], ['web', 'agent'])
  assert.match(key?.['expires'] ?? '', /^\d{4}-\d\d-\d\dT/)
  const wrong = await setup(config, '--create-key', 'agent', '--expires', 'soon')
  assert.equal(wrong.status, 2)
  assert.match(wrong.stderr, /--expires must be a whole number with d, h, m or s, got "soon"/)
})

test('roles are created, and then updated', async (t) => {
  const server = await elasticsearch('secure')
  if (server.skip !== undefined) return t.skip(server.skip)
  const { config, prefix } = configured(server)
  assert.match((await setup(config, '--create-roles')).stdout, new RegExp(`^role\t${prefix}agent\tcreated\t\n`))
  assert.match((await setup(config, '--create-roles')).stdout, new RegExp(`^role\t${prefix}agent\tupdated\t\n`))
})

test('doctor on a cluster that is set up ends with 1 for its warnings, and with 2 where it is not', async (t) => {
  const server = await elasticsearch('current')
  if (server.skip !== undefined) return t.skip(server.skip)
  const { config } = configured(server)
  const doctor = (...words: string[]) => mitra(['doctor', '--config', config, ...words])
  const before = await doctor('--quiet')
  assert.equal(before.status, 2)
  assert.match(before.stdout, /^templates\tproblem\t.*\trun `mitra setup`$/m)
  await setup(config)
  const after = await doctor('--json')
  assert.equal(after.status, 1)
  const status = Object.fromEntries(
    parsedLines<{ check: string; status: string }>(after.stdout).map((row) => [row.check, row.status]),
  )
  assert.equal(status['templates'], 'ok')
  // no security, and no host yet
  assert.deepEqual([status['rights'], status['hosts'], status['outbox']], ['warning', 'warning', 'ok'])
})
