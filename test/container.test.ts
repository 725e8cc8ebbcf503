// Holds what can rot in the container files: tags, commands, the mounted configuration, the variables.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { load } from 'js-yaml'
import { commands } from '../src/commands/index.ts'
import { loadConfiguration } from '../src/config/load.ts'
import { sources } from '../src/sources/index.ts'
import { type Address, request } from './elasticsearch/request.ts'
import { elasticsearch } from './elasticsearch/servers.ts'

const top = join(import.meta.dirname, '..')
const read = (name: string) => readFileSync(join(top, name), 'utf8')

interface Service {
  image: string
  build?: string
  command?: string[]
  environment: Record<string, string>
  healthcheck?: { test: string[] }
  volumes: string[]
  depends_on?: Record<string, unknown>
}

const composeText = read('docker-compose.yml')
const written = load(composeText) as {
  services: Record<string, Service & { '<<'?: Service }>
  volumes: Record<string, unknown>
}
/** Services as compose merges them: js-yaml takes `<<` for a key. */
const services = Object.entries(written.services).map(([name, { '<<': common, ...own }]): [string, Service] => [
  name,
  { ...common, ...own },
])
const compose = { volumes: written.volumes, services: Object.fromEntries(services) }
const dockerfile = read('Dockerfile')
const manifest = JSON.parse(read('package.json'))

/** `.env.example` as compose reads it. */
const exampleEnvironment = Object.fromEntries(
  [...read('.env.example').matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
)

/** What compose makes of the references in a value. */
function resolved(value: string): string {
  return value.replace(/(?<!\$)\$\{(\w+)[^}]*\}/g, (_, name: string) => exampleEnvironment[name] ?? '')
}

test('images that are not built here have a pinned tag, Elasticsearch and Kibana the same', () => {
  const pulled = services.filter(([, { build }]) => build === undefined).map(([, { image }]) => image)
  const versions = pulled.map((image) => /^docker\.elastic\.co\/\w+\/\w+:(9\.\d+\.\d+)$/.exec(image)?.[1])
  assert.equal(pulled.length, 3)
  assert.ok(versions[0])
  assert.deepEqual(new Set(versions).size, 1, pulled.join())
})

test('the image has the Node that the tests run on', () => {
  const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map((match) => match[1])
  const [major] = manifest.devDependencies.node.split('.')
  assert.deepEqual(new Set(bases), new Set([`node:${major}-slim`]))
})

test('the image is made of files that are there, and .dockerignore lets them through', () => {
  const allowed = [...read('.dockerignore').matchAll(/^!(.*)$/gm)].map(([, name = '']) => name)
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, names = '']) => names.split(' '))
  assert.ok(copied.length > 8)
  for (const name of copied) {
    assert.ok(existsSync(join(top, name)), name)
    assert.ok(allowed.includes(name), `${name} is not in .dockerignore`)
  }
  assert.deepEqual(new Set(copied), new Set(allowed))
})

test('the image builds with a script of package.json and does not run as root', () => {
  const scripts = [...dockerfile.matchAll(/npm run (\w+)/g)].map(([, name = '']) => name)
  assert.deepEqual(
    scripts.filter((name) => !manifest.scripts[name]),
    [],
  )
  assert.match(dockerfile, /^USER node$/m)
  assert.ok(manifest.bin.mitra.endsWith('bin/mitra.js'))
})

test('every command of mitra in the container files exists', () => {
  const known = commands.map(({ name }) => name)
  const [, first = ''] = /^CMD \["(\w+)"/m.exec(dockerfile) ?? []
  const said = services.flatMap(([, { command, healthcheck }]) => [
    ...[...(command ?? []).join('\n').matchAll(/^mitra (\w+)/gm)].map(([, name]) => name),
    ...(command?.length === 1 && /^\w+$/.test(command[0]!) ? command : []),
    ...[...(healthcheck?.test.join(' ') ?? '').matchAll(/ mitra (\w+)/g)].map(([, name]) => name),
  ])
  const examples = [...composeText.matchAll(/--rm mitra (\w+)/g)].map(([, name]) => name)
  assert.ok(said.length >= 4 && examples.length > 0)
  for (const name of [first, ...said, ...examples]) assert.ok(known.includes(name ?? ''), `mitra ${name}`)
})

test('.env.example has the variables that compose uses and no other, each with a value', () => {
  const used = [...composeText.matchAll(/(?<!\$)\$\{(\w+)/g)].map(([, name]) => name)
  assert.deepEqual(new Set(Object.keys(exampleEnvironment)), new Set(used))
  for (const [name, value] of Object.entries(exampleEnvironment)) assert.notEqual(value, '', name)
})

test('files that compose mounts are there, and so are its volumes and services', () => {
  for (const [name, service] of services) {
    for (const volume of service.volumes) {
      const [from = ''] = volume.split(':')
      if (from.startsWith('.')) assert.ok(existsSync(join(top, from)), `${name}: ${from}`)
      else if (!from.startsWith('/')) assert.ok(from in compose.volumes, `${name}: ${from}`)
    }
    for (const other of Object.keys(service.depends_on ?? {})) assert.ok(other in compose.services, `${name}: ${other}`)
  }
})

test('the mounted configuration loads with the environment of each service', async () => {
  const own = services.filter(([, { image }]) => image === 'mitra')
  assert.deepEqual(
    own.map(([name]) => name),
    ['setup', 'agent', 'mitra'],
  )
  for (const [, { environment, volumes }] of own) {
    const mounted = volumes.find((volume) => volume.includes(`:${environment['MITRA_CONFIG']}:`))
    const file = join(top, mounted!.split(':')[0]!)
    const env = Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, resolved(value)]))
    const { root, store } = await loadConfiguration({ file, env, sources, uid: 1000 })
    assert.equal(root, '/host')
    assert.equal(store.driver, 'elasticsearch')
    assert.equal(store.elasticsearch.username, env['MITRA_USERNAME'])
    assert.ok(store.elasticsearch.password)
  }
})

test('config/elasticsearch.yml loads as it is, and with each way to authenticate', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'mitra-container-')), 'mitra.yml')
  const given = read('config/elasticsearch.yml')
  const loaded = async (text: string) => {
    writeFileSync(file, text)
    const env = { MITRA_API_KEY: 'a2V5', MITRA_USERNAME: 'me', MITRA_PASSWORD: 'secret' }
    return (await loadConfiguration({ file, env, sources, uid: 0 })).store
  }
  const plain = await loaded(given)
  assert.equal(plain.driver, 'elasticsearch')
  assert.equal(plain.elasticsearch.nodes, 'http://127.0.0.1:9200')
  const withKey = await loaded(given.replace(/#(?=api_key: \$)/, ''))
  assert.equal(withKey.elasticsearch.api_key, 'a2V5')
  const withUser = await loaded(given.replace(/#(?=(username|password): \$)/g, ''))
  assert.equal(withUser.elasticsearch.password, 'secret')
})

test('the setup of compose makes what its agent and its searcher need, twice over, on a real server', async (t) => {
  const server = await elasticsearch('secure')
  if (server.skip !== undefined) return t.skip(server.skip)
  const folder = mkdtempSync(join(tmpdir(), 'mitra-container-'))
  const ca = join(folder, 'ca.crt')
  writeFileSync(ca, server.ca!)
  const config = join(folder, 'mitra.yml')
  const fixture = join(top, 'test/fixtures/hosts/debian12-6.1')
  const mounted = read('config/compose.yml')
  const adapted = mounted.replace('https://elasticsearch:9200', server.url).replace('root: /host', `root: ${fixture}`)
  // root has its outbox in /var/lib/mitra, and a test its own
  writeFileSync(config, `${adapted}delivery: {path: ${join(folder, 'outbox.db')}}\n`)
  // the superuser is `elastic`, who gets the password here that a container starts with
  const password = exampleEnvironment['ELASTIC_PASSWORD']
  await request(server, '/_security/user/elastic/_password', { method: 'POST', body: { password } })

  const run = async (service: string, line: string) => {
    const given = Object.entries(compose.services[service]!.environment)
    const environment = Object.fromEntries(given.map(([name, value]) => [name, resolved(value)]))
    const here = { MITRA_CONFIG: config, MITRA_CA: ca, NODE_EXTRA_CA_CERTS: ca, ELASTICSEARCH_URL: server.url }
    const [program = '', ...words] = line.split(' ')
    const script = program === 'mitra' ? join(top, 'bin/mitra.js') : words.shift()!.replace('/app', top)
    const env = { PATH: process.env['PATH'], XDG_STATE_HOME: folder, ...environment, ...here }
    const { stdout } = await promisify(execFile)(process.execPath, [script, ...words], { env })
    return stdout
  }

  const lines = compose.services['setup']!.command![0]!.trim().split('\n')
  assert.ok(lines.length > 2)
  for (const line of [...lines, ...lines]) await run('setup', line)
  t.after(() => emptied(server))
  await run('agent', 'mitra index')
  assert.match(await run('mitra', 'mitra search filename:/etc/fstab'), /\/etc\/fstab/)
  await assert.rejects(run('agent', 'mitra search filename:/etc/fstab'), /may not do/)
  await assert.rejects(run('mitra', 'mitra index'), /may not do/)

  // what its health check asks: 2 would be a problem
  const verdict = await run('agent', 'mitra doctor').catch((error: { code: number; stdout: string }) => error)
  assert.ok(typeof verdict === 'string' || verdict.code === 1, JSON.stringify(verdict))

  const kibana = { ...server, username: 'kibana_system', password: exampleEnvironment['KIBANA_PASSWORD']! }
  assert.equal((await request(kibana, '/_security/_authenticate'))['username'], 'kibana_system')
})

/** Takes away what a test made under the prefix of every mitra. */
async function emptied(server: Address): Promise<void> {
  for (const index of Object.keys(await request(server, '/mitra_*'))) {
    if (/^mitra_(2|latest|history)/.test(index)) await request(server, `/${index}`, { method: 'DELETE' })
  }
}
