import assert from 'node:assert/strict'
import { test } from 'node:test'
import { counterText, hostDocument, meminfoText } from '../history/stored.ts'
import { minimal, mitra, parsedLines, storeOf } from './mitra.ts'

/** A page cache that vanishes within ten seconds, with what zoneinfo and vmstat say of it. */
const incident = [0, 1, 2, 3].flatMap((index) => {
  const at = new Date(Date.parse('2026-11-18T01:13:00.250Z') + index * 10_000).toISOString()
  const gone = index > 1
  const memory = {
    MemTotal: 16e6,
    MemFree: gone ? 13.7e6 : 300_000,
    Cached: gone ? 200_000 : 13.1e6,
    AnonPages: 1.9e6 + index,
  }
  const free = [25_000, 15_000, 3_400_000, 3_400_000][index]
  const zone = `Node 0, zone   Normal\n  pages free     ${free}\n        min      16000\n        low      20000\n        high     24000\n`
  const counters = { pgscan_kswapd: [1000, 1001, 2_001_001, 3_001_001][index] ?? 0, pgmajfault: 100 * index }
  return [
    hostDocument('web3', at, 'one', 86_400 + index * 10),
    minimal('web3', '/proc/meminfo', at, meminfoText(memory)),
    minimal('web3', '/proc/zoneinfo', at, zone),
    minimal('web3', '/proc/vmstat', at, counterText(counters)),
  ]
})
const others = [
  minimal('web3', '/etc/motd', '2026-11-18T01:00:00Z', '127.0.0.1 localhost\n'),
  minimal('ev\x1b[31mil', '/proc/meminfo', '2026-11-18T01:00:00Z', meminfoText({ MemFree: 1 })),
  // one o'clock in the night in which the clocks go back, twice
  minimal('dst', '/proc/meminfo', '2026-10-25T00:30:00.500Z', meminfoText({ MemFree: 1000 })),
  minimal('dst', '/proc/meminfo', '2026-10-25T01:30:00.500Z', meminfoText({ MemFree: 2000 })),
]

const store = await storeOf([...incident, ...others])

const asked = (words: readonly string[], options: Parameters<typeof mitra>[1] = {}) =>
  mitra(['compare', ...words, '--store', store], options)
const screen = { terminal: true, columns: 120, env: { NO_COLOR: '1' } }
const at = (clock: string) => ['--at', `2026-11-18T02:${clock}`]

test('a terminal gets a column for each time and a table for each source, the biggest moves first', async () => {
  const words = ['web3', '/proc/meminfo', '/proc/zoneinfo', '/proc/vmstat']
  const { status, stdout, stderr } = await asked([...words, ...at('13:05'), ...at('13:15'), ...at('13:25')], screen)
  assert.equal(
    stdout,
    `web3  2026-11-18  +01:00
/proc/meminfo          02:13:05      02:13:15      02:13:25  SCORE
sampled            02:13:00.250  02:13:10.250  02:13:20.250
meminfo.MemFree          307 MB        307 MB       14.0 GB   0.97
meminfo.Cached          13.4 GB       13.4 GB        205 MB   0.97
meminfo.AnonPages       1.95 GB       1.95 GB       1.95 GB   0.00

/proc/zoneinfo                          02:13:05      02:13:15      02:13:25  SCORE
sampled                             02:13:00.250  02:13:10.250  02:13:20.250
zoneinfo.below_low                         false          true         false   1.00
zoneinfo.node0.Normal.below_low            false          true         false   1.00
zoneinfo.node0.Normal.free (pages)        25,000        15,000     3,400,000   0.99

/proc/vmstat              02:13:05      02:13:15      02:13:25  SCORE
sampled               02:13:00.250  02:13:10.250  02:13:20.250
vmstat.pgscan_kswapd         1,000            +1    +2,000,000   1.00
vmstat.pgmajfault                0          +100          +100   0.91
`,
  )
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' })
})

test('times that do not fit beside one another come below', async () => {
  const words = ['web3', '/proc/meminfo', '--match', 'Cached', '--before', '2026-11-18T02:13:00', '--step', '5s']
  const { stdout } = await asked([...words, '--after', '2026-11-18T02:13:20'], { ...screen, columns: 60 })
  assert.equal(
    stdout,
    `web3  2026-11-18  +01:00
/proc/meminfo       02:13:00      02:13:05  SCORE
sampled         02:13:00.250  02:13:00.250
meminfo.Cached       13.4 GB       13.4 GB   0.97

/proc/meminfo       02:13:10      02:13:15  SCORE
sampled         02:13:10.250  02:13:10.250
meminfo.Cached       13.4 GB       13.4 GB   0.97

/proc/meminfo       02:13:20  SCORE
sampled         02:13:20.250
meminfo.Cached        205 MB   0.97
`,
  )
})

test('--json has a row for each field and time, in UTC, with the figures as they are', async () => {
  const { stdout } = await asked(['web3', '/proc/vmstat', ...at('13:00'), ...at('13:25'), '--limit', '1', '--json'])
  const row = { path: '/proc/vmstat', field: 'vmstat.pgscan_kswapd', kind: 'counter', unit: 'count', score: 1 }
  const [first, second, ...more] = parsedLines(stdout)
  const sampled = { status: 'sample', reset: false }
  assert.deepEqual(first, {
    ...row,
    ...sampled,
    asked: '2026-11-18T01:13:00.999Z',
    at: '2026-11-18T01:13:00.250Z',
    value: 1000,
  })
  assert.deepEqual(second, {
    ...row,
    ...sampled,
    asked: '2026-11-18T01:13:25.999Z',
    at: '2026-11-18T01:13:20.250Z',
    value: 2_001_001,
    change: 2_000_001,
  })
  assert.deepEqual(more, [])
})

test('--csv has the same rows', async () => {
  const words = ['web3', '/proc/meminfo', '--match', 'Cached', ...at('13:00'), ...at('13:25')]
  const { stdout } = await asked([...words, '--csv', '--fields', 'field,at,value'])
  assert.equal(
    stdout,
    'field,at,value\r\nmeminfo.Cached,2026-11-18T01:13:00.250Z,13414400000\r\nmeminfo.Cached,2026-11-18T01:13:20.250Z,204800000\r\n',
  )
})

test('an hour that the clocks repeat is told by its offset', async () => {
  const words = ['dst', '/proc/meminfo', '--at', '2026-10-25T02:45:00+02:00', '--at', '2026-10-25T02:45:00+01:00']
  const { stdout } = await asked(words, screen)
  assert.equal(
    stdout,
    `dst  2026-10-25
/proc/meminfo    02:45:00+02:00  02:45:00+01:00  SCORE
sampled            02:30:00.500    02:30:00.500
meminfo.MemFree         1.02 MB         2.05 MB   0.50
`,
  )
})

test('a sample of another day bears its day, and a time without one says so', async () => {
  const words = [
    'web3',
    '/proc/meminfo',
    '--at',
    '2026-11-17',
    '--at',
    '2026-11-18T02:13:00',
    '--at',
    '2026-11-19T08:00:00',
  ]
  const { stdout } = await asked([...words, '--match', 'Cached'], screen)
  assert.equal(
    stdout,
    `web3  +01:00
/proc/meminfo   2026-11-17 23:59:59  2026-11-18 02:13:00      2026-11-19 08:00:00  SCORE
sampled                 none before         02:13:00.250  2026-11-18 02:13:30.250
meminfo.Cached                    -              13.4 GB                   205 MB   0.97
`,
  )
})

test('what did not move is left out, unless --all asks for it', async () => {
  const words = [
    'web3',
    '/proc/meminfo',
    ...at('13:25'),
    ...at('13:35'),
    '--match',
    'Cached|Total',
    '--fields',
    'field',
  ]
  const moved = await asked(words)
  assert.deepEqual([moved.status, moved.stdout], [1, ''])
  assert.match(moved.stderr, /^nothing of \/proc\/meminfo moved between these times; --all shows it\n$/)
  const all = await asked([...words, '--all'])
  assert.deepEqual([all.status, new Set(all.stdout.trim().split('\n')).size], [0, 2])
})

test('text alone, an unknown source and a match of nothing are said, and leave nothing to show', async () => {
  const times = [...at('13:00'), ...at('13:25')]
  const text = await asked(['web3', '/etc/motd', ...times])
  assert.match(text.stderr, /"\/etc\/motd" has no figures to compare: `mitra diff` and `mitra history` show/)
  const unknown = await asked(['web3', '/proc/meminf', ...times])
  assert.match(unknown.stderr, /nothing is known of "\/proc\/meminf" of web3, but of \/proc\/meminfo/)
  const unmatched = await asked(['web3', '/proc/meminfo', ...times, '--match', 'nothing'])
  assert.match(unmatched.stderr, /no field of \/proc\/meminfo matches nothing/)
  assert.deepEqual([text.status, unknown.status, unmatched.status], [1, 1, 1])
})

const mistakes: [words: string[], message: RegExp][] = [
  [at('13:00'), /fewer than two times/],
  [['--before', 'now-1h', '--after', 'now'], /belong together/],
  [['--before', 'now', '--after', 'now-1h', '--step', '5s'], /--before is later than --after/],
  [['--before', 'now-1d', '--after', 'now', '--step', '1s'], /more than 500 times/],
  [['--before', 'now-1d', '--after', 'now', '--step', '0s'], /more than 500 times/],
  [['--at', 'now', '--at', 'now-1h', '--match', '('], /"\(" is no regular expression/],
]
for (const [words, message] of mistakes)
  test(`${words.join(' ')} is an error that says why`, async () => {
    const { status, stderr } = await asked(['web3', '/proc/meminfo', ...words])
    assert.equal(status, 2)
    assert.match(stderr, message)
  })

test('a hostile host name reaches no terminal', async () => {
  const words = ['ev\x1b[31mil', '/proc/meminfo', ...at('13:00'), ...at('13:25'), '--all']
  const { stdout } = await asked(words, screen)
  assert.match(stdout, /^ev\\x1b\[31mil {2}/)
})
