import assert from 'node:assert/strict'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { configuredHost } from './configured-host.ts'

interface Planned {
  kind: string
  name: string
  enabled: boolean
  present: boolean
  frequency: string
  files?: number
  note: string
}

async function planOf(root: string, more = ''): Promise<Map<string, Planned>> {
  const host = configuredHost(root, more)
  try {
    const { status, stdout } = await host.run(['check', '--json'])
    assert.equal(status, 0)
    const { sources } = JSON.parse(stdout) as { sources: Planned[] }
    return new Map(sources.map((source) => [source.name, source]))
  } finally {
    host.remove()
  }
}

test('tells configuration, host, root and store, and makes no store', async (t) => {
  const host = configuredHost('centos7-3.10')
  t.after(host.remove)
  const { status, stdout, stderr } = await host.run(['check'])
  assert.deepEqual([status, stderr], [0, ''])
  assert.match(
    stdout,
    new RegExp(`^configuration {2}${host.config} \\(named with -c\\)\nhost {11}\\S+\nroot {11}/.*centos7-3.10\n`),
  )
  assert.ok(stdout.includes(`\nstore          ${host.store}\n`))
  assert.match(stdout, /^meminfo +300 s +\/proc\/meminfo$/m)
  assert.equal(existsSync(host.store), false)
})

test('tells the built-in settings and the file of the environment apart', async (t) => {
  const host = configuredHost('centos7-3.10')
  t.after(host.remove)
  const { main } = await import('../../src/cli.ts')
  const { captured } = await import('./captured-io.ts')
  const kept = captured({ env: { MITRA_CONFIG: host.config } })
  assert.equal(await main(['check'], kept.io), 0)
  assert.match(kept.stdout(), /named by \$MITRA_CONFIG/)
})

test('knows which sources a host has, and which are off', async () => {
  const plan = await planOf('alpine316-5.15', 'sources: {loadavg: false, packages: {frequency: 60}}\n')
  const told = (name: string) => [plan.get(name)?.enabled, plan.get(name)?.present, plan.get(name)?.frequency]
  assert.deepEqual(told('host'), [true, true, '300 s'])
  assert.deepEqual(told('packages'), [true, true, '60 s'])
  assert.deepEqual(told('loadavg'), [false, true, 'off'])
  assert.deepEqual(told('zoneinfo'), [true, false, '300 s'])
  assert.deepEqual(told('netstat'), [true, false, '300 s'])
})

test('counts the files of a path, a glob and a folder', async () => {
  const host = configuredHost('x')
  const root = join(host.folder, 'root')
  mkdirSync(join(root, 'etc/app/sub'), { recursive: true })
  for (const name of ['hostname', 'app/a.conf', 'app/b.conf', 'app/sub/c.conf'])
    writeFileSync(join(root, 'etc', name), 'h1\n')
  writeFileSync(
    host.config,
    `root: ${root}\nindexer: {files: [/etc/hostname, /etc/app, "/etc/app/*.conf", /etc/none, {path: /etc/never, required: false}]}\n`,
  )
  try {
    const { sources } = JSON.parse((await host.run(['check', '--json'])).stdout) as { sources: Planned[] }
    const files = sources.filter(({ kind }) => kind === 'files').map(({ name, files, note }) => [name, files, note])
    assert.deepEqual(files, [
      ['/etc/hostname', 1, '1 file'],
      ['/etc/app', 3, '3 files'],
      ['/etc/app/*.conf', 2, '2 files'],
      ['/etc/none', 0, 'MISSING, and it is required'],
      ['/etc/never', 0, 'not on this host'],
    ])
  } finally {
    host.remove()
  }
})

test('tells a loop of links and a folder that is too deep', async () => {
  const host = configuredHost('x')
  const root = join(host.folder, 'root')
  mkdirSync(join(root, 'etc', ...Array.from({ length: 20 }, () => 'deep')), { recursive: true })
  writeFileSync(join(root, 'etc/hostname'), 'h1\n')
  const { symlinkSync } = await import('node:fs')
  symlinkSync('loop', join(root, 'etc/loop'))
  writeFileSync(host.config, `root: ${root}\nindexer: {files: [/etc/loop, /etc/deep]}\n`)
  try {
    const { stdout } = await host.run(['check'])
    assert.match(stdout, /\/etc\/loop .*cannot be looked at \(ELOOP\)/)
    assert.match(stdout, /\/etc\/deep .*0 files; .* deeper than 16 folders, not read/)
  } finally {
    host.remove()
  }
})

test('says which programs of commands are missing', async () => {
  const commands =
    'indexer: {files: [], commands: [{path: a, run: [/no/such/program]}, {path: b, run: [sh, -c, "exit"]}, {path: c, run: [/bin/sh], frequency: "*/5 * * * *"}]}\n'
  const plan = await planOf('centos7-3.10', commands)
  assert.deepEqual([plan.get('a')?.present, plan.get('b')?.present, plan.get('c')?.present], [false, true, true])
  assert.equal(plan.get('a')?.note, 'runs /no/such/program: NO SUCH PROGRAM')
  assert.equal(plan.get('c')?.frequency, '*/5 * * * *')
})

test('names a mistake with file, line and key', async (t) => {
  const host = configuredHost('centos7-3.10', 'indexer:\n  frequenzy: 300\n')
  t.after(host.remove)
  const { status, stdout, stderr } = await host.run(['check'])
  assert.deepEqual([status, stdout], [2, ''])
  assert.match(
    stderr,
    new RegExp(`^mitra: ${host.config}:4: unknown key indexer\\.frequenzy, did you mean indexer\\.frequency\\?\n$`),
  )
})

test('tells the nodes and the outbox of Elasticsearch, and no secret', async (t) => {
  const host = configuredHost('centos7-3.10')
  t.after(host.remove)
  const outbox = join(host.folder, 'outbox.db')
  const proxy = 'http://me:hunter2@proxy:3128'
  writeFileSync(
    host.config,
    `host: a\nstore: {elasticsearch: {nodes: ["https://es-1:9200", "https://es-2:9200"], api_key: hunter2, proxy: "${proxy}"}}\ndelivery: {path: ${outbox}}\n`,
  )
  const text = await host.run(['check'])
  assert.equal(text.status, 0)
  assert.ok(text.stdout.includes(`\nstore          https://es-1:9200 https://es-2:9200\noutbox         ${outbox}\n`))
  const json = await host.run(['check', '--json'])
  const { store, outbox: told } = JSON.parse(json.stdout) as Record<string, unknown>
  assert.deepEqual([store, told], ['https://es-1:9200 https://es-2:9200', outbox])
  assert.doesNotMatch(text.both + json.both, /hunter2/)
  assert.equal(existsSync(outbox), false)
})

test('tells the log file, and fails where its folder does not exist', async (t) => {
  const host = configuredHost('centos7-3.10', 'log: {file: /no/such/folder/x.log}\n')
  t.after(host.remove)
  const { status, stdout, stderr } = await host.run(['check'])
  assert.equal(status, 2)
  assert.match(stdout, /^log +\/no\/such\/folder\/x\.log$/m)
  assert.match(
    stderr,
    /^mitra: failed to open log file "\/no\/such\/folder\/x\.log": its folder does not exist\ncreate "\/no\/such\/folder", or set log\.file/,
  )
  assert.equal(existsSync('/no/such'), false)
})

test('fails where the host has no name, after all else is told', async (t) => {
  const host = configuredHost('x')
  t.after(host.remove)
  const { status, stdout, stderr } = await host.run(['check'])
  assert.equal(status, 2)
  assert.match(stdout, /^host +unknown: no host name below/m)
  assert.match(stderr, /^mitra: no host name below .*\nset `host:` in the configuration\n$/)
})
