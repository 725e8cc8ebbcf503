import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { ActionableError } from '../../../../src/errors.ts'
import { connect } from '../../../../src/store/elasticsearch/connection/client.ts'
import { actionable, type Failure, failureOf } from '../../../../src/store/elasticsearch/connection/failure.ts'
import type { ElasticsearchTarget } from '../../../../src/store/open.ts'
import { certificate } from '../../../elasticsearch/certificate.ts'
import { type Answer, banner, deadPort, httpServer, target, tcpServer } from '../faulty-server.ts'

const folder = mkdtempSync(join(tmpdir(), 'mitra-failure-'))
after(() => rmSync(folder, { recursive: true, force: true }))

function certified(options: Parameters<typeof certificate>[1] = {}) {
  return certificate(mkdtempSync(join(folder, 'certificate-')), options)
}

/** What a failed connection means, and the line it gives. */
async function refused(to: ElasticsearchTarget): Promise<{ failure: Failure; line: string; next: string }> {
  const error = await connect(to).then(
    async ({ client }) => {
      await client.close()
      return assert.fail('it connected')
    },
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof ActionableError, String(error))
  assert.ok(!/[{}\n]/.test(error.message), error.message)
  return { failure: failureOf(error), line: error.message, next: error.next ?? '' }
}

/** What a refused search means, and the line it gives. */
async function failed(
  t: Parameters<typeof httpServer>[0],
  answer: Answer | undefined,
  more: Partial<ElasticsearchTarget> = {},
): Promise<{ failure: Failure; line: string }> {
  const url = await httpServer(t, ({ path }) => (path === '/' ? banner : answer))
  const to = target(url, more)
  const { client } = await connect(to)
  try {
    await client.search({ index: 'mitra_latest' })
    return assert.fail('it was answered')
  } catch (error) {
    const failure = failureOf(error)
    const { message: line } = actionable(failure, to)
    assert.ok(!/[{}\n]/.test(line), line)
    return { failure, line }
  } finally {
    await client.close()
  }
}

const serverError = (type: string, reason: string, more: object = {}) => ({
  error: { type, reason, root_cause: [{ type, reason, ...more }] },
})

test('a port where nothing listens is named with what to do', async () => {
  const node = `http://127.0.0.1:${await deadPort()}`
  const { failure, line, next } = await refused(target(node))
  assert.deepEqual(failure, { kind: 'unreachable', reason: 'refused', node, code: 'ECONNREFUSED' })
  assert.equal(line, `failed to reach Elasticsearch at ${node}: nothing listens there (connection refused)`)
  assert.match(next, /store\.elasticsearch\.nodes/)
})

test('a name without an address is a failure of its own', async () => {
  const { failure, line } = await refused(target('http://nowhere.invalid:9200'))
  assert.equal(failure.kind === 'unreachable' && failure.reason, 'dns')
  assert.match(line, /no address is known for nowhere\.invalid$/)
})

test('a connection that is closed suggests TLS where none is used', async (t) => {
  const port = await tcpServer(t, (socket) => socket.once('data', () => socket.resetAndDestroy()))
  const { failure, next } = await refused(target(`http://127.0.0.1:${port}`))
  assert.equal(failure.kind === 'unreachable' && failure.reason, 'reset')
  assert.match(next, /write https/)
})

test('what does not speak HTTP is told from what is not there', async (t) => {
  const port = await tcpServer(t, (socket) => socket.end('220 mail.example.org ESMTP\r\n'))
  const { failure } = await refused(target(`http://127.0.0.1:${port}`))
  assert.equal(failure.kind === 'unreachable' && failure.reason, 'not_http')
})

test('a server that takes the connection and never answers is a timeout', async (t) => {
  const url = await httpServer(t, () => undefined)
  const before = Date.now()
  const { failure, line } = await refused(target(url, { timeout_s: 0.3 }))
  assert.deepEqual(failure, { kind: 'timeout', node: url })
  assert.equal(line, `Elasticsearch at ${url} gave no answer within 0.3 s`)
  assert.ok(Date.now() - before < 3000)
})

test('a body that stops in the middle is a timeout too', async (t) => {
  const start = 'HTTP/1.1 200 OK\r\nx-elastic-product: Elasticsearch\r\ncontent-type: application/json\r\n'
  const port = await tcpServer(t, (socket) => {
    socket.once('data', () => socket.write(`${start}content-length: 100\r\n\r\n{"version"`))
  })
  assert.equal((await refused(target(`http://127.0.0.1:${port}`, { timeout_s: 0.3 }))).failure.kind, 'timeout')
})

test('a body that is cut off is a closed connection', async (t) => {
  const start = 'HTTP/1.1 200 OK\r\nx-elastic-product: Elasticsearch\r\ncontent-type: application/json\r\n'
  const port = await tcpServer(t, (socket) => {
    socket.once('data', () => socket.write(`${start}content-length: 100\r\n\r\n{"ver`, () => socket.resetAndDestroy()))
  })
  const { failure } = await refused(target(`http://127.0.0.1:${port}`))
  assert.equal(failure.kind === 'unreachable' && failure.reason, 'reset')
})

test('every way a certificate can be wrong has its own line', async (t) => {
  const good = certified()
  const expired = certified({ days: -1 })
  const named = certified({ names: ['DNS:elsewhere.example.org'] })
  const serve = (which: typeof good) => httpServer(t, () => banner, which)
  const cases: [reason: string, node: string, tls: ElasticsearchTarget['tls'], line: RegExp][] = [
    ['untrusted', await serve(good), {}, /signed by nobody this host trusts$/],
    ['untrusted', await serve(good), { ca: expired.ca }, /signed by nobody this host trusts$/],
    ['expired', await serve(expired), { ca: expired.ca }, /has expired$/],
    ['wrong_name', await serve(named), { ca: named.ca }, /is for another name$/],
    ['fingerprint', await serve(good), { caFingerprint: '00'.repeat(32) }, /do not have the fingerprint/],
    ['fingerprint', await serve(good), { ca: good.ca, caFingerprint: '00'.repeat(32) }, /do not have the fingerprint/],
  ]
  for (const [reason, node, tls, expected] of cases) {
    const { failure, line } = await refused(target(node, { tls: tls ?? {} }))
    assert.equal(failure.kind === 'tls' && failure.reason, reason, line)
    assert.match(line, expected)
    assert.ok(line.includes(node), line)
  }
})

test('https to a port without TLS says so', async (t) => {
  const url = await httpServer(t, () => banner)
  const { failure, line } = await refused(target(url.replace('http:', 'https:')))
  assert.equal(failure.kind === 'tls' && failure.reason, 'not_tls')
  assert.match(line, /does not speak TLS$/)
})

const strangers: [what: string, answer: Answer][] = [
  ['another product', { status: 200, body: { version: { number: '2.19.0' } }, headers: { 'x-elastic-product': '' } }],
  ['a web page', { status: 200, body: '<html>It works</html>', headers: { 'x-elastic-product': '' } }],
  [
    'a web page that is not found',
    { status: 404, body: '<html>Not found</html>', headers: { 'x-elastic-product': '' } },
  ],
  ['a web page for members', { status: 403, body: '<html>Members only</html>', headers: { 'x-elastic-product': '' } }],
  ['a redirection', { status: 302, body: '', headers: { 'x-elastic-product': '', location: '/login' } }],
  ['broken JSON', { status: 200, body: '{"version"', headers: { 'content-type': 'application/json' } }],
]
for (const [what, answer] of strangers)
  test(`${what} is no Elasticsearch`, async (t) => {
    const url = await httpServer(t, () => answer)
    const { failure, line } = await refused(target(url))
    assert.equal(failure.kind, 'wrong_product')
    assert.equal(line, `what answers at ${url} is no Elasticsearch`)
  })

test('a version before 8.19 is refused, one after 9 is told', async (t) => {
  for (const number of ['7.17.29', '8.18.2']) {
    const url = await httpServer(t, () => ({ status: 200, body: { version: { number } } }))
    const { failure, line } = await refused(target(url))
    assert.deepEqual(failure, { kind: 'too_old', version: number })
    assert.ok(line.includes(number), line)
  }
  const url = await httpServer(t, () => ({ status: 200, body: { version: { number: '10.1.0' } } }))
  const { client, version, notice } = await connect(target(url))
  await client.close()
  assert.equal(version, '10.1.0')
  assert.match(notice ?? '', /10\.1\.0 is newer/)
})

test('a wrong login is told by what was given', async (t) => {
  const url = await httpServer(t, () => ({ status: 401, body: serverError('security_exception', 'no') }))
  const lines: [auth: ElasticsearchTarget['auth'], line: RegExp][] = [
    [undefined, /wants a login$/],
    [{ apiKey: 'a' }, /does not accept the API key$/],
    [{ bearer: 'a' }, /does not accept the bearer token$/],
    [{ username: 'joe', password: 'secret' }, /does not accept user "joe" and its password$/],
  ]
  for (const [auth, expected] of lines) {
    const { failure, line, next } = await refused(target(url, auth ? { auth } : {}))
    assert.equal(failure.kind, 'unauthorized')
    assert.match(line, expected)
    assert.ok(!`${line}${next}`.includes('secret'))
  }
})

test('credentials in a URL are not shown', async () => {
  const { line } = await refused(target(`http://joe:secret@127.0.0.1:${await deadPort()}`))
  assert.ok(!/joe|secret/.test(line), line)
})

const blocked = (status: number): Answer => ({
  status,
  body: serverError('cluster_block_exception', 'index [mitra_latest_v1] blocked by: [x];', {
    index: 'mitra_latest_v1',
  }),
})
const refusal =
  'action [indices:data/read/search] is unauthorized for API key id [x] of user [y] on indices [mitra_latest], this action is granted by the index privileges [read,all]'

const table: [what: string, answer: Answer, failure: Failure][] = [
  [
    'a queue that is full',
    { status: 429, body: serverError('es_rejected_execution_exception', 'no') },
    { kind: 'busy', status: 429 },
  ],
  [
    'a heap that is full',
    { status: 429, body: serverError('circuit_breaking_exception', '[parent] Data too large') },
    { kind: 'busy', status: 429, lacks: 'memory' },
  ],
  ['Retry-After', { status: 429, headers: { 'retry-after': '7' } }, { kind: 'busy', status: 429, after_ms: 7000 }],
  ['a gateway without a server', { status: 502, body: '<html>Bad gateway</html>' }, { kind: 'busy', status: 502 }],
  ['an unavailable server', { status: 503, body: 'wait' }, { kind: 'busy', status: 503 }],
  ['a gateway that waited too long', { status: 504 }, { kind: 'busy', status: 504 }],
  ['a full disk', blocked(429), { kind: 'read_only', reason: 'disk', index: 'mitra_latest_v1' }],
  ['a blocked index', blocked(403), { kind: 'read_only', reason: 'index', index: 'mitra_latest_v1' }],
  ['a cluster that recovers', blocked(503), { kind: 'read_only', reason: 'no_master', index: 'mitra_latest_v1' }],
  [
    'a cluster without a master',
    { status: 503, body: serverError('master_not_discovered_exception', 'no') },
    { kind: 'read_only', reason: 'no_master' },
  ],
  [
    'a missing index',
    { status: 404, body: serverError('index_not_found_exception', 'no such index', { index: 'mitra_latest' }) },
    { kind: 'not_set_up', index: 'mitra_latest' },
  ],
  [
    'a missing right',
    { status: 403, body: serverError('security_exception', refusal) },
    {
      kind: 'forbidden',
      action: 'indices:data/read/search',
      indices: 'mitra_latest',
      privileges: ['read', 'all'],
    },
  ],
  ['a refusal in other words', { status: 403, body: serverError('security_exception', 'no') }, { kind: 'forbidden' }],
  ['a request that is too large', { status: 413, body: '<html/>' }, { kind: 'too_large' }],
  [
    'a request it does not understand',
    { status: 400, body: serverError('parsing_exception', 'unknown\nquery [x]') },
    { kind: 'invalid', type: 'parsing_exception', reason: 'unknown query [x]' },
  ],
  [
    'a feature it does not have',
    { status: 400, body: { error: 'no handler found for uri [/x] and method [PUT]', status: 400 } },
    { kind: 'unsupported' },
  ],
  [
    'shards that are nowhere',
    {
      status: 503,
      body: { error: { type: 'search_phase_execution_exception', reason: 'all shards failed', root_cause: [] } },
    },
    { kind: 'red' },
  ],
  [
    'an index that is closed',
    { status: 400, body: serverError('index_closed_exception', 'closed', { index: 'mitra_latest_v1' }) },
    { kind: 'closed', index: 'mitra_latest_v1' },
  ],
  [
    'a position that is gone',
    { status: 404, body: serverError('search_context_missing_exception', 'No search context found for id [1]') },
    { kind: 'expired' },
  ],
  [
    'a fault of the server',
    { status: 500, body: serverError('illegal_state_exception', 'oops') },
    { kind: 'server', status: 500, type: 'illegal_state_exception', reason: 'oops' },
  ],
]
for (const [what, answer, expected] of table)
  test(`${what} is told by status and type`, async (t) => {
    const { failure } = await failed(t, answer)
    const { node, ...rest } = failure as Failure & { node?: string }
    assert.deepEqual(rest, expected)
    if (failure.kind === 'busy') assert.match(node ?? '', /^http:/)
  })

test('a long reason is cut, and stays on one line', async (t) => {
  const answer = { status: 400, body: serverError('parsing_exception', `why ${'x'.repeat(5000)}\n`) }
  const { line } = await failed(t, answer)
  assert.ok(line.length < 400, `${line.length}`)
})

test('an aborted request is neither a timeout nor unreachable', async (t) => {
  const url = await httpServer(t, ({ path }) => (path === '/' ? banner : undefined))
  const { client } = await connect(target(url))
  const controller = new AbortController()
  const searched = client.search({ index: 'x' }, { signal: controller.signal })
  setTimeout(() => controller.abort(), 50)
  const error = await searched.then(
    () => assert.fail('it was answered'),
    (thrown: unknown) => thrown,
  )
  assert.equal(failureOf(error).kind, 'aborted')
  await client.close()
})

test('aborting one of two requests with one signal in common ends both, and a deadline of one only that one', async (t) => {
  const url = await httpServer(t, ({ path }) => (path === '/' ? banner : path.startsWith('/slow') ? undefined : banner))
  const { client } = await connect(target(url))
  const { signal } = new AbortController()
  const slow = client.transport.request(
    { method: 'GET', path: '/slow' },
    { signal, requestTimeout: 100, maxRetries: 0 },
  )
  await assert.rejects(slow, (error) => failureOf(error).kind === 'timeout')
  await client.transport.request({ method: 'GET', path: '/fast' }, { signal })
  await client.close()
})

test('a defect keeps its own error', () => {
  const defect = new TypeError('x is not a function')
  assert.throws(
    () => failureOf(defect),
    (error) => error === defect,
  )
  const own = new ActionableError('something else')
  assert.throws(
    () => failureOf(own),
    (error) => error === own,
  )
})

test('every failure has a line of its own and a next step', () => {
  const kinds: Failure[] = [
    ...table.map(([, , failure]) => failure),
    { kind: 'aborted' },
    { kind: 'unreachable', reason: 'no_route' },
    { kind: 'unreachable', reason: 'no_answer' },
    { kind: 'unreachable', reason: 'other', code: 'EWHATEVER' },
    { kind: 'unreachable', reason: 'proxy', status: 407 },
    { kind: 'tls', reason: 'not_yet_valid' },
    { kind: 'tls', reason: 'handshake', code: 'EPROTO' },
  ]
  const lines = kinds.map((failure) => {
    const { message, next = '' } = actionable(failure, target('https://es-01:9200'))
    assert.ok(message.includes('https://es-01:9200'), message)
    assert.match(next, /\w/)
    assert.doesNotMatch(`${message} ${next}`, /undefined|\.$/)
    return message
  })
  // when to try again, and which index waits for its master, are not for people
  assert.equal(new Set(lines).size, kinds.length - 2, lines.join('\n'))
})
