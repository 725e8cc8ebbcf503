// Which way to read sockets the real program takes, by what it is left with.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { minimal, parsedLines, storeOf, temporaryFolder } from '../../commands/mitra.ts'

const program = join(import.meta.dirname, '../../../bin/mitra.js')
const folder = temporaryFolder()
const config = join(folder, 'mitra.yml')
writeFileSync(config, '{}\n')
const store = await storeOf([minimal('web1', '/etc/motd', '2026-11-21T03:00:00Z', 'hello')])

const has = (tool: string) => !spawnSync(tool, ['-V']).error
const hasKoffi = await import('koffi').then(Boolean, () => false)
const noPerl = !has('perl') && 'perl is not installed'

/** As systemd leaves a socket for netlink to a service: descriptor 3, and who it is for. */
const inheriting = (flags: number) => [
  'perl',
  '-e',
  `$^F = 10; socket(my $netlink, 16, 3 | ${flags}, 4) or die $!; $ENV{LISTEN_PID} = $$; $ENV{LISTEN_FDS} = 1; exec @ARGV`,
]
const nonBlocking = 0o4000

/** As where the optional dependency is left out. */
const withoutKoffi = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module'
  const resolve = (name, context, next) => {
    if (name === 'koffi') throw Object.assign(new Error('absent'), { code: 'ERR_MODULE_NOT_FOUND' })
    return next(name, context)
  }
  registerHooks({ resolve })
`)}`

function mitra(words: string[], { launcher = [] as string[], node = [] as string[], env = {} } = {}) {
  const [file = '', ...rest] = [...launcher, process.execPath, ...node, program, ...words]
  return spawnSync(file, rest, { encoding: 'utf8', env: { ...process.env, ...env } })
}

function doctor(how: Parameters<typeof mitra>[1]): { status: string; detail: string } {
  const { stdout, stderr } = mitra(['doctor', '--json', '--config', config, '--store', store], how)
  const found = parsedLines<{ check: string; status: string; detail: string }>(stdout).find(
    ({ check }) => check === 'sockets',
  )
  assert.ok(found, stderr)
  return found
}

test('an inherited descriptor comes before all', { skip: noPerl }, () => {
  const { status, detail } = doctor({ launcher: inheriting(nonBlocking) })
  assert.deepEqual([status, detail], ['ok', 'read over netlink, by an inherited descriptor'])
})

test('what was read by an inherited descriptor is what is read without', { skip: noPerl }, () => {
  const words = ['sockets', '--json', '--protocol', 'tcp', '--config', config, '--limit', '0']
  const addresses = (how?: Parameters<typeof mitra>[1]) =>
    parsedLines<{ address: string; namespace?: string }>(mitra(words, how).stdout)
      .filter(({ namespace }) => namespace === undefined)
      .map(({ address }) => address)
  const launcher = inheriting(nonBlocking)
  // others of this machine come and go
  const before = new Set(addresses())
  const inherited = addresses({ launcher })
  const later = new Set(addresses())
  assert.deepEqual(
    inherited.filter((address) => !before.has(address) && !later.has(address)),
    [],
  )
  assert.deepEqual(
    [...before].filter((address) => later.has(address) && !inherited.includes(address)),
    [],
  )
})

test('the agent tells in a field that it has inherited the descriptor', { skip: noPerl }, () => {
  const own = join(folder, 'own.db')
  mitra(['index', '--config', config, '--store', own], { launcher: inheriting(nonBlocking) })
  const { stdout } = mitra(['values', 'socket.source', '--store', own, '--json', '--config', config])
  assert.equal(parsedLines<{ value: string }>(stdout)[0]?.value, 'inherited', stdout)
})

test('one that would block is of no use, and it says what to set', { skip: noPerl }, () => {
  assert.match(doctor({ launcher: inheriting(0) }).detail, /descriptor 3 would block: NonBlocking=yes/)
})

test('a descriptor for another process is none', () => {
  const { detail } = doctor({ env: { LISTEN_PID: '1', LISTEN_FDS: '1' } })
  assert.ok(!detail.includes('inherited'), detail)
})

test('without an inherited one koffi makes it', { skip: !hasKoffi && 'koffi is not installed' }, () => {
  assert.deepEqual(doctor({}).detail, 'read over netlink, through koffi')
})

test('without koffi ss is run', { skip: !has('ss') && 'ss is not installed' }, () => {
  const { status, detail } = doctor({ node: ['--import', withoutKoffi] })
  assert.deepEqual([status, detail], ['ok', 'read by running ss (koffi is not installed)'])
})

test('without either /proc is read, which is a warning', () => {
  const { status, detail } = doctor({ node: ['--import', withoutKoffi], env: { PATH: folder } })
  assert.equal(status, 'warning')
  assert.match(detail, /^read from \/proc, .*\(koffi is not installed; ss is not installed or cannot tell\)$/)
})
