import assert from 'node:assert/strict'
import { test } from 'node:test'
import { request, versionOf } from './request.ts'
import { elasticsearch } from './servers.ts'

const versions = { current: /^9\./, secure: /^9\./, previous: /^8\.19\./ } as const

for (const kind of ['current', 'secure', 'previous'] as const) {
  test(`the ${kind} server answers with its version and keeps a document`, async (t) => {
    const server = await elasticsearch(kind)
    if (server.skip !== undefined) return t.skip(server.skip)
    const version = await versionOf(server)
    assert.equal(version, server.version)
    assert.match(version, versions[kind])
    const index = `servers_test_${process.pid}`
    const written = await request(server, `/${index}/_doc/1?refresh=true`, { method: 'PUT', body: { answer: 42 } })
    assert.equal(written['result'], 'created')
    const found = await request(server, `/${index}/_count?q=answer:42`)
    assert.equal(found['count'], 1)
    await request(server, `/${index}`, { method: 'DELETE' })
  })
}

test('the secure server takes TLS that its authority signed, and its own user and keys alone', async (t) => {
  const server = await elasticsearch('secure')
  if (server.skip !== undefined) return t.skip(server.skip)
  assert.match(server.url, /^https:/)
  const { ca, ...untrusting } = server
  assert.ok(ca)
  await assert.rejects(request(untrusting, '/'), /certificate/)
  await assert.rejects(request({ url: server.url, ca }, '/'), /401/)
  await assert.rejects(request({ ...server, password: 'wrong' }, '/'), /401/)
  const body = { name: 'servers-test', role_descriptors: { nobody: { cluster: [], indices: [] } } }
  const key = await request(server, '/_security/api_key', { method: 'POST', body })
  assert.equal(typeof key['encoded'], 'string')
})

test('the current server has what mitra builds on', async (t) => {
  const server = await elasticsearch('current')
  if (server.skip !== undefined) return t.skip(server.skip)
  const body = { tokenizer: { type: 'pattern', pattern: '[^\\p{L}\\p{N}]+' }, text: 'net.core.somaxconn' }
  const { tokens } = (await request(server, '/_analyze', { method: 'POST', body })) as { tokens: { token: string }[] }
  assert.deepEqual(
    tokens.map(({ token }) => token),
    ['net', 'core', 'somaxconn'],
  )
})
