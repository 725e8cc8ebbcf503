import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { minimal, mitra, parsedLines, storeOf } from './mitra.ts'

const vmstat = (at: string, faults: number) => minimal('web1', '/proc/vmstat', at, `pgfault ${faults}\nnr_dirty 5\n`)
const store = await storeOf([
  { ...minimal('web1', '/etc/fstab', '2026-11-18T08:00:00Z', '/dev/sda1 / ext3 defaults 0 1\n'), 'file.mode': '0644' },
  {
    ...minimal('web1', '/etc/fstab', '2026-11-19T08:00:00.250Z', '/dev/sda1 / ext4 defaults 0 1\n'),
    'file.mode': '0600',
  },
  {
    ...minimal('web1', '/etc/fstab', '2026-11-19T08:00:00.750Z', '/dev/sda1 / xfs defaults 0 1\n'),
    'file.mode': '0600',
  },
  minimal('web1', '/etc/\x1b[31mred', '2026-11-18T08:00:00Z', 'a = 1\n'),
  minimal('web1', '/etc/\x1b[31mred', '2026-11-19T08:00:00Z', 'a = \x1b[2Jx\n'),
  vmstat('2026-11-18T08:00:00Z', 1000),
  vmstat('2026-11-18T08:00:10Z', 3000),
  vmstat('2026-11-18T08:00:20Z', 500),
])
const history = (words: readonly string[], options: Parameters<typeof mitra>[1] = {}) =>
  mitra(['history', ...words, '--store', store], options)
const terminal = { terminal: true, env: { NO_COLOR: '1' } }

test('versions are listed newest first with size, hash and what they changed', async () => {
  const { status, stdout } = await history(['web1', '/etc/fstab'], terminal)
  assert.equal(status, 0)
  assert.deepEqual(stdout.replace(/[0-9a-f]{12}/g, 'HASH').split('\n'), [
    'TIME                           SIZE  HASH          CHANGE',
    '2026-11-19T09:00:00.750+01:00    29  HASH  +1 -1 lines',
    '2026-11-19T09:00:00.250+01:00    30  HASH  +1 -1 lines; mode 0644 -> 0600',
    '2026-11-18T09:00:00.000+01:00    30  HASH  first version kept',
    '',
  ])
})

test('a limit says that there is more', async () => {
  const { stdout, stderr } = await history(['web1', '/etc/fstab', '--limit', '1'])
  assert.equal(stdout.split('\n').length, 2)
  assert.equal(stderr, '1 shown; --limit 0 for all\n')
  assert.equal((await history(['web1', '/etc/fstab', '--limit', '3'])).stderr, '')
})

test('a range leaves out what began before or after it', async () => {
  const { stdout } = await history(['web1', '/etc/fstab', '--from', '2026-11-19', '--to', '2026-11-19T08:00:00.500Z'])
  assert.match(stdout, /^2026-11-19T09:00:00\.250\+01:00\t30\t[0-9a-f]{12}\t\+1 -1 lines; mode 0644 -> 0600\n$/)
  const none = await history(['web1', '/etc/fstab', '--from', '2026-11-20'])
  assert.deepEqual([none.status, none.stdout], [1, ''])
  assert.equal(none.stderr, 'no version of "/etc/fstab" of web1 began between 2026-11-20T00:00:00+01:00 and now\n')
})

test('-p shows the patches', async () => {
  const { stdout } = await history(['web1', '/etc/fstab', '-p'])
  assert.match(stdout, /^version 2026-11-19T09:00:00\.750\+01:00 [0-9a-f]{12}\n {4}\+1 -1 lines\n\n--- a\/etc\/fstab\t/)
  assert.match(stdout, /^-\/dev\/sda1 \/ ext3 defaults 0 1\n\+\/dev\/sda1 \/ ext4 defaults 0 1\n\nversion/m)
  assert.match(stdout, /first version kept\n$/)
  assert.equal((await history(['web1', '/etc/fstab', '-p', '--csv'])).status, 2)
})

test('--json tells the change in parts, with -p as a patch too', async () => {
  const { stdout } = await history(['web1', '/etc/fstab', '-p', '--json'])
  const [newest, , oldest] = parsedLines<{ time: string; change: object; patch: string; identity: string }>(stdout)
  assert.equal(newest?.time, '2026-11-19T08:00:00.750Z')
  assert.deepEqual(newest?.change, {
    kind: 'changed',
    content: { kind: 'lines', removed: 1, added: 1, isCoarse: false },
    metadata: [],
  })
  assert.match(newest?.patch ?? '', /^--- a\/etc\/fstab\t[^\n]*\n\+\+\+ b\/etc\/fstab\t[^\n]*\n@@ -1 \+1 @@\n-/)
  assert.match(newest?.identity ?? '', /^[0-9a-f]{16}$/)
  assert.deepEqual([oldest?.change, oldest?.patch], [undefined, undefined])
})

test('names and contents come out harmless', async () => {
  const { stdout } = await history(['web1', '/etc/\x1b[31mred', '-p'], terminal)
  assert.match(stdout, /1 key: a 1 -> \\x1b\[2Jx/)
  assert.doesNotMatch(stdout, /\x1b/)
})

test('what is not known is told with what is near', async () => {
  const { status, stderr } = await history(['web1', '/etc/fstap'])
  assert.equal(status, 1)
  assert.match(stderr, /^nothing is known of "\/etc\/fstap" of web1, but of \/etc\/fstab/)
})

describe('a field over time', () => {
  test('is listed oldest first with its differences, resets marked', async () => {
    const { status, stdout } = await history(['web1', '/proc/vmstat', '--field', 'vmstat.pgfault'])
    assert.equal(status, 0)
    assert.deepEqual(stdout.split('\n'), [
      '2026-11-18T09:00:00.000+01:00\t1000\t\t\t',
      '2026-11-18T09:00:10.000+01:00\t3000\t2000\t200\t',
      '2026-11-18T09:00:20.000+01:00\t500\t500\t50\treset',
      '',
    ])
  })

  test('is drawn at a terminal, of a counter its rate', async () => {
    const { stdout } = await history(['web1', '/proc/vmstat', '--field', 'vmstat.pgfault'], {
      ...terminal,
      columns: 60,
    })
    const lines = stdout.split('\n')
    assert.equal(lines[0], '2026-11-18T09:00:00+01:00 to 2026-11-18T09:00:20+01:00, per second')
    assert.match(lines[1] ?? '', /^200\/s │█+$/)
    assert.match(lines[8] ?? '', /^ 50\/s │█+▁+$/)
    assert.match(lines[10] ?? '', /^TIME +VALUE +DIFFERENCE +RATE +RESET$/)
  })

  test('goes by its alias, and as JSON', async () => {
    const { stdout } = await history(['web1', '/etc/fstab', '--field', 'size', '--json'])
    assert.deepEqual(
      parsedLines<{ value: number; difference?: number }>(stdout).map(({ value, difference }) => [value, difference]),
      [
        [30, undefined],
        [30, 0],
        [29, -1],
      ],
    )
  })

  test('keeps the newest where there is a limit', async () => {
    const { stdout, stderr } = await history(['web1', '/etc/fstab', '--field', 'file.size', '--limit', '1'])
    assert.equal(stdout, '2026-11-19T09:00:00.750+01:00\t29\t-1\n')
    assert.equal(stderr, 'the last 1 of 3 shown; --limit 0 for all\n')
  })

  test('that no version has is hinted at', async () => {
    const { status, stderr } = await history(['web1', '/proc/vmstat', '--field', 'vmstat.pgfalut'])
    assert.equal(status, 1)
    assert.match(stderr, /^no version of "\/proc\/vmstat" of web1 kept in that time has a field "vmstat\.pgfalut"\n/)
  })

  test('that only the sources below have is said with their paths', async () => {
    const at = '2026-11-18T08:00:00Z'
    const one = (host: string, name: string) =>
      minimal(host, `processes/${name}`, at, `process.name ${name}\nprocess.memory.heap 4096\n`)
    const processes = await storeOf([
      minimal('web1', 'processes', at, 'processes.count 2\n'),
      one('web1', 'mysqld'),
      one('web1', 'nginx'),
      one('web2', 'sshd'),
    ])
    const words = ['history', 'web1', 'processes', '--field', 'process.memory.heap', '--store', processes]
    const { status, stderr } = await mitra(words)
    assert.equal(status, 1)
    assert.match(stderr, /has a field "process\.memory\.heap"; processes\/mysqld, processes\/nginx have it\n/)
  })
})
