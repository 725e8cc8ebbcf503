// The settings of stores, delivery and retention: what they may be, what follows from them, what contradicts.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { loadConfiguration } from '../../src/config/load.ts'
import { settingRows } from '../../src/config/settings.ts'
import { ActionableError } from '../../src/errors.ts'
import { load, mistakes, sources } from './written.ts'

/** A configuration of Elasticsearch with these lines below it. */
function elasticsearch(...lines: string[]): string {
  return ['store:', '  elasticsearch:', ...lines.map((line) => `    ${line}`), ''].join('\n')
}

test('reads every setting of Elasticsearch', async () => {
  const { store } = await load(
    elasticsearch(
      'nodes: [https://elastic-01:9200, "https://[::1]:9200/behind/a/proxy"]',
      'username: mitra',
      'password: "p w"',
      'ca: /etc/ca.pem',
      `ca_fingerprint: ${Array.from({ length: 32 }, () => 'aB').join(':')}`,
      'verify: false',
      'proxy: http://user:word@proxy-01:3128',
      'compression: false',
      'timeout: 2.5',
    ),
  )
  assert.equal(store.driver, 'elasticsearch')
  assert.deepEqual(store.elasticsearch, {
    nodes: ['https://elastic-01:9200', 'https://[::1]:9200/behind/a/proxy'],
    api_key: undefined,
    username: 'mitra',
    password: 'p w',
    bearer_token: undefined,
    ca: '/etc/ca.pem',
    ca_fingerprint: Array.from({ length: 32 }, () => 'aB').join(':'),
    verify: false,
    proxy: 'http://user:word@proxy-01:3128',
    compression: false,
    timeout: 2.5,
  })
})

test('reads every setting of delivery and retention', async () => {
  const { delivery, retention } = await load(`
delivery: {path: /data/outbox.db, maxsize: 10, dead_letters: /data/dead}
retention:
  prune: "30 3 * * *"
  merge: false
  warm: {tier: data_warm}
  cold: {after: 72.5, attribute: {box_type: cold, "rack.row": a}}
`)
  assert.deepEqual(delivery, { path: '/data/outbox.db', maxsize: 10, dead_letters: '/data/dead' })
  assert.equal(retention.prune, '30 3 * * *')
  assert.equal(retention.merge, false)
  assert.deepEqual(retention.warm, { after: 48, tier: 'data_warm', attribute: undefined })
  assert.deepEqual(retention.cold, {
    after: 72.5,
    tier: undefined,
    attribute: { box_type: 'cold', 'rack.row': 'a' },
  })
})

const drivers: [title: string, yaml: string, driver: string][] = [
  ['nothing', '', 'embedded'],
  ['nodes', 'store: {elasticsearch: {nodes: "http://es:9200"}}', 'elasticsearch'],
  ['es_host', 'indexer: {es_host: es}', 'elasticsearch'],
  ['nodes that are nothing', 'store: {elasticsearch: {nodes: null}}', 'embedded'],
  ['nodes beside a driver', 'store: {driver: embedded, elasticsearch: {nodes: "http://es:9200"}}', 'embedded'],
]

for (const [title, yaml, driver] of drivers)
  test(`with ${title} the store is ${driver}`, async () => assert.equal((await load(yaml)).store.driver, driver))

test('puts the outbox where this user may write, and dead letters beside it', async () => {
  const places = async (uid: number, env: Record<string, string> = {}) => {
    const request = { env: { XDG_CONFIG_HOME: '/nowhere', ...env }, sources, uid, system: '/nowhere' }
    const { path, dead_letters } = (await loadConfiguration(request)).delivery
    return [path, dead_letters]
  }
  assert.deepEqual(await places(0), ['/var/lib/mitra/outbox.db', '/var/lib/mitra/dead-letters.ndjson'])
  assert.deepEqual(await places(1000, { HOME: '/home/a' }), [
    '/home/a/.local/state/mitra/outbox.db',
    '/home/a/.local/state/mitra/dead-letters.ndjson',
  ])
  assert.deepEqual(await places(1000, { XDG_STATE_HOME: '/state' }), [
    '/state/mitra/outbox.db',
    '/state/mitra/dead-letters.ndjson',
  ])
  const { delivery } = await load('delivery: {path: /data/box.db}')
  assert.equal(delivery.dead_letters, '/data/dead-letters.ndjson')
})

const credentialsRule =
  'must not hold a user name or password, write them as store.elasticsearch.username and store.elasticsearch.password'

const cases: [title: string, yaml: string, expected: string[]][] = [
  [
    'nodes that are no URLs',
    elasticsearch(
      'nodes:',
      '- elastic-01:9200',
      '- ftp://es',
      '- "http://"',
      '- 9200',
      '- http://es/?pretty',
      '- http://a,http://b',
      '- "https://::1:9200"',
    ),
    [
      '4: store.elasticsearch.nodes[0] must be an http or https URL, got "elastic-01:9200"',
      '5: store.elasticsearch.nodes[1] must be an http or https URL, got "ftp://es"',
      '6: store.elasticsearch.nodes[2] must be an http or https URL, got "http://"',
      '7: store.elasticsearch.nodes[3] must be an http or https URL, got 9200',
      '8: store.elasticsearch.nodes[4] must be an http or https URL, got "http://es/?pretty"',
      '9: store.elasticsearch.nodes[5] must be an http or https URL, got "http://a,http://b"',
      '10: store.elasticsearch.nodes[6] must be an http or https URL, got "https://::1:9200"',
    ],
  ],
  [
    'no nodes at all',
    elasticsearch('nodes: []'),
    ['3: store.elasticsearch.nodes must be an http or https URL, or a list of them, got an empty list'],
  ],
  [
    'credentials in a URL',
    elasticsearch('nodes: https://elastic:hunter2@es:9200'),
    [`3: store.elasticsearch.nodes ${credentialsRule}, got "https:...@es:9200"`],
  ],
  [
    'credentials in a URL of a list',
    elasticsearch('nodes: [https://es:9200, https://elastic@es:9200]'),
    [`3: store.elasticsearch.nodes[1] ${credentialsRule}, got "https:...@es:9200"`],
  ],
  [
    'credentials in an address',
    'indexer: {es_host: "elastic:hunter2@es"}\n',
    ['1: indexer.es_host must be a host name or an address, without scheme and port, got "elastic:...@es"'],
  ],
  [
    'two places of Elasticsearch',
    `${elasticsearch('nodes: http://es:9200')}indexer: {es_host: es}\n`,
    ['3: store.elasticsearch.nodes and indexer.es_host both say where Elasticsearch is, give one of them'],
  ],
  [
    'a port for nodes',
    `${elasticsearch('nodes: http://es')}indexer:\n  es_port: 9201\n`,
    ['5: indexer.es_port is for indexer.es_host, write the port into each of store.elasticsearch.nodes'],
  ],
  [
    'two ways to authenticate',
    elasticsearch('nodes: http://es:9200', 'bearer_token: t', 'api_key: k'),
    [
      '4: store.elasticsearch.api_key and store.elasticsearch.bearer_token are different ways to authenticate, give one of them',
    ],
  ],
  [
    'three ways to authenticate',
    elasticsearch('api_key: k', 'bearer_token: t', 'username: u', 'password: p'),
    [
      '5: store.elasticsearch.api_key and store.elasticsearch.username and store.elasticsearch.bearer_token are different ways to authenticate, give one of them',
    ],
  ],
  [
    'a user without a password',
    elasticsearch('username: u'),
    ['3: store.elasticsearch.username needs store.elasticsearch.password, which is not given'],
  ],
  [
    'a password without a user',
    elasticsearch('password: p'),
    ['3: store.elasticsearch.password needs store.elasticsearch.username, which is not given'],
  ],
  [
    'an authority without encryption',
    elasticsearch('nodes: [https://a, http://b]', 'ca: /ca.pem', `ca_fingerprint: ${'ab'.repeat(32)}`),
    [
      '4: store.elasticsearch.ca is for https, write https in every node',
      '5: store.elasticsearch.ca_fingerprint is for https, write https in every node',
    ],
  ],
  [
    'an authority beside es_host',
    `${elasticsearch('ca: /ca.pem')}indexer: {es_host: es}\n`,
    ['3: store.elasticsearch.ca is for https, write store.elasticsearch.nodes in place of indexer.es_host'],
  ],
  [
    'a short fingerprint',
    elasticsearch('ca_fingerprint: ab:cd'),
    [
      '3: store.elasticsearch.ca_fingerprint must be a SHA-256 fingerprint: 64 hexadecimal digits, with or without colons, got "ab:cd"',
    ],
  ],
  [
    'a proxy that is no URL',
    elasticsearch('proxy: user:hunter2@proxy:3128'),
    ['3: store.elasticsearch.proxy must be an http or https URL, got "user:...@proxy:3128"'],
  ],
  [
    'a password that ends the address',
    elasticsearch('nodes: https://elastic:/hunter2@es:9200', 'proxy: http://me:/hunter2@proxy'),
    [
      `3: store.elasticsearch.nodes ${credentialsRule}, got "https:...@es:9200"`,
      '4: store.elasticsearch.proxy must have the special characters of its password percent-encoded (/ is %2F), got "http:...@proxy"',
    ],
  ],
  [
    'an upper-case prefix',
    'indexer: {prefix: Mitra_}\n',
    [
      '1: indexer.prefix must be the start of an index name: lower-case letters, digits, ".", "_" and "-", a letter or digit first, got "Mitra_"',
    ],
  ],
  [
    'one file for two things',
    'store: {embedded: {path: /a.db}}\ndelivery: {path: /a.db, dead_letters: /a.db}\n',
    [
      '2: delivery.path must differ from store.embedded.path',
      '2: delivery.dead_letters must differ from delivery.path',
    ],
  ],
  [
    'a prune that never comes',
    'retention: {prune: hourly}\n',
    ['1: retention.prune must be true for once a day, false, or a cron expression, got "hourly"'],
  ],
  [
    'tiers there are none of',
    'retention:\n  warm: {tier: warm, after: 0}\n  cold: {attribute: {box_type: 3}}\n',
    [
      '2: retention.warm.tier must be data_hot, data_warm, data_cold or data_content, got "warm"',
      '2: retention.warm.after must be a number of hours from 1 to 876000, got 0',
      '3: retention.cold.attribute must be a mapping of node attributes to texts, got a mapping',
    ],
  ],
  [
    'two ways to move',
    'retention: {warm: {tier: data_warm, attribute: {a: b}}}\n',
    ['1: retention.warm.tier and retention.warm.attribute both say where to, give one of them'],
  ],
  [
    'cold before warm',
    'retention:\n  warm: {tier: data_warm}\n  cold:\n    tier: data_cold\n    after: 48\n',
    ['5: retention.cold.after must be more than retention.warm.after (48), got 48'],
  ],
]

for (const [title, yaml, expected] of cases)
  test(`tells ${title} in one line each`, async () => assert.deepEqual(await mistakes(yaml), expected))

test('takes every legal start of an index name and no other', async () => {
  for (const prefix of ['m', 'mitra_', 'a-b.c', '1x'])
    assert.equal((await load(`indexer: {prefix: "${prefix}"}`)).indexer.prefix, prefix)
  for (const prefix of ['', 'aM', '-a', '_a', '+a', '.a', ...[...'\\/*?"<>| ,#:'].map((sign) => `a${sign}`)])
    assert.equal((await mistakes(`indexer: {prefix: ${JSON.stringify(prefix)}}`)).length, 1, prefix)
})

test('values of any kind, in any combination, give a configuration or lines of mistakes', async () => {
  const keys = settingRows().map(({ key }) => key)
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom<unknown>(
      { toString: 5 },
      { file: { toString: 5 } },
      { file: '/' },
      [{ toString: 5 }],
      'http://a',
      'https://b',
      '/a',
      48,
      'data_warm',
    ),
  )
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.constantFrom(...keys), value, { minKeys: 1, maxKeys: 6 }), async (given) => {
      const tree: Record<string, unknown> = {}
      for (const [key, each] of Object.entries(given)) {
        const names = key.split('.')
        let node = tree
        for (const name of names.slice(0, -1)) {
          node[name] ??= {}
          node = node[name] as Record<string, unknown>
        }
        node[names.at(-1) ?? ''] = each
      }
      try {
        await load(JSON.stringify(tree))
      } catch (error) {
        assert.ok(error instanceof ActionableError, error instanceof Error ? error.stack : String(error))
      }
    }),
    { numRuns: 500 },
  )
})
