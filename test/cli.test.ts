// The frame of the command line: words to commands, errors to one line and an exit status, readers that go away, signals.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { main } from '../src/cli.ts'
import { captured } from './commands/captured-io.ts'
import { createFleet, type Fleet, lines } from './commands/fleet.ts'

const program = join(import.meta.dirname, '../bin/mitra.js')
const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as {
  version: string
}
let fleet: Fleet
let folder: string

before(async () => {
  fleet = await createFleet()
  folder = mkdtempSync(join(tmpdir(), 'mitra-cli-'))
})
after(() => {
  fleet.remove()
  rmSync(folder, { recursive: true })
})

async function run(...words: string[]) {
  const kept = captured({})
  const status = await main(words, kept.io)
  return { status, stdout: kept.stdout(), stderr: kept.stderr() }
}

test('--version prints the version of the package', async () => {
  assert.deepEqual(await run('--version'), { status: 0, stdout: `${version}\n`, stderr: '' })
  assert.equal((await run('-V')).stdout, `${version}\n`)
})

test('help goes to stdout when asked for, to stderr when nothing was asked', async () => {
  const { status, stdout } = await run('--help')
  assert.equal(status, 0)
  assert.match(stdout, /^Usage: mitra COMMAND/)
  assert.equal((await run('help')).stdout, stdout)
  assert.deepEqual(await run(), { status: 2, stdout: '', stderr: stdout })
})

test('help of a command is the same however it is asked for', async () => {
  const { status, stdout } = await run('search', '--help')
  assert.equal(status, 0)
  assert.match(stdout, /^Usage: mitra search QUERY\.\.\. \[OPTIONS\]/)
  for (const words of [
    ['help', 'search'],
    ['search', '-h'],
    ['search', 'somaxconn', '--help'],
  ])
    assert.equal((await run(...words)).stdout, stdout)
})

test('what is behind -- is no option', async () => {
  const { status, stdout } = await fleet.run(['search', '--', '-somaxconn', 'AND', '*:*'])
  assert.equal(status, 0)
  assert.match(stdout, /\/etc\/fstab/)
  assert.match((await fleet.run(['search', '--', '--help'])).stderr, /^mitra: expected a term/)
})

const usage: [title: string, words: string[], said: RegExp][] = [
  [
    'an unknown command is told with the nearest',
    ['serch'],
    /^mitra: unknown command "serch", did you mean search\?\n/,
  ],
  ['an unknown command far from all is told alone', ['frobnicate'], /^mitra: unknown command "frobnicate"\n/],
  [
    'an unknown option is told with the nearest',
    ['search', '--jsn', 'x'],
    /^mitra: unknown option "--jsn", did you mean --json\?\n/,
  ],
  ['a missing argument is told', ['show', 'web1'], /^mitra: missing required argument "PATH"\n/],
  [
    'an argument too many is told',
    ['show', 'a', 'b', 'c'],
    /^mitra: too many arguments: expected 2 arguments but got 3\n/,
  ],
  [
    'a value that is no choice is told',
    ['search', 'x', '--color', 'pink'],
    /^mitra: option "--color <WHEN>" argument "pink" is invalid: allowed choices are auto, always, never\n/,
  ],
  ['an option without its value is told', ['search', 'x', '--day'], /^mitra: option "--day <DAY>" argument missing\n/],
  ['hostile words are told harmless', ['\x1b[2J'], /^mitra: unknown command "\\x1b\[2J"\n/],
]

for (const [title, words, said] of usage)
  test(title, async () => {
    const { status, stdout, stderr } = await run(...words)
    assert.equal(status, 2)
    assert.equal(stdout, '')
    assert.match(stderr, said)
    assert.doesNotMatch(stderr, /\n {4}at /)
  })

test('a store that is not there is told with the next step', async () => {
  const { status, stderr } = await run('search', 'x', '--store', join(folder, 'none.db'))
  assert.equal(status, 2)
  assert.match(stderr, /^mitra: there is no store at ".*none\.db" yet\n.*mitra index/)
})

test('a defect is one line, and its stack on request', async () => {
  const broken = () => {
    const kept = captured({ env: {} })
    kept.io.stdout.write = () => Promise.reject(new TypeError('boom\nbang'))
    return kept
  }
  const quiet = broken()
  assert.equal(await main(['--version'], quiet.io), 2)
  assert.equal(
    quiet.stderr(),
    'mitra: unexpected error: boom bang\nthis is a defect of mitra; MITRA_DEBUG=1 shows the stack\n',
  )
  const loud = broken()
  loud.io.env['MITRA_DEBUG'] = '1'
  await main(['--version'], loud.io)
  assert.match(loud.stderr(), /\n {4}at /)
})

const refusals: [code: string, about: { syscall: string; path?: string }, said: string][] = [
  [
    'ENOSPC',
    { syscall: 'write' },
    'mitra: failed to write the output: no space left on device\nfree some space there, or name another place\n',
  ],
  [
    'EACCES',
    { syscall: 'scandir', path: '/x\u001b' },
    'mitra: failed to list "/x\\x1b": permission denied\nrun as a user that may, or name another place\n',
  ],
  [
    'EXDEV',
    { syscall: 'rename', path: '/x' },
    'mitra: failed to rename "/x": cross-device link not permitted\nMITRA_DEBUG=1 shows where it happened\n',
  ],
]

for (const [code, about, said] of refusals)
  test(`what the system refuses is one line and a next step: ${code}`, async () => {
    const errno = -constants.errno[code as 'ENOSPC']
    const kept = captured({})
    kept.io.stdout.write = () =>
      Promise.reject(Object.assign(new Error(`${code}: in words, ${about.syscall}`), { code, errno, ...about }))
    assert.equal(await main(['--version'], kept.io), 2)
    assert.equal(kept.stderr(), said)
  })

test('a full device is told, whatever the command', () => {
  for (const words of [['--version'], ['--help'], ['search', 'somaxconn', '--store', fleet.store]]) {
    const full = openSync('/dev/full', 'w')
    const { status, stderr } = spawnSync(process.execPath, [program, ...words], {
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    })
    closeSync(full)
    assert.equal(status, 2)
    assert.match(stderr, /^mitra: failed to write the output: no space left on device\nfree some space .*\n$/)
  }
})

test('the program exits with the status of the command', () => {
  const found = spawnSync(process.execPath, [program, 'search', 'somaxconn', '--store', fleet.store], {
    encoding: 'utf8',
  })
  assert.equal(found.status, 0)
  assert.match(found.stdout, /^web1:\/proc\/sys:1: net\.core\.somaxconn = 4096$/m)
  assert.equal(spawnSync(process.execPath, [program, 'search', 'absent', '--store', fleet.store]).status, 1)
  assert.equal(spawnSync(process.execPath, [program, 'serch']).status, 2)
})

test('a reader that goes away ends it quietly with 0', async () => {
  const store = join(folder, 'many.db')
  const many = Array.from({ length: 3000 }, (_, index): [string, string, string, string] => [
    '2026-11-21T11:00:00Z',
    'web1',
    `/etc/file${index}`,
    'needle '.repeat(20),
  ])
  const file = join(folder, 'many.ndjson')
  writeFileSync(file, lines(many))
  assert.equal((await run('import', file, '--store', store)).status, 0)
  const child = spawn(process.execPath, [program, 'export', '--store', store], { stdio: ['ignore', 'pipe', 'pipe'] })
  const said: Buffer[] = []
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk))
  await once(child.stdout, 'data')
  child.stdout.destroy()
  const [status] = await once(child, 'close')
  assert.equal(status, 0)
  assert.equal(Buffer.concat(said).toString(), '')
})

test('SIGINT ends an import that waits for more with 130 and keeps what is stored', async () => {
  const store = join(folder, 'interrupted.db')
  const child = spawn(process.execPath, [program, 'import', '--store', store], { stdio: ['pipe', 'ignore', 'pipe'] })
  const closed = once(child, 'close')
  for (let index = 0; index < 1500; index++)
    child.stdin.write(lines([['2026-11-21T11:00:00Z', 'web1', `/etc/file${index}`, 'text']]))
  const stored = async () =>
    (await run('search', 'text', '--limit', '0', '--store', store)).stdout.split('\n').length - 1
  const deadline = Date.now() + 20_000
  while ((await stored()) < 1000 && Date.now() < deadline) await sleep(50)
  child.kill('SIGINT')
  const [status] = await closed
  assert.equal(status, 130)
  assert.equal(await stored(), 1000)
})

test('an import that fails ends although its input goes on', async () => {
  const child = spawn(process.execPath, [program, 'import', '--store', join(folder, 'failed.db')], {
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  child.stdin.on('error', () => {})
  child.stdin.write('{\n')
  const [status] = await once(child, 'close')
  assert.equal(status, 2)
})
