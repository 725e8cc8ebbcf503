// `mitra sockets --host`: what a store has of a host's sockets, the same from either.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { setUp, targetOf } from '../elasticsearch/empty-store.ts'
import { elasticsearch } from '../elasticsearch/servers.ts'
import { mitra, ndjson, parsedLines, temporaryFolder } from './mitra.ts'

const folder = temporaryFolder()
const now = Date.parse('2026-11-21T03:30:00Z')
const config = join(folder, 'mitra.yml')
writeFileSync(config, '{}\n')

type Values = Record<string, unknown>
const document = (path: string, at: string, kind: string, fields: Values) => ({
  '@timestamp': `2026-11-${at}`,
  'host.name': 'web1',
  'file.path': path,
  'event.dataset': 'mitra.sockets',
  'event.kind': kind,
  ...fields,
})
const listener = (path: string, at: string, fields: Values) =>
  document(
    `sockets/${path}`,
    at,
    'state',
    Object.fromEntries(Object.entries(fields).map(([name, value]) => [`socket.listen.${name}`, value])),
  )
const nginx = (queue: number, pct: number) => ({
  protocol: 'tcp',
  address: '0.0.0.0:80',
  ip: '0.0.0.0',
  port: 80,
  queue,
  backlog: 128,
  pct,
  drops: 35,
  process: 'nginx',
  pid: 1203,
  uid: 0,
})
const states = (at: string, established: number) =>
  document('sockets', at, 'metric', {
    'socket.source': 'koffi',
    'socket.tcp.ESTABLISHED': established,
    'socket.tcp4.ESTABLISHED': established - 1,
    'socket.tcp6.ESTABLISHED': 1,
    'socket.tcp.TIME_WAIT': 7,
  })
const documents = [
  states('20T10:00:00Z', 900),
  states('21T03:00:00Z', 40),
  listener('tcp/0.0.0.0:80', '20T10:00:00Z', nginx(129, 100)),
  listener('tcp/0.0.0.0:80', '21T03:00:00Z', nginx(0, 0)),
  listener('tcp/0.0.0.0:22', '20T10:00:00Z', {
    protocol: 'tcp',
    address: '0.0.0.0:22',
    port: 22,
    queue: 0,
    backlog: 128,
    pct: 0,
    process: 'sshd',
  }),
  listener('udp/0.0.0.0:53', '21T03:00:00Z', {
    protocol: 'udp',
    address: '0.0.0.0:53',
    port: 53,
    pct: 12.5,
    drops: 2,
    process: 'ev\x1b[31mil',
  }),
  listener('unix/run/app.sock', '20T10:00:00Z', {
    protocol: 'unix',
    address: '/run/app.sock',
    queue: 1,
    backlog: 5,
    pct: 20,
  }),
  document('sockets/unix/run/app.sock', '21T03:00:00Z', 'state', { 'file.exists': false }),
]

const server = await elasticsearch('current')

for (const kind of ['embedded', 'elasticsearch'] as const) {
  const skip = kind === 'elasticsearch' ? (server.skip ?? false) : false
  describe(`from the ${kind} store`, { skip }, () => {
    let store: string[]
    const sockets = (...words: string[]) => mitra(['sockets', '--host', 'web1', ...words, ...store], { now })

    before(async () => {
      store = ['--config', config, '--store', join(folder, 'mitra.db')]
      if (kind === 'elasticsearch' && server.skip === undefined) {
        const target = targetOf(server)
        await setUp(server, target)
        const own = join(folder, 'elasticsearch.yml')
        const nodes = JSON.stringify(target.nodes)
        writeFileSync(own, `store: {elasticsearch: {nodes: ${nodes}}}\nindexer: {prefix: ${target.prefix}}\n`)
        store = ['--config', own]
      }
      const { status, stderr } = await mitra(['import', ...store], { stdin: ndjson(documents), now })
      assert.equal(status, 0, stderr)
    })

    test('those that listen now, fullest first, without what has gone', async () => {
      const { status, stdout, stderr } = await sockets()
      assert.deepEqual([status, stderr], [0, 'web1, 2026-11-21T04:00:00+01:00\n'])
      assert.equal(
        stdout,
        'udp\t0.0.0.0:53\t\t\t12.5\t2\tev\\x1b[31mil\t\n' +
          'tcp\t0.0.0.0:22\t0\t128\t0\t\tsshd\t\n' +
          'tcp\t0.0.0.0:80\t0\t128\t0\t35\tnginx\t1203\n',
      )
    })

    test('those of a past moment, with the process behind the full queue', async () => {
      const { stdout } = await sockets('--at', '2026-11-20T12:00Z', '--json')
      assert.deepEqual(
        parsedLines(stdout).map(({ address, process, queue, pct }) => [address, process, queue, pct]),
        [
          ['0.0.0.0:80', 'nginx', 129, 100],
          ['/run/app.sock', undefined, 1, 20],
          ['0.0.0.0:22', 'sshd', 0, 0],
        ],
      )
    })

    test('states of now and of then', async () => {
      const count = async (...words: string[]) => (await sockets('--states', ...words)).stdout
      assert.equal(await count(), 'ESTABLISHED\t39\t1\t40\nTIME_WAIT\t\t\t7\n')
      assert.equal(await count('--at', '2026-11-20'), 'ESTABLISHED\t899\t1\t900\nTIME_WAIT\t\t\t7\n')
    })

    test('a moment before the first snapshot has none', async () => {
      const { status, stdout, stderr } = await sockets('--at', '2026-11-01')
      assert.deepEqual([status, stdout], [1, ''])
      assert.match(stderr, /^nothing is kept of "sockets" of web1 from 2026-11-01T.* or before\n$/)
    })

    test('a full queue of the fleet is a question, and its answer holds port, process and fill', async () => {
      const words = ['search', 'socket.listen.pct:>80', '--day', '2026-11-20', '--json', ...store]
      const [found, ...more] = parsedLines((await mitra(words, { now })).stdout)
      assert.deepEqual(more, [])
      assert.deepEqual(
        ['host.name', 'socket.listen.port', 'socket.listen.process', 'socket.listen.pct'].map((name) => found?.[name]),
        ['web1', 80, 'nginx', 100],
      )
    })
  })
}

test('a host nobody knows is named', async () => {
  const store = ['--config', config, '--store', join(folder, 'mitra.db')]
  const { status, stderr } = await mitra(['sockets', '--host', 'web2', ...store], { now })
  assert.equal(status, 1)
  assert.match(stderr, /web2/)
})

test('--watch is of this host and of now', async () => {
  const { status, stderr } = await mitra(['sockets', '--watch', '--at', 'now'], { now })
  assert.deepEqual([status, stderr], [2, 'mitra: --watch excludes --host and --at\n'])
})
