import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { minimal, mitra, parsedLines, storeOf, temporaryFolder } from './mitra.ts'

const hosts = (last: string) => `127.0.0.1 localhost\n10.0.0.1 db1\n10.0.0.2 db2\n10.0.0.3 db3\n${last}`
const sample = (host: string, at: string, kilobytes: number, total = 16_000) => ({
  ...minimal(host, '/proc/meminfo', at, `MemTotal: ${total} kB\nMemFree: ${kilobytes} kB\n`),
})
const store = await storeOf([
  minimal('web1', '/etc/hosts', '2026-11-18T08:00:00Z', hosts('10.0.0.9 old')),
  minimal('web1', '/etc/hosts', '2026-11-19T08:00:00.250Z', hosts('10.0.0.9 new\n')),
  { ...minimal('web1', '/etc/hosts', '2026-11-20T08:00:00Z', hosts('10.0.0.9 new\n')), 'file.mode': '0600' },
  minimal('web2', '/etc/hosts', '2026-11-18T08:00:00Z', hosts('10.0.0.9 old')),
  minimal('web2', '/etc/hosts.new', '2026-11-18T08:00:00Z', hosts('10.0.0.9 next\n')),
  minimal('web1', '/etc/sysctl.conf', '2026-11-18T08:00:00Z', 'vm.swappiness = 60\nnet.core.somaxconn = 128\n'),
  minimal('web1', '/etc/sysctl.conf', '2026-11-19T08:00:00Z', '# tuned\nvm/swappiness=1\nvm.dirty_ratio=5\n'),
  minimal('web1', '/etc/gone', '2026-11-18T08:00:00Z', 'a\n'),
  { '@timestamp': '2026-11-19T08:00:00Z', 'host.name': 'web1', 'file.path': '/etc/gone', 'file.exists': false },
  minimal('web1', '/etc/shadow', '2026-11-18T08:00:00Z', 'a\n'),
  { '@timestamp': '2026-11-19T08:00:00Z', 'host.name': 'web1', 'file.path': '/etc/shadow', 'error.message': 'denied' },
  ...['aa', 'bb'].map((hash, day) => ({
    ...{ '@timestamp': `2026-11-1${day + 1}T08:00:00Z`, 'host.name': 'web1', 'file.path': '/bin/x' },
    ...{ 'file.encoding': 'binary', 'file.size': 10 + day, 'file.hash.sha256': hash },
  })),
  minimal('web1', '/etc/crlf', '2026-11-18T08:00:00Z', 'a\r\nb\r\n'),
  minimal('web1', '/etc/crlf', '2026-11-19T08:00:00Z', 'a\r\nc\r\n'),
  minimal('web1', '/etc/wide', '2026-11-18T08:00:00Z', '\tx\n漢字 and more\nsame\n'),
  minimal('web1', '/etc/wide', '2026-11-19T08:00:00Z', '\ty\n漢字 and more\x1b[2J\nsame\nnew\n'),
  sample('web1', '2026-11-18T08:00:00Z', 1000),
  sample('web1', '2026-11-18T08:05:00Z', 4000),
  sample('web2', '2026-11-18T08:05:00Z', 2000, 8000),
])
const diff = (words: readonly string[], options: Parameters<typeof mitra>[1] = {}) =>
  mitra(['diff', ...words, '--store', store], options)

const lastHosts = `--- a/etc/hosts\t2026-11-18T09:00:00.000+01:00 web1
+++ b/etc/hosts\t2026-11-19T09:00:00.250+01:00 web1
@@ -2,4 +2,4 @@
 10.0.0.1 db1
 10.0.0.2 db2
 10.0.0.3 db3
-10.0.0.9 old
\\ No newline at end of file
+10.0.0.9 new
`

describe('mitra diff HOST PATH', () => {
  test('shows the last change of the content as a patch, though the mode changed since', async () => {
    assert.deepEqual(await diff(['web1', '/etc/hosts']), { status: 1, stdout: lastHosts, stderr: '' })
  })

  test('compares two days, each by its end', async () => {
    const { status, stdout, stderr } = await diff(['web1', '/etc/hosts', '--from', '2026-11-18', '--to', '2026-11-20'])
    assert.equal(status, 1)
    assert.match(stdout, /^\+10\.0\.0\.9 new$/m)
    assert.equal(stderr, '')
    assert.equal((await diff(['web1', '/etc/hosts', '--from', '2026-11-19', '--to', 'now'])).status, 0)
  })

  test('says on stderr what else differs', async () => {
    const more = await storeOf([
      { ...minimal('h', '/f', '2026-11-18T08:00:00Z', 'a\n'), 'file.mode': '0644' },
      { ...minimal('h', '/f', '2026-11-19T08:00:00Z', 'b\n'), 'file.mode': '0600' },
    ])
    assert.equal((await mitra(['diff', 'h', '/f', '--store', more])).stderr, 'file.mode: 0644 -> 0600\n')
    assert.equal((await mitra(['diff', 'h', '/f', '--quiet', '--store', more])).stderr, '')
  })

  test('takes local times, also in the hour that comes twice', async () => {
    const twice = await storeOf([
      minimal('h', '/f', '2026-10-24T22:00:00Z', 'before\n'),
      minimal('h', '/f', '2026-10-25T00:30:00Z', 'in summer\n'),
      minimal('h', '/f', '2026-10-25T01:30:00Z', 'in winter\n'),
    ])
    const states = async (from: string, to: string) => {
      const { stdout } = await mitra(['diff', 'h', '/f', '--from', from, '--to', to, '--store', twice])
      return stdout.match(/^[-+][a-z].*$/gm)
    }
    assert.deepEqual(await states('2026-10-25T02:30:00+02:00', '2026-10-25T02:30:00+01:00'), [
      '-in summer',
      '+in winter',
    ])
    assert.deepEqual(await states('2026-10-25T01:59:59', '2026-10-25T03:00:00'), ['-before', '+in winter'])
  })

  test('shows a removal as patch knows it', async () => {
    const { status, stdout } = await diff(['web1', '/etc/gone'])
    assert.equal(status, 1)
    assert.match(stdout, /^\+\+\+ \/dev\/null\t.*\n@@ -1 \+0,0 @@\n-a\n$/m)
  })

  test('goes by the last state that could be read', async () => {
    const { status, stderr } = await diff(['web1', '/etc/shadow'])
    assert.equal(status, 0)
    assert.match(stderr, /^no change of "\/etc\/shadow" of web1 is kept; it is the same since 2026-11-18T09:00:00/)
  })

  test('of a state that could not be read is trouble', async () => {
    const { status, stderr } = await diff(['web1', '/etc/shadow', '--from', '2026-11-18'])
    assert.equal(status, 2)
    assert.match(stderr, /^"\/etc\/shadow" of web1 could not be read, noticed 2026-11-19T09:00:00\+01:00: denied\n$/)
  })

  test('of binary content tells that it differs', async () => {
    const { status, stdout } = await diff(['web1', '/bin/x'])
    assert.equal(status, 1)
    assert.match(stdout, /^Binary files differ: 10 -> 11 bytes$/m)
    assert.equal((await diff(['web1', '/bin/x', '--from', '2026-11-12'])).status, 0)
  })

  test('older than what is kept is trouble', async () => {
    const { status, stderr } = await diff(['web1', '/etc/hosts', '--from', '2026-11-01'])
    assert.equal(status, 2)
    assert.match(stderr, /^nothing is kept of "\/etc\/hosts" of web1 from 2026-11-01T23:59:59\+01:00 or before\n$/)
  })
})

describe('the three forms of mitra diff', () => {
  test('a known host as second word means two hosts', async () => {
    const { status, stdout } = await diff(['web1', 'web2', '/etc/hosts'])
    assert.equal(status, 1)
    assert.match(stdout, /^--- a\/etc\/hosts\t.* web1\n\+\+\+ b\/etc\/hosts\t.* web2\n/)
    assert.equal((await diff(['web1', 'web2', '/etc/hosts', '--to', '2026-11-18'])).status, 0)
    assert.equal((await diff(['web1', 'web2', '/etc/hosts', '--from', '2026-11-18', '--to', '2026-11-20'])).status, 0)
  })

  test('any other word means a path', async () => {
    const { status, stdout } = await diff(['web2', '/etc/hosts', '/etc/hosts.new'])
    assert.equal(status, 1)
    assert.match(stdout, /^--- a\/etc\/hosts\t.* web2\n\+\+\+ b\/etc\/hosts\.new\t.* web2\n/)
  })

  for (const [words, told] of [
    [['web1', 'webb2', '/etc/hosts'], /^nothing is known of a host "webb2", did you mean web2\?\n$/],
    [['web1', '/etc/hots', '/etc/hosts'], /^nothing is known of "\/etc\/hots" of web1, but of \/etc\/hosts/],
    [['web1', '/etc/hosts', '/etc/hots'], /^nothing is known of "\/etc\/hots" of web1, but of \/etc\/hosts/],
    [['web7', '/etc/hosts'], /^nothing is known of a host "web7", did you mean web1\?\n$/],
    [['web1', '/etc/hots'], /^nothing is known of "\/etc\/hots" of web1, but of \/etc\/hosts/],
  ] as const)
    test(`${words.join(' ')} is trouble, and what is near is told`, async () => {
      const { status, stdout, stderr } = await diff(words)
      assert.deepEqual([status, stdout], [2, ''])
      assert.match(stderr, told)
    })
})

describe('mitra diff by key', () => {
  test('tells what was added, removed, and how far numbers moved', async () => {
    const { status, stdout } = await diff(['web1', '/etc/sysctl.conf', '--keys'])
    assert.equal(status, 1)
    assert.deepEqual(stdout.split('\n').slice(2), [
      '-net.core.somaxconn  128',
      '+vm.dirty_ratio      5',
      ' vm.swappiness       60 -> 1  (-59, -98.3 %)',
      '',
    ])
  })

  test('is what samples without text get', async () => {
    const { status, stdout } = await diff(['web1', '/proc/meminfo'])
    assert.equal(status, 1)
    assert.match(stdout, /^ MemFree {2}1024000 -> 4096000 {2}\(\+3072000, \+300 %\)$/m)
    const terminal = await diff(['web1', '/proc/meminfo'], { terminal: true, env: { NO_COLOR: '1' } })
    assert.match(terminal.stdout, /^ MemFree {2}1\.02 MB -> 4\.10 MB {2}\(\+3\.07 MB, \+300 %\)$/m)
  })

  test('leaves out what measures on request, and says so', async () => {
    const { status, stdout, stderr } = await diff(['web1', 'web2', '/proc/meminfo', '--ignore-volatile'])
    assert.equal(status, 1)
    assert.deepEqual(stdout.split('\n').slice(2), [' MemTotal  16384000 -> 8192000  (-8192000, -50 %)', ''])
    assert.equal(stderr, '1 more that count or measure are left out\n')
    assert.equal((await diff(['web1', '/proc/meminfo', '--ignore-volatile'])).status, 0)
  })

  test('of what has no keys is an error', async () => {
    const { status, stderr } = await diff(['web1', '/etc/hosts', '--keys'])
    assert.equal(status, 2)
    assert.match(stderr, /the content of \/etc\/hosts has no keys\n.*leave --keys out/)
  })
})

test('--side-by-side keeps its columns under wide characters, tabs and what a terminal would obey', async () => {
  const { stdout } = await diff(['web1', '/etc/wide', '-y'], { terminal: true, columns: 60, env: { NO_COLOR: '1' } })
  assert.deepEqual(stdout.split('\n').slice(1), [
    '@@ -1,3 +1,4 @@',
    '        x                    |         y',
    '漢字 and more                | 漢字 and more\\x1b[2J',
    'same                           same',
    '                             > new',
    '',
  ])
})

test('--word marks the words, in colours without marks', async () => {
  const { stdout } = await diff(['web1', '/etc/hosts', '--word'])
  assert.match(stdout, /^10\.0\.0\.9 \[-old-\]\{\+new\+\}$/m)
  const colored = await diff(['web1', '/etc/hosts', '--word', '--color', 'always'])
  assert.match(colored.stdout, /10\.0\.0\.9 \x1b\[31mold\x1b\[39m\x1b\[32mnew\x1b\[39m/)
})

test('--context chooses how many unchanged lines are shown', async () => {
  const { stdout } = await diff(['web1', '/etc/hosts', '-U', '0'])
  assert.match(stdout, /^@@ -5 \+5 @@\n-10/m)
})

test('--json tells both states and what differs by line and by key', async () => {
  const { status, stdout } = await diff(['web1', '/etc/sysctl.conf', '--json'])
  const [found] = parsedLines<{
    before: { time: string }
    same: boolean
    keys: { key: string }[]
    lines: { added: number }
  }>(stdout)
  assert.equal(status, 1)
  assert.equal(found?.same, false)
  assert.deepEqual(
    found?.keys.map(({ key }) => key),
    ['net.core.somaxconn', 'vm.dirty_ratio', 'vm.swappiness'],
  )
  assert.equal(found?.lines.added, 3)
  assert.equal(found?.before.time, '2026-11-18T08:00:00.000Z')
  const same = await diff(['web1', '/etc/hosts', '--from', '2026-11-19', '--json'])
  assert.deepEqual([same.status, JSON.parse(same.stdout).same], [0, true])
})

test('two forms of output exclude each other', async () => {
  const { status, stderr } = await diff(['web1', '/etc/hosts', '--word', '--json'])
  assert.equal(status, 2)
  assert.match(stderr, /--word and --json exclude each other/)
})

test('a terminal sees what it would obey written out', async () => {
  const { stdout } = await diff(['web1', '/etc/wide'], { terminal: true, env: { NO_COLOR: '1' } })
  assert.match(stdout, /^\+漢字 and more\\x1b\[2J$/m)
})

const isPatchMissing = spawnSync('patch', ['--version']).error !== undefined
describe('patch(1) takes the output', { skip: isPatchMissing ? 'patch is missing' : false }, () => {
  for (const path of ['/etc/hosts', '/etc/crlf', '/etc/wide', '/etc/sysctl.conf'])
    test(path, async () => {
      const file = join(temporaryFolder(), 'file')
      const text = async (at: string) => (await mitra(['show', 'web1', path, '--at', at, '--store', store])).stdout
      writeFileSync(file, await text('2026-11-18'))
      const { stdout } = await diff(['web1', path])
      const ran = spawnSync('patch', ['--binary', file], { input: stdout, encoding: 'utf8' })
      assert.equal(ran.status, 0, ran.stdout)
      assert.equal(readFileSync(file, 'utf8'), await text('2026-11-19T12:00:00Z'))
    })
})
