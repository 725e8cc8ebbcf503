// The page cache that vanished, and other incidents of the scenario, as `compare` and `around` show them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scenarioDocuments, scenarioNow } from '../scenario/scenario.ts'
import { readScript } from '../scenario/script.ts'
import { minimal, mitra, parsedLines, storeOf } from './mitra.ts'

const script = readScript()
const actors = script.actors.filter(({ name }) => name === 'db1' || name === 'web1' || name === 'web3')
const store = await storeOf(await scenarioDocuments({ ...script, actors }))
const screen = { terminal: true, columns: 120, now: scenarioNow, env: { NO_COLOR: '1' } }
const ask = (words: readonly string[], options: Parameters<typeof mitra>[1] = { now: scenarioNow }) =>
  mitra([...words, '--store', store], options)

const times = ['14:03:00', '14:03:07.250', '14:03:09.500', '14:03:12', '14:25'].flatMap((clock) => [
  '--at',
  `2026-11-17T${clock}Z`,
])

test('compare: before, at the start, seconds after and during, in one screen', async () => {
  const { stdout, stderr } = await ask(
    ['compare', 'db1', '/proc/meminfo', '/proc/zoneinfo', '/proc/buddyinfo', ...times],
    screen,
  )
  assert.equal(
    stdout,
    `db1  2026-11-17  +01:00
/proc/meminfo              15:03:00  15:03:07.250  15:03:09.500      15:03:12      15:25:59  SCORE
sampled                15:03:00.250  15:03:07.250  15:03:09.250  15:03:11.250  15:25:00.250
meminfo.Cached              13.4 GB       13.4 GB       5.85 GB        201 MB        200 MB   0.98
meminfo.Active_file         9.10 GB       9.10 GB       3.95 GB       90.2 MB        730 MB   0.98
meminfo.Inactive_file       4.10 GB       4.10 GB       1.80 GB       70.1 MB        374 MB   0.95
meminfo.MemFree              777 MB        709 MB       8.28 GB       13.9 GB       13.9 GB   0.94
meminfo.MemAvailable        13.8 GB       13.8 GB       13.9 GB       13.9 GB       14.0 GB   0.01
meminfo.AnonPages           16.6 GB       16.6 GB       16.6 GB       16.6 GB       16.6 GB   0.00
meminfo.Mapped              61.7 MB       61.6 MB       61.4 MB       61.5 MB       61.5 MB   0.00
meminfo.Dirty               41.0 kB       61.4 kB       52.2 kB       47.1 kB       38.9 kB   0.00
meminfo.Buffers             1.22 MB       1.23 MB       1.23 MB       1.23 MB       1.23 MB   0.00

/proc/zoneinfo                          15:03:00  15:03:07.250  15:03:09.500      15:03:12      15:25:59  SCORE
sampled                             15:03:00.251  15:03:05.251  15:03:09.251  15:03:11.251  15:25:00.251
zoneinfo.below_low                         false          true         false         false         false   1.00
zoneinfo.node0.Normal.below_low            false          true         false         false         false   1.00
zoneinfo.node1.Normal.free (pages)        16,629        14,679     1,103,109     1,918,058     1,778,398   0.98
zoneinfo.node0.Normal.free (pages)        13,873        10,223       689,029     1,210,967     1,106,904   0.98

/proc/buddyinfo                        15:03:00  15:03:07.250  15:03:09.500      15:03:12      15:25:59  SCORE
sampled                            15:03:00.252  15:03:05.252  15:03:09.252  15:03:11.252  15:04:00.252
buddyinfo.node0.Normal.free_pages       268,426       688,180     1,025,275     1,151,158     1,151,158   0.76
buddyinfo.node0.Normal.order0             7,970         6,090         4,585         4,022         4,022   0.24
buddyinfo.node0.Normal.order2               555           963         1,289         1,411         1,411   0.08
buddyinfo.node0.Normal.order10              225           599           899         1,011         1,011   0.08
buddyinfo.node0.Normal.order3               236           562           822           920           920   0.07
buddyinfo.node0.Normal.order4               137           363           543           611           611   0.05
buddyinfo.node0.Normal.order5                89           238           357           402           402   0.03
buddyinfo.node0.Normal.order6                47           124           187           210           210   0.02
buddyinfo.node0.Normal.order1             2,358         2,287         2,231         2,210         2,210   0.01
buddyinfo.node0.Normal.order7                27            71           107           120           120   0.01
buddyinfo.node0.Normal.order8                18            47            71            80            80   0.01
buddyinfo.node0.Normal.order9                10            26            39            44            44   0.00
`,
  )
  assert.equal(stderr, '')
})

test('around: what failed and what moved, since when', async () => {
  const { stdout, stderr } = await ask(['around', 'db1', '2026-11-17T14:03:07.250Z', '--limit', '7'], screen)
  assert.equal(
    stdout,
    `db1  2026-11-17T15:03:07.250+01:00  10 min before and after, 261 samples; 121 samples in the 20 min before

REBOOTS   none

OUTAGES          AT
netstat -s       15:03:13.255  input/output error
/proc/buddyinfo  15:04:00.252  silent since this sample

FILES     none changed
PACKAGES  none changed
SYSCTLS   none changed

LEVELS                           SCORE     BEFORE   FARTHEST  SINCE         AT
zoneinfo.below_low                 100      false       true  15:03:03.251  15:03:03.251
zoneinfo.node0.Normal.below_low    100      false       true  15:03:03.251  15:03:03.251
meminfo.Cached                      99    13.4 GB     200 MB  15:03:09.250  15:07:00.250
meminfo.Active_file                 99    9.10 GB    90.2 MB  15:03:09.250  15:03:11.250
vmstat.nr_file_pages                99  3,271,484     48,917  15:03:09.253  15:03:11.253
vmstat.nr_active_file               99  2,221,679     22,032  15:03:09.253  15:03:11.253
zoneinfo.node1.Normal.free          99     17,800  1,918,058  15:03:09.251  15:03:11.251

COUNTERS                      SCORE   BEFORE   FARTHEST  SINCE         AT
vmstat.pgscan_direct_normal     100  0.067/s  710,240/s  15:03:07.503  15:03:07.753
vmstat.pgsteal_direct_normal    100   0.05/s  665,676/s  15:03:07.503  15:03:09.253
vmstat.pgscan_kswapd_normal     100   5.45/s  469,892/s  15:03:07.503  15:03:07.503
vmstat.pgsteal_kswapd_normal    100    4.9/s  466,350/s  15:03:07.503  15:03:08.753
vmstat.pgmajfault               100  0.067/s    5,844/s  15:03:07.503  15:03:07.503
vmstat.allocstall               100      0/s    1,010/s  15:03:07.503  15:03:09.253
vmstat.pgpgin                    99  2,185/s  248,408/s  15:02:59.253  15:03:17.253
`,
  )
  assert.match(stderr, /^16 of \d+ shown; --limit 0 for all\n$/)
})

test('around: a reboot, with what came with it, and too few samples to judge by', async () => {
  const { stdout } = await ask(['around', 'web1', '2026-11-16T03:00', '--window', '30m'], screen)
  assert.equal(
    stdout,
    `web1  2026-11-16T03:00:00.000+01:00  30 min before and after, 9 samples; 1 sample in the 1 h before

REBOOTS         AT
6.1.0-21-amd64  03:01:15.000  kernel 6.1.0-18-amd64 before, noticed 03:01:55.000

OUTAGES   none

FILES          AT
/proc/version  03:01:55.001  +1 -1 lines

PACKAGES  none changed

SYSCTLS               AT
kernel.osrelease      03:01:55.002  6.1.0-18-amd64 -> 6.1.0-21-amd64
vm.overcommit_memory  03:01:55.002  1 -> 0

LEVELS    none went twice as far as before
COUNTERS  none went twice as far as before

8 sources not judged, with fewer than 3 samples before
`,
  )
})

test('around --json says the same, in UTC and exactly', async () => {
  const { stdout, status } = await ask(['around', 'db1', '2026-11-17T14:03:07.250Z', '--json'])
  assert.equal(status, 0)
  const rows = parsedLines(stdout)
  assert.deepEqual(rows[0], {
    section: 'window',
    host: 'db1',
    at: '2026-11-17T14:03:07.250Z',
    from: '2026-11-17T13:53:07.250Z',
    to: '2026-11-17T14:13:07.250Z',
    before: '2026-11-17T13:33:07.250Z',
    samples: 261,
    samples_before: 121,
  })
  assert.deepEqual(
    rows.filter(({ section }) => section === 'outage'),
    [
      {
        section: 'outage',
        path: 'netstat -s',
        status: 'error',
        at: '2026-11-17T14:03:13.255Z',
        error: 'input/output error',
      },
      { section: 'outage', path: '/proc/buddyinfo', status: 'silent', at: '2026-11-17T14:04:00.252Z' },
    ],
  )
  assert.deepEqual(
    rows.find(({ field }) => field === 'meminfo.Cached'),
    {
      section: 'level',
      path: '/proc/meminfo',
      field: 'meminfo.Cached',
      unit: 'bytes',
      kind: 'level',
      score: 98.51,
      usual: 13_393_612_800,
      farthest: 199_591_936,
      at: '2026-11-17T14:07:00.250Z',
      since: '2026-11-17T14:03:09.250Z',
      samples: 45,
      samples_before: 20,
    },
  )
  assert.equal(
    rows.some(({ field }) => field === 'meminfo.AnonPages'),
    false,
  )
})

test('around in a pipe has a line for each row, with its section', async () => {
  const { stdout } = await ask(['around', 'web3', '2026-11-18T17:40'])
  assert.equal(stdout, 'sysctl\t2026-11-18T17:41:06.446+01:00\tnet.core.somaxconn\t128 -> 16384\n')
})

test('around: nothing is status 1, and says whether the host is known', async () => {
  const quiet = await ask(['around', 'web3', '2026-11-18T12:00', '--window', '1m'])
  assert.deepEqual([quiet.status, quiet.stdout], [1, ''])
  assert.match(
    quiet.stderr,
    /^nothing is kept of web3 between 2026-11-18T11:57:00\+01:00 and 2026-11-18T12:01:00\+01:00\n$/,
  )
  const unknown = await ask(['around', 'web33', '2026-11-18T12:00'])
  assert.deepEqual([unknown.status, unknown.stderr], [1, 'nothing is known of a host "web33", did you mean web3?\n'])
})

for (const [words, message] of [
  [['yesteryear'], /TIME: expected a time/],
  [['now', '--window', '0m'], /--window must be longer than nothing/],
  [['now', '--window', 'long'], /--window: expected a duration/],
] as const)
  test(`around ${words.join(' ')} is an error that says why`, async () => {
    const { status, stderr } = await ask(['around', 'db1', ...words])
    assert.equal(status, 2)
    assert.match(stderr, message)
  })

test('around: what a hostile host says reaches no terminal', async () => {
  const at = (second: number) => `2026-11-18T02:00:0${second}Z`
  const path = '/etc/\x1b]0;owned\x07\u202ex.conf'
  const hostile = await storeOf([
    minimal('ev\x1b[31mil', path, at(1), 'name = safe\n'),
    minimal('ev\x1b[31mil', path, at(2), 'name = \x1b[2J\x9b1m\n'),
  ])
  const words = ['around', 'ev\x1b[31mil', at(3), '--store', hostile]
  for (const options of [screen, { now: scenarioNow }]) {
    const { stdout } = await mitra(words, options)
    assert.match(stdout, /x1b\]0;owned/)
    assert.doesNotMatch(stdout, /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]/)
  }
})

test('around an hour that the clocks repeat tells the offsets apart', async () => {
  const conf = (at: string, text: string) => minimal('dst', '/etc/app.conf', at, text)
  const dst = await storeOf([
    conf('2026-10-25T00:10:00Z', 'one\n'),
    conf('2026-10-25T00:40:00Z', 'two\n'),
    conf('2026-10-25T01:20:00Z', 'three\n'),
  ])
  const { stdout } = await mitra(
    ['around', 'dst', '2026-10-25T02:50:00+02:00', '--window', '1h', '--store', dst],
    screen,
  )
  assert.match(stdout, /^dst {2}2026-10-25T02:50:00\.000\+02:00 /)
  assert.match(stdout, /^\/etc\/app\.conf {2}02:40:00\.000 .*\n.*02:20:00\.000\+01:00 /m)
})
