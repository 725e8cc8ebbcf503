import assert from 'node:assert/strict'
import { test } from 'node:test'
import { meminfoText } from '../history/stored.ts'
import { minimal, mitra, parsedLines, storeOf } from './mitra.ts'

const setting = (host: string, day: number, text: string, time = '08:00:00Z') =>
  minimal(host, '/etc/sysctl.conf', `2026-11-${day}T${time}`, `vm.swappiness = ${text}\n`)

const store = await storeOf([
  setting('a', 18, '60'),
  setting('b', 18, '60'),
  setting('c', 18, '10'),
  setting('a', 19, '60'),
  // the last state of a day counts, and what it said before is no second value
  setting('b', 19, '60'),
  setting('b', 19, '1', '23:59:59.999Z'),
  setting('c', 19, '10'),
  setting('a', 20, 'none'),
  minimal('b', '/etc/fstab', '2026-11-20T08:00:00Z', 'tmpfs /tmp tmpfs\n'),
  minimal('a', '/proc/meminfo', '2026-11-20T08:00:00Z', meminfoText({ MemTotal: 16_000_000 })),
])
const asked = (words: readonly string[], options: Parameters<typeof mitra>[1] = {}) =>
  mitra(['values', ...words, '--over-time', 'day', '--store', store], options)

test('each UTC day has its hosts, its majority and its numbers; a day without any is there too', async () => {
  const { status, stdout } = await asked(['sysctl.vm.swappiness', '--from', '2026-11-17', '--json'])
  assert.equal(status, 0)
  assert.deepEqual(parsedLines(stdout), [
    { day: '2026-11-17', hosts: 0, asked: 0, distinct: 0, tied: false },
    {
      day: '2026-11-18',
      hosts: 3,
      asked: 3,
      distinct: 2,
      majority: 60,
      share: 0.6667,
      tied: false,
      min: 10,
      median: 60,
      max: 60,
    },
    {
      day: '2026-11-19',
      hosts: 3,
      asked: 3,
      distinct: 3,
      majority: 1,
      share: 0.3333,
      tied: true,
      min: 1,
      median: 10,
      max: 60,
    },
    { day: '2026-11-20', hosts: 1, asked: 2, distinct: 1, majority: 'none', share: 1, tied: false },
    { day: '2026-11-21', hosts: 0, asked: 0, distinct: 0, tied: false },
  ])
})

test('a terminal sees sizes by their unit, of the last week', async () => {
  const screen = { terminal: true, env: { NO_COLOR: '1' } }
  const { stdout } = await asked(['meminfo.MemTotal', '--from', '2026-11-20'], screen)
  assert.equal(
    stdout,
    `DAY         HOSTS  ASKED  DISTINCT  MAJORITY  SHARE      MIN   MEDIAN      MAX
2026-11-20      1      2         1  16.4 GB   100 %  16.4 GB  16.4 GB  16.4 GB
2026-11-21      0      0         0
`,
  )
  const words = await asked(['file.path', 'filename:/etc/*', '--from', '2026-11-20'], screen)
  assert.equal(words.stdout.split('\n')[0], 'DAY         HOSTS  ASKED  DISTINCT  MAJORITY    SHARE  TIED')
  const week = await asked(['meminfo.MemTotal', '--fields', 'day'])
  assert.deepEqual(
    week.stdout.split('\n').filter((line) => line !== ''),
    Array.from({ length: 7 }, (_, index) => `2026-11-${15 + index}`),
  )
})

test('--limit keeps the newest days and says so', async () => {
  const { stdout, stderr } = await asked(['meminfo.MemTotal', '--fields', 'day', '--limit', '2'])
  assert.deepEqual([stdout, stderr], ['2026-11-20\n2026-11-21\n', '2 of 7 shown; --limit 0 for all\n'])
})

test('days without a host are status 1', async () => {
  assert.equal((await asked(['sysctl.vm.swappiness', '--to', '2026-11-10', '--quiet'])).status, 1)
})

for (const other of [['--history'], ['--day', 'today'], ['--at', 'now']])
  test(`${other.join(' ')} does not go with it`, async () => {
    const { status, stderr } = await asked(['sysctl.vm.swappiness', ...other])
    assert.equal(status, 2)
    assert.match(stderr, /--over-time excludes --at, --day and --history/)
  })
