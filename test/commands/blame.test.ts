import assert from 'node:assert/strict'
import { test } from 'node:test'
import { minimal, mitra, parsedLines, storeOf } from './mitra.ts'

const gone = {
  '@timestamp': '2026-11-19T08:00:00Z',
  'host.name': 'web1',
  'file.path': '/etc/gone',
  'file.exists': false,
}
const store = await storeOf([
  minimal('web1', '/etc/motd', '2026-11-18T08:00:00Z', 'old\n\x1b[2J\n'),
  minimal('web1', '/etc/motd', '2026-11-19T08:00:00Z', 'old\nnew\n\x1b[2J\n'),
  minimal('web1', '/etc/gone', '2026-11-18T08:00:00Z', 'a\n'),
  gone,
  minimal('web1', '/etc/sysctl.conf', '2026-11-18T08:00:00Z', 'vm.swappiness = 60\nvm.dirty_ratio = 5\n'),
  minimal('web1', '/etc/sysctl.conf', '2026-11-19T08:00:00Z', 'vm.swappiness = 1\nvm.dirty_ratio = 5\n'),
  minimal('web1', '/proc/vmstat', '2026-11-18T08:00:00Z', 'pgfault 1\n'),
  minimal('web1', '/proc/vmstat', '2026-11-18T09:00:00Z', 'pgfault 2\n'),
])
const blame = (words: readonly string[], options: Parameters<typeof mitra>[1] = {}) =>
  mitra(['blame', ...words, '--store', store], options)

test('each line has the time since which it has been there, harmless', async () => {
  const { status, stdout } = await blame(['web1', '/etc/motd'], { terminal: true, env: { NO_COLOR: '1' } })
  assert.equal(status, 0)
  assert.deepEqual(stdout.split('\n'), [
    'SINCE                      OLDER  LINE  TEXT',
    '2026-11-18T09:00:00+01:00  older     1  old',
    '2026-11-19T09:00:00+01:00            2  new',
    '2026-11-18T09:00:00+01:00  older     3  \\x1b[2J',
    '',
  ])
})

test('--at tells of an earlier state', async () => {
  const { stdout } = await blame(['web1', '/etc/motd', '--at', '2026-11-18', '--fields', 'line,text'])
  assert.equal(stdout, '1\told\n2\t\\x1b[2J\n')
})

test('--keys tells since when each key has its value', async () => {
  const { stdout } = await blame(['web1', '/etc/sysctl.conf', '--keys', '--json'])
  assert.deepEqual(parsedLines(stdout), [
    { since: '2026-11-18T08:00:00.000Z', older: true, key: 'vm.dirty_ratio', value: 5 },
    { since: '2026-11-19T08:00:00.000Z', older: false, key: 'vm.swappiness', value: 1 },
  ])
})

test('a sample without text is told key by key', async () => {
  const { stdout } = await blame(['web1', '/proc/vmstat', '--at', '2026-11-18T08:30:00Z'])
  assert.equal(stdout, '2026-11-18T09:00:00+01:00\tolder\tpgfault\t1\n')
})

for (const [words, told] of [
  [['web1', '/etc/gone'], /^"\/etc\/gone" of web1 was removed, noticed 2026-11-19T09:00:00\+01:00\n$/],
  [['web1', '/etc/mod'], /^nothing is known of "\/etc\/mod" of web1, but of \/etc\/motd/],
  [['web1', '/etc/motd', '--keys'], /^"\/etc\/motd" of web1 has no keys to tell of\n$/],
] as const)
  test(`${words.join(' ')} has nothing to tell, and says why`, async () => {
    const { status, stdout, stderr } = await blame(words)
    assert.deepEqual([status, stdout], [1, ''])
    assert.match(stderr, told)
  })
