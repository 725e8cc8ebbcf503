import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AssertRequest, assertion } from '../../src/history/assertion.ts'
import { parseQuery } from '../../src/query/parser.ts'
import { resolveQuery } from '../../src/query/resolve.ts'
import { stored } from './stored.ts'

const document = (host: string, path: string, time: string, more: object) => ({
  '@timestamp': `2026-11-20T${time}:00.000Z`,
  'host.name': host,
  'file.path': path,
  'labels.role': host.replace(/\d/g, ''),
  ...more,
})
const settings = (host: string, time: string, somaxconn: number) =>
  document(host, '/proc/sys', time, { content: `net.core.somaxconn = ${somaxconn}\n` })

const store = await stored([
  settings('web1', '12:00', 4096),
  settings('web2', '12:00', 128),
  settings('web3', '08:00', 4096),
  document('web4', '/etc/hosts', '12:00', { content: 'localhost\n' }),
  document('web5', '/proc/sys', '12:00', { 'error.message': 'permission denied' }),
  settings('web6', '09:00', 4096),
  document('web6', '/proc/sys', '12:00', { 'file.exists': false }),
  settings('db1', '12:00', 8192),
  document('db1', '/etc/sysctl.conf', '12:00', { content: 'net.core.somaxconn = 16\n' }),
])

const asked = (query: string) => resolveQuery(parseQuery(query))

async function ask(query: string, more: Partial<AssertRequest> = {}) {
  const verdict = await assertion(store, {
    condition: asked(query),
    on: 'all',
    fields: ['sysctl.net.core.somaxconn', 'file.path'],
    view: { kind: 'latest' },
    silentBefore: Date.parse('2026-11-20T11:00:00Z'),
    allowSilent: false,
    ...more,
  })
  const offenders = verdict.offenders.map(({ host, reason, holds }) => [host, reason, ...holds].join(' '))
  return { ...verdict, offenders }
}

const deep = 'filename:/proc/sys AND sysctl.net.core.somaxconn:>=1024'

test('holds where every host asked has a document that matches', async () => {
  const { status, asked: hosts, offenders } = await ask(deep, { universe: asked('labels.role:db') })
  assert.deepEqual([status, hosts, offenders], ['holds', 1, []])
})

test('names who breaks it, with what they hold and why', async () => {
  const { status, asked: hosts, offenders, coverage } = await ask(deep)
  assert.deepEqual([status, hosts], ['fails', 7])
  assert.deepEqual(offenders, [
    'web2 differs sysctl.net.core.somaxconn=128',
    'web3 silent sysctl.net.core.somaxconn=4096',
    'web4 without',
    'web5 error permission denied',
    'web6 removed',
  ])
  assert.equal(coverage.silent, 1)
})

test('lets silent hosts pass by what they last said, where that is allowed', async () => {
  const { offenders } = await ask(deep, { allowSilent: true })
  assert.ok(!offenders.some((line) => line.startsWith('web3')))
})

test('names who has what none is to have, and counts the silent', async () => {
  const { status, offenders, coverage } = await ask('sysctl.net.core.somaxconn:<=128', { on: 'none' })
  assert.equal(status, 'fails')
  assert.deepEqual(offenders, [
    'db1 matches /etc/sysctl.conf: sysctl.net.core.somaxconn=16 /proc/sys: sysctl.net.core.somaxconn=8192',
    'web2 matches /proc/sys: sysctl.net.core.somaxconn=128',
  ])
  assert.equal(coverage.silent, 1)
  assert.equal((await ask('sysctl.net.core.somaxconn:1', { on: 'none' })).status, 'holds')
})

test('knows nothing where nobody is asked', async () => {
  const { status, asked: hosts } = await ask(deep, { universe: asked('labels.role:mail') })
  assert.deepEqual([status, hosts], ['nobody', 0])
})

test('answers for an earlier moment', async () => {
  const at = Date.parse('2026-11-20T09:30:00Z')
  const { asked: hosts, offenders } = await ask(deep, { view: { kind: 'moment', at }, silentBefore: at - 3_600_000 })
  assert.equal(hosts, 2)
  assert.deepEqual(offenders, ['web3 silent sysctl.net.core.somaxconn=4096'])
})

test('shows of a long list only what was asked for', async () => {
  const names = ['apt', 'bash', 'curl', 'dash', 'grep', 'sed', 'telnet', 'zsh']
  const content = names.map((name) => `${name} 1 amd64\n`).join('')
  const packages = await stored([document('web1', 'packages', '12:00', { content })])
  const holds = async (query: string, on: 'all' | 'none') => {
    const request = { condition: asked(query), on, fields: ['package.name'], view: { kind: 'latest' } as const }
    const { offenders } = await assertion(packages, { ...request, silentBefore: 0, allowSilent: false })
    return offenders.map((offender) => offender.holds)
  }
  assert.deepEqual(await holds('package.name:telnet*', 'none'), [['packages: package.name=telnet']])
  assert.deepEqual(await holds('package.name:fish', 'all'), [['packages: package.name=(8 values)']])
})
