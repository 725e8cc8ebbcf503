import assert from 'node:assert/strict'
import { test } from 'node:test'
import { main } from '../../src/cli.ts'
import { openEmbeddedStore } from '../../src/store/embedded/driver.ts'
import { scenarioNow } from '../scenario/scenario.ts'
import { scenarioStore } from '../scenario/scenario-store.ts'
import { documentOf } from '../store/document-of.ts'
import { captured } from './captured-io.ts'
import { minimal, mitra, parsedLines, storeOf } from './mitra.ts'

const scenario = await scenarioStore()
const log = (words: readonly string[], options: Parameters<typeof mitra>[1] = {}) =>
  mitra(['log', ...words, '--store', scenario], { now: scenarioNow, ...options })

interface Row {
  time: string
  hosts: number
  path: string
  change: string
  packages: string
  examples: string[]
}

async function rows(...words: string[]): Promise<Row[]> {
  return parsedLines<Row>((await log([...words, '--json'])).stdout).filter((row) => row.path !== undefined)
}

test('a terminal gets a row for each change, newest first, however many hosts it is on', async () => {
  const { status, stdout, stderr } = await log(['--from', '2026-11-17', '--to', '2026-11-19'], {
    terminal: true,
    columns: 140,
    env: { NO_COLOR: '1' },
  })
  assert.equal(
    stdout,
    `TIME                       HOSTS  PATH                     CHANGE                                                                   EXAMPLES
2026-11-19T15:20:00+01:00      1  /etc/fstab               +1 -1 lines                                                              web3
2026-11-18T17:41:06+01:00      1  /proc/sys                1 key: net.core.somaxconn 128 -> 16384                                   web3
2026-11-18T12:07:42+01:00      1  /etc/resolv.conf         2 keys: nameserver 10.20.0.53, 10.20.1.53 -> 10.20.0.53, 10.20.2.53, +…  web5
2026-11-18T09:34:45+01:00     10  /etc/resolv.conf         1 key: nameserver 10.20.0.53, 10.20.1.53 -> 10.20.0.53, 10.20.2.53       cache1 …
2026-11-18T09:00:00+01:00      1  /etc/nginx/blocked.conf  +1 -2 lines                                                              web5
2026-11-17T21:11:45+01:00      1  /etc/ssh/sshd_config     1 key: PermitRootLogin no -> yes                                         cache4
`,
  )
  assert.equal(stderr, '11 of 13 hosts changed; 2 silent for over 1 h\n')
  assert.equal(status, 0)
})

test('changes that came with packages are told from those that did not', async () => {
  const found = await rows('--from', '2026-11-12', '--to', '2026-11-13T00:00', 'filename:/etc/*')
  const packages = (path: string) => found.filter((row) => row.path === path).map((row) => [row.hosts, row.packages])
  assert.deepEqual(packages('/etc/ssl/openssl.cnf'), [[6, 'yes']])
  assert.deepEqual(packages('/etc/nginx/blocked.conf'), [[1, '']])
})

test('what could not be read for a while is not removed, and what was removed comes back', async () => {
  const found = await rows(
    '--since',
    '10d',
    'hostname:(db2 OR cache1) filename:(/etc/security/limits.conf OR /etc/ntp.conf)',
  )
  assert.deepEqual(
    found.map(({ time, path, change }) => `${time} ${path} ${change}`),
    [
      '2026-11-15T12:00:00.130Z /etc/security/limits.conf readable again; mode 0000 -> 0644',
      '2026-11-14T15:30:00.130Z /etc/ntp.conf came back; +1 -1 lines',
      '2026-11-13T12:00:00.130Z /etc/security/limits.conf could not be read: permission denied; mode 0644 -> 0000',
      '2026-11-13T10:00:00.130Z /etc/ntp.conf removed',
    ],
  )
})

test('two changes within a second are two', async () => {
  const found = await rows('--since', '10d', 'hostname:web1 filename:/etc/hosts')
  const times = found.map(({ time }) => time).filter((time) => time.startsWith('2026-11-14T13:37'))
  assert.equal(new Set(times).size, 2)
})

test('a host that was not known before is one row, and told where it was known by another name', async () => {
  const arrived = (await rows('--since', '8d', 'hostname:cache4')).filter(({ path }) => path === 'host')
  assert.deepEqual(
    arrived.map(({ change, examples }) => [change, examples]),
    [['first seen, with 16 sources; called mc4 before', ['cache4']]],
  )
})

test('nothing changed: 1', async () => {
  const { status, stdout } = await log(['--since', '1h'])
  assert.deepEqual([status, stdout], [1, ''])
})

test('--json ends with whom it covers', async () => {
  const lines = parsedLines<{ coverage?: object }>(
    (await log(['--from', '2026-11-18', '--to', '2026-11-18', '--json'])).stdout,
  )
  assert.deepEqual(lines.at(-1)?.coverage, {
    asked: 13,
    matched: 11,
    not_matched: 2,
    silent: 2,
    without_source: 0,
    in_error: 0,
  })
})

test('--follow goes on with what comes, and says a change once', { timeout: 30_000 }, async () => {
  const file = await storeOf([minimal('h', '/etc/x', '2026-11-20T10:00:00Z', 'a = 1\n')])
  const stop = new AbortController()
  const { io, stdout } = captured({ terminal: true, env: { NO_COLOR: '1' }, signal: stop.signal })
  const following = main(['log', '--follow', '--since', '1h', '--store', file], io)
  const writer = await openEmbeddedStore(file, { mustExist: true })
  const seen = async (text: string) => {
    while (!stdout().includes(text)) await new Promise((resolve) => setTimeout(resolve, 50))
  }
  for (const value of [2, 3]) {
    await writer.write([documentOf('h', '/etc/x', new Date().toISOString(), { content: `a = ${value}\n` })])
    await seen(`a ${value - 1} -> ${value}`)
  }
  await writer.close()
  stop.abort()
  assert.equal(await following, 0)
  assert.equal(stdout().split('\n').length, 3)
})
