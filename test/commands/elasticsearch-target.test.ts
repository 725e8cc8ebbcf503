// What a driver is told of Elasticsearch, from configurations as they are written.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { storeTarget } from '../../src/commands/configured.ts'
import { ActionableError } from '../../src/errors.ts'
import { folder, load } from '../config/written.ts'

// Made for this test with `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=mitra-test`.
const pem = `-----BEGIN CERTIFICATE-----
MIIBgDCCASegAwIBAgIUdytpHdQlDJrHNCoIILshqmV/4/0wCgYIKoZIzj0EAwIw
FTETMBEGA1UEAwwKbWl0cmEtdGVzdDAgFw0yNjExMjEwODU2MjZaGA8yMTI2MTAy
ODA4NTYyNlowFTETMBEGA1UEAwwKbWl0cmEtdGVzdDBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABFMRKxxSSE0xaoRN5j/ESBZ4A72Zy4Legk8GK4AQMYs/0HHjXX+h
icWDZF79QaDQczOrncGjNUq5LPtO0+sNI0KjUzBRMB0GA1UdDgQWBBRBXAUzVMSz
lsFKgVOA2ZeTYNBNQzAfBgNVHSMEGDAWgBRBXAUzVMSzlsFKgVOA2ZeTYNBNQzAP
BgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0cAMEQCIQDOROc/FQGXEZmJIXp+
n9vI0CbqvAwCzCRm9cKy/ThbWwIfcwSMJWMoYUNqfScWpn7zgxAOrvtDb+yBM2Q9
aUwwGA==
-----END CERTIFICATE-----
`

async function targetOf(yaml: string) {
  return storeTarget({ store: undefined }, await load(yaml))
}

const plain = { prefix: 'mitra_', tls: { verify: true }, compression: true, timeout_s: 30 }

const targets: [title: string, yaml: string, expected: object][] = [
  [
    'the original es_host and es_port',
    'indexer: {es_host: ubuntu02, es_port: 9201, prefix: p_}',
    { ...plain, nodes: ['http://ubuntu02:9201'], prefix: 'p_' },
  ],
  ['an IPv6 address', 'indexer: {es_host: "::1"}', { ...plain, nodes: ['http://[::1]:9200'] }],
  ['an IPv6 address in brackets', 'indexer: {es_host: "[::1]"}', { ...plain, nodes: ['http://[::1]:9200'] }],
  ['one node', 'store: {elasticsearch: {nodes: "http://es:9200"}}', { ...plain, nodes: ['http://es:9200'] }],
  [
    'an encoded key',
    'store: {elasticsearch: {nodes: [http://a, http://b], api_key: aWQ6a2V5}}',
    { ...plain, nodes: ['http://a', 'http://b'], auth: { apiKey: 'aWQ6a2V5' } },
  ],
  [
    'a key with its id',
    'store: {elasticsearch: {nodes: http://a, api_key: "id:key"}}',
    { ...plain, nodes: ['http://a'], auth: { apiKey: 'aWQ6a2V5' } },
  ],
  [
    'a user',
    'store: {elasticsearch: {nodes: http://a, username: u, password: "p:w"}}',
    { ...plain, nodes: ['http://a'], auth: { username: 'u', password: 'p:w' } },
  ],
  [
    'a token',
    'store: {elasticsearch: {nodes: http://a, bearer_token: t}}',
    { ...plain, nodes: ['http://a'], auth: { bearer: 't' } },
  ],
  [
    'everything about the way there',
    `store: {elasticsearch: {nodes: https://a, ca_fingerprint: ${'ab'.repeat(32)}, verify: false, proxy: "http://p:1", compression: false, timeout: 5}}`,
    {
      nodes: ['https://a'],
      prefix: 'mitra_',
      tls: { caFingerprint: 'ab'.repeat(32), verify: false },
      proxy: 'http://p:1',
      compression: false,
      timeout_s: 5,
    },
  ],
]

for (const [title, yaml, expected] of targets)
  test(`makes a target of ${title}`, async () =>
    assert.deepEqual(await targetOf(yaml), { driver: 'elasticsearch', ...expected }))

test('the database file of --store comes before Elasticsearch', async () => {
  const configuration = await load('indexer: {es_host: es}')
  assert.deepEqual(storeTarget({ store: '/a.db' }, configuration), { driver: 'embedded', path: '/a.db' })
})

const withAuthority = (file: string) => `store: {elasticsearch: {nodes: https://a, ca: ${JSON.stringify(file)}}}`

test('reads the certificates of an authority, words around them included', async () => {
  const file = join(folder, 'ca.pem')
  const text = `the authority\n${pem}${pem}`
  writeFileSync(file, text)
  const target = await targetOf(withAuthority(file))
  assert.ok(target.driver === 'elasticsearch')
  assert.deepEqual(target.tls, { ca: text, verify: true })
})

test('refuses an authority that is none, with the next step', async () => {
  const put = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const refused: [string, RegExp][] = [
    [join(folder, 'none.pem'), /: no such file$/],
    [folder, /: it is a directory$/],
    [put('empty.pem', ''), /: it is no PEM certificate/],
    [put('words.pem', 'not a certificate\n'), /: it is no PEM certificate/],
    [put('torn.pem', pem.slice(0, 200)), /: it is no PEM certificate/],
    [put('key.pem', pem.replaceAll('CERTIFICATE', 'PRIVATE KEY')), /: it is no PEM certificate/],
  ]
  for (const [file, why] of refused)
    await assert.rejects(targetOf(withAuthority(file)), (error: unknown) => {
      assert.ok(error instanceof ActionableError)
      assert.ok(error.message.startsWith(`failed to read certificate authority "${file}": `), error.message)
      assert.match(error.message, why)
      assert.match(error.next ?? '', /store\.elasticsearch\.ca/)
      return true
    })
})
