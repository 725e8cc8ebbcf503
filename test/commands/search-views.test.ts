// `mitra search` on real stores: what a terminal is told, which moment is asked, and when colours are used.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { minimal, mitra, parsedLines, storeOf } from './mitra.ts'
import { sampleHosts } from './sample-hosts.ts'

const store = await storeOf(sampleHosts)
const search = (words: readonly string[], options?: Parameters<typeof mitra>[1]) =>
  mitra(['search', '--store', store, ...words], options)
const plain = { terminal: true, env: { NO_COLOR: '1' } }

test('a terminal gets a heading, the lines and whom the answer covers', async () => {
  const { stdout, stderr } = await search(['ext4'], plain)
  assert.equal(
    stdout,
    'db1  /etc/fstab  2026-11-21T04:28:00+01:00\n  2: /dev/sda1 / ext4 defaults 0 1\n\n' +
      'web1  /etc/fstab  2026-11-21T04:29:00+01:00\n  2: /dev/sda1 / ext4 defaults 0 1\n\n',
  )
  assert.equal(stderr, '2 of 4 hosts match; 1 silent for over 1 h, 1 with an error in it\n')
})

test('a terminal says of an error that it is one, once', async () => {
  const { stdout } = await search(['_exists_:error.message'], plain)
  assert.equal(stdout, 'db1  /etc/shadow  2026-11-21T04:28:00+01:00\n  error: permission denied\n\n')
})

test('a terminal says of a removed file that it is', async () => {
  assert.match((await search(['filename:/etc/motd'], plain)).stdout, /^web2 {2}\/etc\/motd {2}\S+ {2}removed\n/)
})

test('several words are one query, and the operator between them can be chosen', async () => {
  const paths = async (...words: string[]) =>
    parsedLines(`${(await search([...words, '--json'])).stdout}`).map(
      (row) => `${row['host.name']} ${row['file.path']}`,
    )
  assert.deepEqual(await paths('curl', 'zsh'), ['web1 packages'])
  assert.deepEqual(await paths('curl', 'zsh', '--default-operator', 'or'), ['web1 packages', 'web2 packages'])
})

test('--json gives whole documents, one a line', async () => {
  const rows = parsedLines((await search(['filename:/etc/sysctl.conf', '--json'])).stdout)
  assert.equal(rows.length, 1)
  assert.deepEqual(rows[0], {
    '@timestamp': '2026-11-21T01:15:00.125Z',
    'host.name': 'web1',
    'file.path': '/etc/sysctl.conf',
    'event.dataset': rows[0]?.['event.dataset'],
    'event.kind': 'state',
    'file.name': 'sysctl.conf',
    'file.directory': '/etc',
    'file.extension': 'conf',
    'file.size': 27,
    'file.hash.sha256': rows[0]?.['file.hash.sha256'],
    'sysctl.net.core.somaxconn': 16384,
    content: 'net.core.somaxconn = 16384\n',
  })
  assert.match(String(rows[0]?.['file.hash.sha256']), /^[0-9a-f]{64}$/)
})

test('--csv without --fields has the fields every document may have', async () => {
  const { stdout } = await search(['filename:/etc/shadow', '--csv'])
  assert.match(stdout, /^@timestamp,host\.name,file\.path,event\.dataset,file\.size,error\.message,content\r\n/)
  assert.match(stdout, /,db1,\/etc\/shadow,mitra\.file,,permission denied,\r\n$/)
})

test('a terminal shows fifty documents unless told otherwise, a pipe all', async () => {
  const many = await storeOf(
    Array.from({ length: 60 }, (_, index) => minimal('web1', `/etc/${index}`, '2026-11-21T00:00:00Z', 'text')),
  )
  const atTerminal = await mitra(['search', 'text', '--store', many], plain)
  assert.match(atTerminal.stderr, /^50 of 60 shown; --limit 0 for all\n/)
  assert.equal(atTerminal.stdout.match(/\/etc\//g)?.length, 50)
  assert.equal((await mitra(['search', 'text', '--store', many])).stdout.match(/\/etc\//g)?.length, 60)
  assert.equal(
    (await mitra(['search', 'text', '--limit', '0', '--store', many], plain)).stdout.match(/\/etc\//g)?.length,
    60,
  )
})

test('a terminal shows the first lines of many, and how many more there are', async () => {
  const { stdout } = await search(['hostname:web2 AND node1* AND filename:/etc/hosts'], plain)
  assert.equal(stdout.match(/: 10\.0\.0/g)?.length, 5)
  assert.match(stdout, /\n {2}… \d+ more lines\n/)
})

describe('asks the past', () => {
  const conf = 'filename:/etc/sysctl.conf'
  const settingsFound = async (...words: string[]) =>
    parsedLines((await search([conf, ...words, '--json'])).stdout).map((row) => row['sysctl.net.core.somaxconn'])
  const table: readonly [words: readonly string[], values: readonly number[]][] = [
    [[], [16384]],
    [['--day', '2026-11-19'], [128]],
    [['--day', 'yesterday'], [1024]],
    [['--day', 'today'], [16384]],
    [['--day', 'now-2d'], [128]],
    [['--day', '2026-11-18'], []],
    [['--from', '2026-11-20', '--to', '2026-11-20'], [1024]],
    [
      ['--from', '2026-11-20'],
      [16384, 1024],
    ],
    [
      ['--to', '2026-11-20'],
      [1024, 128],
    ],
    [['--history'], [16384, 1024, 128]],
    [['--history', '--day', '2026-11-20'], [1024]],
    [
      ['--history', '--from', '2026-11-20T09:00:00+01:00'],
      [16384, 1024],
    ],
    [['--history', '--from', '2026-11-20T09:00:00.001+01:00'], [16384]],
    [
      ['--history', '--to', 'now-12h'],
      [1024, 128],
    ],
  ]
  for (const [words, values] of table)
    test(words.join(' ') || 'now', async () => assert.deepEqual(await settingsFound(...words), values))

  test('and tells the time of each version', async () => {
    assert.equal(
      (await search([conf, '--history'])).stdout,
      'web1:/etc/sysctl.conf@2026-11-21T02:15:00.125+01:00\n' +
        'web1:/etc/sysctl.conf@2026-11-20T09:00:00.000+01:00\n' +
        'web1:/etc/sysctl.conf@2026-11-19T09:00:00.000+01:00\n',
    )
    assert.match((await search([conf, '--day', 'yesterday'])).stdout, /^web1:\/etc\/sysctl\.conf@2026-11-20T09:00:00/)
    assert.match((await search([conf, '--history'], plain)).stdout, /2026-11-21T02:15:00\.125\+01:00/)
  })
})

describe('colours', () => {
  const painted = async (options: Parameters<typeof mitra>[1], ...words: string[]) =>
    (await search(['ext4', ...words], options)).stdout.includes('\x1b[1;31mext4\x1b[22;39m')
  const table: readonly [title: string, expected: boolean, options: Parameters<typeof mitra>[1], words: string[]][] = [
    ['a terminal has them', true, { terminal: true }, []],
    ['a pipe has none', false, {}, []],
    ['NO_COLOR takes them away', false, plain, []],
    ['FORCE_COLOR gives them to a pipe', true, { env: { FORCE_COLOR: '1' } }, []],
    ['a dumb terminal has none', false, { terminal: true, env: { TERM: 'dumb' } }, []],
    ['--color always goes before NO_COLOR', true, plain, ['--color', 'always']],
    ['--color never goes before the terminal', false, { terminal: true }, ['--color', 'never']],
  ]
  for (const [title, expected, options, words] of table)
    test(title, async () => assert.equal(await painted(options, ...words), expected))
})
