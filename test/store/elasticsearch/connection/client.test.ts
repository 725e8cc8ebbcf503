import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, connect as connectTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { connect, withClient } from '../../../../src/store/elasticsearch/connection/client.ts'
import { failureOf } from '../../../../src/store/elasticsearch/connection/failure.ts'
import type { ElasticsearchTarget } from '../../../../src/store/open.ts'
import { certificate } from '../../../elasticsearch/certificate.ts'
import { targetOf } from '../../../elasticsearch/empty-store.ts'
import { request } from '../../../elasticsearch/request.ts'
import type { ServerAddress } from '../../../elasticsearch/server.ts'
import { elasticsearch } from '../../../elasticsearch/servers.ts'
import { banner, deadPort, httpServer, target } from '../faulty-server.ts'

const folder = mkdtempSync(join(tmpdir(), 'mitra-client-'))
after(() => rmSync(folder, { recursive: true, force: true }))

for (const kind of ['current', 'previous', 'secure'] as const)
  test(`one client speaks to the ${kind} server: bulk, search, mapping`, async (t) => {
    const server = await elasticsearch(kind)
    if (server.skip !== undefined) return t.skip(server.skip)
    const to = targetOf(server)
    const { client, version, notice } = await connect(to)
    t.after(() => client.close())
    assert.equal(version, server.version)
    assert.equal(notice, undefined)
    const index = `${to.prefix}words`
    const { errors } = await client.bulk({
      refresh: true,
      operations: [{ index: { _index: index, _id: '1' } }, { word: 'naïve', count: 3 }],
    })
    assert.equal(errors, false)
    const { hits } = await client.search<{ word: string }>({ index, query: { range: { count: { gt: 2 } } } })
    assert.deepEqual(hits.hits[0]?._source?.word, 'naïve')
    assert.ok(index in (await client.indices.getMapping({ index })))
    await client.indices.delete({ index })
  })

test('a wrong password, a wrong key and none are refused by a real server as such', async (t) => {
  const server = await elasticsearch('secure')
  if (server.skip !== undefined) return t.skip(server.skip)
  const { auth, ...nobody } = targetOf(server)
  assert.ok(auth)
  for (const wrong of [
    undefined,
    { username: 'admin', password: 'wrong' },
    { apiKey: 'bm86c3VjaA==' },
    { apiKey: 'no base64' },
    { bearer: 'none' },
  ])
    await assert.rejects(
      connect({ ...nobody, ...(wrong && { auth: wrong }) }),
      (error) => failureOf(error).kind === 'unauthorized',
    )
})

test('an API key connects, also one that may not ask for the version', async (t) => {
  const server = await elasticsearch('secure')
  if (server.skip !== undefined) return t.skip(server.skip)
  const keyFor = async (role: object) => {
    const body = { name: 'client-test', role_descriptors: { role } }
    return (await request(server, '/_security/api_key', { method: 'POST', body }))['encoded'] as string
  }
  const as = async (role: object) => {
    const { client, version } = await connect({ ...targetOf(server), auth: { apiKey: await keyFor(role) } })
    await client.close()
    return version
  }
  assert.equal(await as({ cluster: ['monitor'] }), server.version)
  assert.equal(await as({ cluster: [], indices: [] }), undefined)
})

test('a real server with TLS is known by its authority, by a fingerprint, or not at all', async (t) => {
  const server = await elasticsearch('secure')
  if (server.skip !== undefined) return t.skip(server.skip)
  const to = targetOf(server)
  const { ca = '' } = server
  const versions = async (tls: ElasticsearchTarget['tls']) => {
    const { client, version } = await connect({ ...to, tls: tls ?? {} })
    await client.close()
    return version
  }
  const { fingerprint256 } = new X509Certificate(ca)
  assert.equal(await versions({ ca, caFingerprint: fingerprint256 }), server.version)
  assert.equal(await versions({ verify: false }), server.version)
  const isTls = (error: unknown) => failureOf(error).kind === 'tls'
  await assert.rejects(versions({}), isTls)
  // this server sends its own certificate only
  await assert.rejects(versions({ caFingerprint: fingerprint256 }), isTls)
})

test('http to a port with TLS says what to write', async (t) => {
  const server = await elasticsearch('secure')
  if (server.skip !== undefined) return t.skip(server.skip)
  await assert.rejects(
    connect({ ...targetOf(server), nodes: [server.url.replace('https:', 'http:')] }),
    (error: Error & { next?: string }) => /write https/.test(error.next ?? ''),
  )
})

test('a fingerprint names an authority in the chain, however it is written', async (t) => {
  const own = certificate(mkdtempSync(join(folder, 'own-')))
  const url = await httpServer(t, () => banner, own)
  const print = new X509Certificate(own.ca).fingerprint256
  for (const caFingerprint of [print, print.replaceAll(':', '').toLowerCase()]) {
    const { client, version } = await connect(target(url, { tls: { caFingerprint } }))
    await client.close()
    assert.equal(version, '9.4.3')
  }
})

test('an authority that is only shown and did not sign is not trusted', async (t) => {
  const trusted = certificate(mkdtempSync(join(folder, 'trusted-')))
  const forged = certificate(mkdtempSync(join(folder, 'forged-')))
  // the chain holds the authority with the right fingerprint, of the same name, and a certificate that another one signed
  const url = await httpServer(t, () => banner, { ...forged, ca: trusted.ca })
  const caFingerprint = new X509Certificate(trusted.ca).fingerprint256
  await assert.rejects(connect(target(url, { tls: { caFingerprint } })), (error) => failureOf(error).kind === 'tls')
})

test('a fingerprint holds the name of the node too, unless verify is off', async (t) => {
  const elsewhere = certificate(mkdtempSync(join(folder, 'elsewhere-')), { names: ['DNS:es.example.org'] })
  const url = await httpServer(t, () => banner, elsewhere)
  const caFingerprint = new X509Certificate(elsewhere.ca).fingerprint256
  await assert.rejects(connect(target(url, { tls: { caFingerprint } })), (error) => {
    const failure = failureOf(error)
    return failure.kind === 'tls' && failure.reason === 'wrong_name'
  })
  const { client } = await connect(target(url, { tls: { caFingerprint, verify: false } }))
  await client.close()
})

test('the certificate of the node itself can be the authority', async (t) => {
  const own = certificate(mkdtempSync(join(folder, 'leaf-')))
  const url = await httpServer(t, () => banner, own)
  const { client } = await connect(target(url, { tls: { ca: readFileSync(own.certificate, 'utf8') } }))
  await client.close()
})

test('a node that is down is passed over, again and again', async (t) => {
  const server = await elasticsearch('current')
  if (server.skip !== undefined) return t.skip(server.skip)
  const down = [`http://127.0.0.1:${await deadPort()}`, `http://127.0.0.1:${await deadPort()}`]
  await withClient({ ...targetOf(server), nodes: [...down, server.url] }, async ({ client, version }) => {
    assert.equal(version, server.version)
    for (let round = 0; round < 10; round++) assert.equal((await client.info()).version.number, server.version)
  })
})

test('a question to a server that has too much to do is asked again; without retries it fails at once', async (t) => {
  let refusals = 0
  const url = await httpServer(t, ({ path }) => {
    if (path === '/') return banner
    return refusals-- > 0 ? { status: 429, body: {} } : { status: 200, body: { count: 7 } }
  })
  const { client } = await connect(target(url))
  t.after(() => client.close())
  refusals = 2
  assert.equal((await client.count()).count, 7)
  refusals = 1
  await assert.rejects(client.count({}, { maxRetries: 0 }), (error) => failureOf(error).kind === 'busy')
  assert.equal(refusals, 0)
})

test('a request without retries fails at the node it meets', async (t) => {
  let asked = 0
  const url = await httpServer(t, ({ path }) => {
    if (path === '/') return banner
    asked++
    return { status: 503 }
  })
  await withClient(target(url), async ({ client }) => {
    const once = client.bulk({ operations: [{ delete: { _index: 'x', _id: '1' } }] }, { maxRetries: 0 })
    await assert.rejects(once, (error) => failureOf(error).kind === 'busy')
    assert.equal(asked, 1)
    await assert.rejects(client.search(), (error) => failureOf(error).kind === 'busy')
    assert.equal(asked, 3)
  })
})

test('compression is asked for and used where it is on', async (t) => {
  const seen: Record<string, string | undefined>[] = []
  const url = await httpServer(t, ({ headers }) => {
    seen.push({ body: `${headers['content-encoding']}`, answer: `${headers['accept-encoding']}` })
    return banner
  })
  for (const compression of [true, false])
    await withClient(target(url, { compression }), ({ client }) => client.search({ query: { match_all: {} } }))
  assert.deepEqual(seen.slice(1, 2), [{ body: 'gzip', answer: 'gzip,deflate' }])
  assert.deepEqual(seen.slice(3), [{ body: 'undefined', answer: 'undefined' }])
})

test('the compatible media type of version 8 is spoken, and no telemetry', async (t) => {
  const seen: string[] = []
  const url = await httpServer(t, ({ headers }) => {
    seen.push(`${headers['content-type']}`, `${headers.accept}`, `${headers['x-elastic-client-meta']}`)
    return banner
  })
  await withClient(target(url), ({ client }) => client.bulk({ operations: [{ delete: { _index: 'x', _id: '1' } }] }))
  assert.deepEqual(seen.slice(3), [
    'application/vnd.elasticsearch+x-ndjson; compatible-with=8',
    'application/vnd.elasticsearch+json; compatible-with=8',
    'undefined',
  ])
})

/** An HTTP proxy that tunnels; with `login` it asks for one. Gives its port and what was asked of it. */
async function proxyServer(t: TestContext, login?: string): Promise<{ port: number; tunnels: string[] }> {
  const tunnels: string[] = []
  const server = createServer((_, response) => response.writeHead(405).end())
  server.on('connect', (asked, socket, head) => {
    tunnels.push(asked.url ?? '')
    const given = asked.headers['proxy-authorization']
    if (login !== undefined && given !== `Basic ${Buffer.from(login).toString('base64')}`) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
      return
    }
    const [host, port] = (asked.url ?? '').split(':')
    const onward = connectTcp(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      onward.write(head)
      onward.pipe(socket).pipe(onward)
    })
    const destroy = () => {
      onward.destroy()
      socket.destroy()
    }
    onward.on('error', destroy)
    socket.on('error', destroy)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, tunnels }
}

async function throughProxy(t: TestContext, server: ServerAddress): Promise<void> {
  const { port, tunnels } = await proxyServer(t, 'joe:secret')
  const to = { ...targetOf(server), proxy: `http://joe:secret@127.0.0.1:${port}` }
  await withClient(to, async ({ client, version }) => {
    assert.equal(version, server.version)
    await client.search({ index: 'none*' })
  })
  assert.ok(tunnels.includes(new URL(server.url).host))
  await assert.rejects(
    connect({ ...to, proxy: `http://127.0.0.1:${port}` }),
    (error: Error) => failureOf(error).kind === 'unreachable' && /through the proxy 127\.0\.0\.1/.test(error.message),
  )
  await assert.rejects(connect({ ...to, proxy: `http://127.0.0.1:${await deadPort()}` }), (error: Error) => {
    const failure = failureOf(error)
    return failure.kind === 'unreachable' && failure.reason === 'refused' && !/secret/.test(error.message)
  })
}

for (const kind of ['current', 'secure'] as const)
  test(`the ${kind} server is reached through a proxy that wants a login`, async (t) => {
    const server = await elasticsearch(kind)
    if (server.skip !== undefined) return t.skip(server.skip)
    await throughProxy(t, server)
  })

test('the authority of a fingerprint is looked up through the proxy', async (t) => {
  const own = certificate(mkdtempSync(join(folder, 'proxied-')))
  const url = await httpServer(t, () => banner, own)
  const caFingerprint = new X509Certificate(own.ca).fingerprint256
  const { port, tunnels } = await proxyServer(t)
  const to = target(url, { tls: { caFingerprint }, proxy: `http://127.0.0.1:${port}` })
  await withClient(to, async ({ version }) => assert.equal(version, '9.4.3'))
  assert.deepEqual(new Set(tunnels), new Set([new URL(url).host]))
  assert.ok(tunnels.length >= 2)
  const { port: strict } = await proxyServer(t, 'joe:secret')
  await assert.rejects(connect({ ...to, proxy: `http://127.0.0.1:${strict}` }), (error) => {
    const failure = failureOf(error)
    return failure.kind === 'unreachable' && failure.reason === 'proxy' && failure.status === 407
  })
})
