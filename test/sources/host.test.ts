import assert from 'node:assert/strict'
import { mkdirSync, readFileSync } from 'node:fs'
import { hostname, machine, networkInterfaces, release } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Root } from '../../src/host/root.ts'
import { host } from '../../src/sources/host.ts'
import type { AgentFigures } from '../../src/sources/source.ts'
import { fixtureHosts, fixtureRoot, observe, observeOne, putFile, treeOf } from './observed.ts'
import { restoreSystemCalls, watchSystemCalls } from './system-calls.ts'

const factsOf = async (name: (typeof fixtureHosts)[number]) =>
  (await observeOne(host.create(), fixtureRoot(name))).fields

test('an old CentOS is known by its release file and the machine id of D-Bus', async () => {
  const machineId = fixtureRoot('centos6-2.6.32').readKernelText('/var/lib/dbus/machine-id').trim()
  assert.deepEqual(await factsOf('centos6-2.6.32'), {
    'host.id': machineId,
    'host.os.id': 'centos',
    'host.os.name': 'CentOS',
    'host.os.version': '6.10',
    'host.os.kernel': '2.6.32-754.el6.x86_64',
    'host.architecture': 'x86_64',
    'host.boot.id': '4c1e8e2f-a434-4754-a8ae-6101710f2638',
    'host.uptime': 8423119.42,
    'host.memory.total': 8061404 * 1024,
    'host.cpu.count': 8,
    'host.cpu.model': 'Intel(R) Xeon(R) CPU           E5620  @ 2.40GHz',
    'host.ip': ['192.0.2.61', 'fe80::250:56ff:fe8a:b61'],
    'host.mac': ['00-50-56-8A-0B-61'],
  })
})

for (const [name, expected] of [
  [
    'centos7-3.10',
    {
      'host.id': '7bec269517dd750e6b37f80cf069b6c7',
      'host.os.name': 'CentOS Linux',
      'host.os.version': '7',
      'host.os.kernel': '3.10.0-957.el7.x86_64',
      'host.cpu.count': 16,
      'host.ip': ['192.0.2.72', '198.51.100.7', '2001:db8::72', 'fe80::5254:ff:fe3a:2b72'],
    },
  ],
  [
    'ubuntu1604-4.4',
    {
      'host.os.id': 'ubuntu',
      'host.os.version': '16.04',
      'host.os.kernel': '4.4.0-210-generic',
      'host.architecture': 'x86_64',
      'host.uptime': 1209600.04,
    },
  ],
  [
    'numa8-4.15',
    {
      'host.os.name': 'Arch Linux',
      'host.os.version': undefined,
      'host.cpu.count': 64,
      'host.memory.total': 1056782208 * 1024,
      'host.mac': undefined,
    },
  ],
  [
    'alpine316-5.15',
    {
      'host.id': undefined,
      'host.os.id': 'alpine',
      'host.architecture': 'aarch64',
      'host.cpu.count': 2,
      'host.cpu.model': undefined,
      'host.ip': ['192.0.2.16'],
    },
  ],
  [
    'debian12-6.1',
    {
      'host.id': '1feaf40a50343c46f6d609a557829249',
      'host.os.id': 'debian',
      'host.os.version': '12',
      'host.os.kernel': '6.1.0-18-amd64',
      'host.cpu.model': 'AMD EPYC 7B13',
      'host.ip': ['192.0.2.12', 'fd00::12', 'fe80::12'],
    },
  ],
] as const)
  test(`${name} says what it is`, async () => {
    const facts = await factsOf(name)
    for (const [field, value] of Object.entries(expected)) assert.deepEqual(facts[field], value, field)
  })

test('what a damaged host cannot say is left out', async () => {
  const { content, fields } = await observeOne(host.create(), fixtureRoot('broken'))
  assert.equal(fields['error.message'], undefined)
  for (const name of ['host.id', 'host.uptime', 'host.memory.total', 'host.cpu.count', 'host.ip', 'host.boot.id'])
    assert.equal(fields[name], undefined, name)
  assert.equal(fields['host.os.name'], 'Broken')
  assert.match(content ?? '', /^host\.os\.name Broken$/m)
})

test('an empty tree is a host that is alive', async () => {
  const observation = await observeOne(host.create(), new Root(treeOf()))
  assert.deepEqual(observation, {
    path: 'host',
    dataset: 'mitra.host',
    kind: 'metric',
    at: 1000,
    content: '',
    fields: {},
  })
})

test('a file that cannot be read leaves its facts out and says why', async () => {
  const base = treeOf({ 'proc/uptime': '12.50 20.00\n' })
  mkdirSync(join(base, 'etc/machine-id'), { recursive: true })
  const { fields } = await observeOne(host.create(), new Root(base))
  assert.equal(fields['host.uptime'], 12.5)
  assert.match(String(fields['error.message']), /\/etc\/machine-id is not a regular file/)
})

test('the text is a fact a line and is understood again', async () => {
  const [format] = host.formats
  for (const name of fixtureHosts) {
    const { content = '', fields } = await observeOne(host.create(), fixtureRoot(name))
    const single = Object.fromEntries(
      Object.entries(fields).map(([field, value]) => [
        field,
        Array.isArray(value) && value.length === 1 ? value[0] : value,
      ]),
    )
    assert.deepEqual(format?.fields(content), single)
  }
  const known = format?.fields('host.uptime soon\nhost.invented 1\nhost.os.name\n\n__proto__ x\nhost.cpu.count 2\r\n')
  assert.deepEqual(known, { 'host.cpu.count': 2 })
})

test('the figures of the agent are facts too', async () => {
  const agent: AgentFigures = {
    version: '1.2.3',
    cycle_ms: 12.5,
    cpu_ms: 8,
    rss_bytes: 70_000_000,
    errors_total: 0,
    documents_total: 15,
  }
  const { content, fields } = await observeOne(host.create(), new Root(treeOf()), { agent })
  assert.deepEqual(fields, {
    'agent.version': '1.2.3',
    'agent.cycle_ms': 12.5,
    'agent.cpu_ms': 8,
    'agent.rss_bytes': 70_000_000,
    'agent.errors_total': 0,
    'agent.documents_total': 15,
  })
  assert.match(content ?? '', /^agent\.version 1\.2\.3\nagent\.cycle_ms 12\.5\n/)
})

test('what waits for the store is told where there is an outbox', async () => {
  const outbox = { documents: 4, bytes: 9000, age_s: 61.5, dropped_total: 1, rejected_total: 2 }
  const agent: AgentFigures = { cycle_ms: 1, cpu_ms: 1, rss_bytes: 1, errors_total: 0, documents_total: 1, outbox }
  const { content, fields } = await observeOne(host.create(), new Root(treeOf()), { agent })
  const declared = new Set(host.fields.map(({ name }) => name))
  for (const [name, value] of Object.entries(outbox)) {
    assert.equal(fields[`agent.outbox.${name}`], value)
    assert.ok(declared.has(`agent.outbox.${name}`), name)
    assert.match(content ?? '', new RegExp(`^agent\\.outbox\\.${name} ${value}$`, 'm'))
  }
})

test('every field it may have is declared', async () => {
  const declared = new Set(host.fields.map(({ name }) => name))
  for (const name of fixtureHosts)
    for (const field of Object.keys(await factsOf(name))) assert.ok(declared.has(field), field)
})

test('this machine says of itself what Node knows', async () => {
  const { fields } = await observeOne(host.create(), new Root())
  assert.equal(fields['host.os.kernel'], release())
  assert.equal(fields['host.architecture'], machine())
  assert.equal(fields['host.boot.id'], readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim())
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  const outer = own.filter(({ internal }) => !internal).map(({ address }) => address)
  assert.deepEqual([fields['host.ip'] ?? []].flat(), [...new Set(outer)].sort())
  assert.ok(Number(fields['host.uptime']) > 0)
  assert.notEqual(hostname(), '')
})

test('processors are read again only when their set changes', async () => {
  const base = treeOf({ 'sys/devices/system/cpu/online': '0\n', 'proc/cpuinfo': 'processor\t: 0\n' })
  const collect = host.create()
  const root = new Root(base)
  const seen = watchSystemCalls()
  const count = async () => {
    const { fields } = await observeOne(collect, root)
    return [fields['host.cpu.count'], seen.opened.filter((path) => path.endsWith('/proc/cpuinfo')).length]
  }
  assert.deepEqual(await count(), [1, 1])
  putFile(base, 'proc/cpuinfo', 'processor\t: 0\nprocessor\t: 1\n')
  assert.deepEqual(await count(), [1, 1])
  putFile(base, 'sys/devices/system/cpu/online', '0-1\n')
  assert.deepEqual(await count(), [2, 2])
  restoreSystemCalls()
})

test('a pass that was told to stop yields no half host', async () => {
  const signal = AbortSignal.abort()
  const observations = await observe(host.create(), fixtureRoot('debian12-6.1'), { signal })
  for (const { fields } of observations) assert.equal(fields['error.message'], undefined)
})
