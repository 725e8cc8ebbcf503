// `mitra hosts` on a real store: questions that join over the documents of a host.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { minimal, mitra, storeOf } from './mitra.ts'
import { sampleHosts } from './sample-hosts.ts'

const store = await storeOf(sampleHosts)
const hosts = (words: readonly string[], options?: Parameters<typeof mitra>[1]) =>
  mitra(['hosts', '--store', store, ...words], options)

describe('finds hosts', () => {
  const table: readonly [words: readonly string[], names: readonly string[]][] = [
    [[], ['db1', 'old1', 'web1', 'web2']],
    [['filename:/etc/fstab AND content:ext4'], ['db1', 'web1']],
    [
      ['filename:/etc/fstab', 'ext4'],
      ['db1', 'web1'],
    ],
    [['ext4', '--all', 'package.name:zsh'], ['web1']],
    [['ext4', '--all', 'sysctl.vm.swappiness:60', '--all', 'host.os.kernel:6.*'], ['web1']],
    [
      ['--all', 'ext4'],
      ['db1', 'web1'],
    ],
    [['ext4 AND xfs'], []],
    [
      ['--without', 'package.name:zsh'],
      ['db1', 'old1', 'web2'],
    ],
    [['--without', 'package.name:zsh', '--universe', 'filename:packages'], ['web2']],
    [['--without', 'ext4', '--without', 'xfs'], ['old1']],
    [['ext4', '--without', 'ext4'], []],
    [
      ['--universe', 'labels.role:web'],
      ['web1', 'web2'],
    ],
    [
      ['host.ip:"10.0.0.0/8"', '--universe', 'labels.role:db'],
      ['db1', 'old1'],
    ],
    [['sysctl.net.core.somaxconn:1024', '--day', 'yesterday'], ['web1']],
    [['sysctl.net.core.somaxconn:1024'], []],
    [['sysctl.net.core.somaxconn:1024', '--history'], ['web1']],
    [['host.os.kernel:4.4*'], ['db1', 'web2']],
  ]
  for (const [words, names] of table)
    test(words.join(' ') || 'all', async () => {
      const { stdout, status } = await hosts([...words, '--fields', 'host'])
      assert.deepEqual(stdout.split('\n').slice(0, -1), names)
      assert.equal(status, names.length > 0 ? 0 : 1)
      assert.equal((await hosts([...words, '--count'])).stdout, `${names.length}\n`)
    })
})

test('a terminal gets a table and whom the answer covers', async () => {
  const { stdout, stderr } = await hosts(['--without', 'package.name:zsh'], { terminal: true, env: { NO_COLOR: '1' } })
  assert.equal(
    stdout,
    'HOST  SEEN                       SILENT\n' +
      'db1   2026-11-21T04:28:00+01:00\n' +
      'old1  2026-11-20T23:00:00+01:00  silent\n' +
      'web2  2026-11-21T04:29:10+01:00\n',
  )
  assert.match(stderr, /^3 of 4 hosts match; 1 silent for over 1 h, 2 without the source asked for\n$/)
})

test('--csv has a heading', async () => {
  assert.equal((await hosts(['xfs', '--csv'])).stdout, 'host,seen,silent\r\nweb2,2026-11-21T03:29:10.250Z,false\r\n')
})

describe('--silent', () => {
  test('lists the silent ones and ends with 2', async () => {
    const { status, stdout } = await hosts(['--silent', '1h', '--fields', 'host'])
    assert.equal(status, 2)
    assert.equal(stdout, 'old1\n')
    assert.deepEqual((await hosts(['--silent', '1m', '--count'])).stdout, '2\n')
  })

  test('ends with 0 when none is', async () => {
    assert.deepEqual(await hosts(['--silent', '6h']), { status: 0, stdout: '', stderr: '' })
  })

  test('ends with 1 when nobody was asked', async () => {
    assert.equal((await hosts(['--silent', '1h', '--universe', 'absent'])).status, 1)
  })

  for (const given of ['soon', '1', '1y', '-1h', ''])
    test(`refuses ${JSON.stringify(given)}`, async () => {
      const { status, stderr } = await hosts([`--silent=${given}`])
      assert.equal(status, 2)
      assert.match(stderr, /^mitra: --silent: expected a duration/)
    })
})

test('a host is only as silent as its newest document, also just after midnight', async () => {
  const just = await storeOf([
    minimal('web1', '/etc/fstab', '2026-11-20T23:59:30Z', 'ext4'),
    minimal('web1', '/etc/hosts', '2026-11-21T00:00:20Z', 'localhost'),
  ])
  const { status, stdout } = await mitra(['hosts', 'ext4', '--silent', '1m', '--store', just], {
    now: Date.parse('2026-11-21T00:00:30Z'),
  })
  assert.deepEqual({ status, stdout }, { status: 0, stdout: '' })
})

test('hints at unknown fields of every question', async () => {
  const { stderr } = await hosts(['--without', 'package.nam:zsh', '--all', 'sysctl.vm.swapiness:1'])
  assert.match(stderr, /did you mean package\.name\?/)
  assert.match(stderr, /did you mean sysctl\.vm\.swappiness\?/)
})
