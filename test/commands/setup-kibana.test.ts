import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { certificate } from '../elasticsearch/certificate.ts'
import { type Answered, type Asked, type FakeOptions, fakeKibana } from '../kibana/fake-kibana.ts'
import { mistakesIn } from '../kibana/shape.ts'
import { deadPort, tcpServer } from '../store/elasticsearch/faulty-server.ts'
import { mitra, parsedLines, temporaryFolder } from './mitra.ts'

const folder = temporaryFolder()

function configured(...elasticsearch: string[]): string {
  const file = join(mkdtempSync(join(folder, 'config-')), 'mitra.yml')
  const lines = ['store:', '  elasticsearch:', '    nodes: https://127.0.0.1:9', '    timeout: 1']
  writeFileSync(file, [...lines, ...elasticsearch.map((line) => `    ${line}`), ''].join('\n'))
  return file
}

const setup = (url: string, words: readonly string[] = [], config = configured()) =>
  mitra(['setup', '--config', config, '--kibana', url, ...words])

test('everything is installed, a second time over the first', async (t) => {
  const kibana = await fakeKibana(t)
  const first = await setup(kibana.url)
  assert.deepEqual([first.status, first.stderr], [0, ''])
  assert.match(first.stdout, /^data view\tmitra_latest\tcreated\t$/m)
  assert.match(first.stdout, /^dashboard\t\[mitra\] TCP health\tcreated\t$/m)
  assert.match(first.stdout, /^Discover session\t\[mitra\] Hosts with somaxconn 128\tcreated\t$/m)
  assert.equal(kibana.objects.size, first.stdout.trimEnd().split('\n').length)
  const second = await setup(`${kibana.url}/`, ['--json'])
  const steps = parsedLines<{ action: string }>(second.stdout)
  assert.equal(steps.length, kibana.objects.size)
  assert.deepEqual(new Set(steps.map(({ action }) => action)), new Set(['updated']))
})

test('the prefix of the configuration is that of the objects', async (t) => {
  const kibana = await fakeKibana(t)
  const config = configured()
  writeFileSync(config, `${readFileSync(config, 'utf8')}indexer: {prefix: fleet_}\n`)
  assert.equal((await setup(kibana.url, [], config)).status, 0)
  assert.equal(kibana.objects.get('default index-pattern fleet_latest')?.attributes.title, 'fleet_latest')
  assert.ok([...kibana.objects.keys()].every((key) => /^default [\w-]+ fleet_/.test(key)))
})

test('the login of Elasticsearch is that of Kibana', async (t) => {
  for (const [login, ...lines] of [
    [`Basic ${Buffer.from('elastic:geheim').toString('base64')}`, 'username: elastic', 'password: geheim'],
    ['ApiKey YWJj', 'api_key: YWJj'],
    ['Bearer t0ken', 'bearer_token: t0ken'],
  ] as const) {
    const { url } = await fakeKibana(t, { login })
    assert.equal((await setup(url, [], configured(...lines))).status, 0)
  }
})

test('a space is chosen by --space or by the address, and its objects have ids of their own', async (t) => {
  for (const [path, words] of [
    ['', ['--space', 'ops']],
    ['/s/ops', []],
    ['/s/ops/app/dashboards#/list?x=1', []],
    ['/s/default/app/home', ['--space', 'ops']],
  ] as const) {
    const kibana = await fakeKibana(t)
    assert.equal((await setup(kibana.url + path, words)).status, 0)
    assert.ok([...kibana.objects.keys()].every((key) => /^ops [\w-]+ mitra_.*\.ops$/.test(key)))
  }
})

test('a base path stays in the address', async (t) => {
  const kibana = await fakeKibana(t, { basePath: '/tools/kibana' })
  assert.equal((await setup(`${kibana.url}/app/home`)).status, 0)
  const { status, stderr } = await setup(kibana.url.replace('/tools/kibana', ''))
  assert.equal(status, 2)
  assert.match(stderr, /is no Kibana \(status 404\)\n.*with the path it may have/)
})

test('--dry-run prints a file to import and asks nobody', async () => {
  const { status, stdout, stderr } = await setup('http://127.0.0.1:9', ['--dry-run', '--space', 'ops'])
  assert.equal(status, 0)
  assert.deepEqual(mistakesIn(stdout), [])
  assert.equal(stderr, 'would be sent to http://127.0.0.1:9/s/ops/api/saved_objects/_import?overwrite=true\n')
})

test('what was given wrongly is said before anybody is asked', async () => {
  for (const [words, line] of [
    [['--kibana', 'kibana:5601'], /must be the address of a Kibana, got "kibana:5601"\n.*http:/],
    [['--kibana', ''], /must be the address/],
    [['--kibana', 'http://elastic:pw@localhost:5601'], /takes no login.*\n.*store\.elasticsearch/],
    [['--kibana', 'http://localhost:5601', '--space', 'My Space'], /the id of a space has.*got "My Space"/],
    [['--space', 'ops'], /--space is for --kibana/],
    [['--kibana', 'http://localhost:5601', '--roles'], /--kibana and --roles exclude each other/],
    [['--kibana', 'http://localhost:5601', '--ilm'], /--ilm has no meaning with --kibana/],
  ] as const) {
    const { status, stdout, stderr } = await mitra(['setup', '--config', configured(), ...words])
    assert.deepEqual([status, stdout], [2, ''])
    assert.match(stderr, line)
    assert.ok(!stderr.includes('pw@'))
  }
})

test('without Elasticsearch there is nothing for Kibana to show', async () => {
  const config = join(mkdtempSync(join(folder, 'config-')), 'mitra.yml')
  writeFileSync(config, 'host: box\n')
  const { status, stderr } = await setup('http://127.0.0.1:9', [], config)
  assert.equal(status, 2)
  assert.match(stderr, /no Elasticsearch is configured\n/)
})

const at = (path: string, answered: Answered | 'hang') => (request: Asked) =>
  request.path.includes(path) ? answered : undefined

const faults: readonly [what: string, options: FakeOptions, line: RegExp][] = [
  ['a version that is too old', { version: '8.17.2' }, /has version 8\.17\.2, mitra needs 8\.19 or newer\n/],
  ['no login where one is wanted', { login: 'Basic x' }, /wants a login\n.*username and password/],
  ['401', { fault: at('status', { status: 401 }) }, /wants a login\n/],
  [
    '403 at the import',
    { fault: at('_import', { status: 403, body: { message: 'Unable to bulk_create dashboard' } }) },
    /may not do this in Kibana at http:\S+: Unable to bulk_create dashboard\n.*kibana_admin/,
  ],
  ['404', { fault: at('status', { status: 404, body: '<html>' }) }, /is no Kibana \(status 404\)\n.*5601/],
  ['another web server', { fault: at('status', { status: 200, body: '<html>hello' }) }, /is no Kibana \(status 200\)/],
  [
    'Elasticsearch itself',
    { fault: at('status', { status: 400, headers: { 'x-elastic-product': 'Elasticsearch' } }) },
    /is Elasticsearch, not Kibana\n.*5601/,
  ],
  [
    'a redirection',
    { fault: at('status', { status: 302, headers: { location: '/kibana/api/status' } }) },
    /points to \/kibana\/api\/status\n/,
  ],
  [
    '503 while it starts',
    { fault: at('status', { status: 503, body: 'Kibana server is not ready yet' }) },
    /is not ready \(status 503\): Kibana server is not ready yet\n.*its log/,
  ],
  ['503 at the import', { fault: at('_import', { status: 503 }) }, /is not ready \(status 503\)\n/],
  ['no answer', { fault: at('status', 'hang') }, /no answer within 1 s\n/],
  ['no answer to the import', { fault: at('_import', 'hang') }, /no answer within 1 s\n/],
  [
    'a page of a proxy',
    { fault: at('status', { status: 502, body: '<html><h1>Bad gateway' }) },
    /is not ready \(status 502\)\n/,
  ],
  ['a status that is none', { fault: at('status', { status: 200, body: 'null' }) }, /is no Kibana/],
]

for (const [what, options, line] of faults)
  test(`${what} is one line and what to do`, async (t) => {
    const { url } = await fakeKibana(t, options)
    const { status, stdout, stderr } = await setup(url)
    assert.deepEqual([status, stdout], [2, ''])
    assert.match(stderr, line)
    assert.equal(stderr.trimEnd().split('\n').length, 2, stderr)
  })

test('a wrong password is named with its user', async (t) => {
  const { url } = await fakeKibana(t, { login: 'Basic x' })
  const { status, stderr } = await setup(url, [], configured('username: anna', 'password: falsch'))
  assert.equal(status, 2)
  assert.match(stderr, /does not accept user "anna" and its password\n/)
  assert.ok(!stderr.includes('falsch'))
})

test('a space that is not there is said, since the import would not', async (t) => {
  const kibana = await fakeKibana(t)
  const { status, stderr } = await setup(kibana.url, ['--space', 'opps'])
  assert.equal(status, 2)
  assert.match(stderr, /has no space "opps"\n.*default, ops/)
  assert.equal(kibana.objects.size, 0)
})

test('a newer Kibana is told of and used', async (t) => {
  const kibana = await fakeKibana(t, { version: '10.0.1' })
  const { status, stderr } = await setup(kibana.url)
  assert.equal(status, 0)
  assert.equal(stderr, 'Kibana 10.0.1 is newer than this mitra knows; it was made for 8.19 and 9\n')
})

test('what Kibana refuses is listed with the reason, the other files come in', async (t) => {
  const memory = (body: unknown, status = 200) => ({
    fault: (request: Asked) => (request.body.includes('memory.ndjson') ? { status, body } : undefined),
  })
  const dashboard = { type: 'dashboard', id: 'mitra_memory' }
  for (const [options, detail] of [
    [
      memory({ success: false, errors: [{ ...dashboard, error: { type: 'unsupported_type' } }] }),
      /^dashboard\t\[mitra\] Memory\trefused\tunsupported_type$/m,
    ],
    [
      memory({ statusCode: 422, message: 'Document "x" belongs to a\nmore recent version' }, 422),
      /^dashboard\t\[mitra\] Memory\trefused\tstatus 422: Document "x" belongs to a more recent version$/m,
    ],
    [
      memory({ message: 'An internal server error occurred' }, 500),
      /\[mitra\] Memory\trefused\tstatus 500: An internal/,
    ],
    [memory([]), /\[mitra\] Memory\trefused\tKibana does not tell$/m],
  ] as const) {
    const kibana = await fakeKibana(t, options)
    const { status, stdout, stderr } = await setup(kibana.url)
    assert.equal(status, 2)
    assert.match(stdout, detail)
    assert.match(stdout, /^dashboard\t\[mitra\] Agent\tcreated\t$/m)
    assert.match(stderr, /Kibana refused .*dashboard "\[mitra\] Memory"/)
  }
})

test('escape sequences of a server do not reach a terminal', async (t) => {
  const { url } = await fakeKibana(t, { fault: at('_import', { status: 403, body: { message: '\x1b[2Jgone' } }) })
  const { stderr } = await setup(url)
  assert.match(stderr, /gone/)
  assert.ok(!stderr.includes('\x1b'))
})

test('connections that fail are told apart', async (t: TestContext) => {
  const reset = await tcpServer(t, (socket) => socket.destroy())
  const other = await tcpServer(t, (socket) => socket.end('SSH-2.0-OpenSSH_9.2p1\r\n'))
  for (const [url, line] of [
    [`http://127.0.0.1:${await deadPort()}`, /nothing listens there \(connection refused\)\n.*5601/],
    [`http://127.0.0.1:${reset}`, /the connection was closed\n.*https/],
    [`http://127.0.0.1:${other}`, /does not speak HTTP\n/],
    [`https://127.0.0.1:${other}`, /TLS failed \(EPROTO\)\n.*write http/],
    ['http://no-such-host.invalid:5601', /no address is known for no-such-host\.invalid\n/],
  ] as const) {
    const { status, stderr } = await setup(url)
    assert.equal(status, 2)
    assert.match(stderr, line)
  }
})

test('a certificate is trusted by the authority of Elasticsearch, or not at all', async (t) => {
  const made = certificate(mkdtempSync(join(folder, 'certificate-')))
  const tls = { key: readFileSync(made.key, 'utf8'), cert: readFileSync(made.certificate, 'utf8') }
  const { url } = await fakeKibana(t, { tls })
  const refused = await setup(url)
  assert.equal(refused.status, 2)
  assert.match(refused.stderr, /signed by nobody this host trusts\n.*store\.elasticsearch\.ca/)
  const file = join(folder, 'ca.pem')
  writeFileSync(file, made.ca)
  const trusted = await setup(url, [], configured(`ca: ${file}`))
  assert.deepEqual([trusted.stderr, trusted.status], ['', 0])
  assert.equal((await setup(url, [], configured('verify: false'))).status, 0)
})
