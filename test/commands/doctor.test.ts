import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { minimal, mitra, now, parsedLines, storeOf, temporaryFolder } from './mitra.ts'

const folder = temporaryFolder()
const config = join(folder, 'mitra.yml')
writeFileSync(config, 'retention: {days: -1}\nsources: {sockets: false}\n')
const ago = (minutes: number) => new Date(now - minutes * 60_000).toISOString()
const doctor = (store: string, ...words: string[]) => mitra(['doctor', '-c', config, '--store', store, ...words])

interface Row {
  check: string
  status: string
  detail: string
  next?: string
}

test('a sound store with hosts that were heard of is fine', async () => {
  const store = await storeOf([minimal('web1', '/etc/motd', ago(5), 'hello')])
  const { status, stdout, stderr } = await doctor(store)
  assert.deepEqual([status, stderr], [0, ''])
  assert.deepEqual(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.split('\t').slice(0, 2)),
    [
      ['store', 'ok'],
      ['integrity', 'ok'],
      ['days', 'ok'],
      ['agent', 'ok'],
      ['hosts', 'ok'],
    ],
  )
  assert.equal((await doctor(store, '--quiet')).stdout, '')
})

test('silent hosts are named, those silent for longest first, and the exit status is 1', async () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
  const store = await storeOf([
    ...names.map((name, at) => minimal(name, '/etc/motd', ago(61 + at), 'x')),
    minimal('alive', '/etc/motd', ago(1), 'x'),
  ])
  const { status, stdout } = await doctor(store, '--json')
  assert.equal(status, 1)
  const hosts = parsedLines<Row>(stdout).find(({ check }) => check === 'hosts')
  assert.equal(hosts?.status, 'warning')
  assert.equal(
    hosts?.detail,
    '8 hosts known, 7 silent for over 1 h: g (1 h), f (1 h), e (1 h), d (1 h), c (1 h) and 2 more',
  )
  assert.ok(hosts?.next)
  assert.equal((await doctor(store, '--silent', '2h')).status, 0)
})

test('a store that is not there is one problem, and the exit status is 2', async () => {
  const { status, stdout } = await doctor(join(folder, 'none.db'))
  assert.equal(status, 2)
  assert.match(stdout, /^store\tproblem\tthere is no store at ".*none\.db" yet\t`mitra index` takes a first.*\n$/)
})

test('an empty store has no host yet', async () => {
  const store = await storeOf([])
  const { status, stdout } = await doctor(store)
  assert.equal(status, 1)
  assert.match(stdout, /^hosts\twarning\tno host has sent anything yet\t/m)
})

test('people see what to do on a line below, in colour', async () => {
  const store = await storeOf([minimal('ev\x1b[31mil', '/etc/motd', ago(600), 'x')])
  const shown = await mitra(['doctor', '-c', config, '--store', store], { terminal: true, columns: 100 })
  assert.match(shown.stdout, /^\x1b\[1mintegrity\x1b\[22m {2}\x1b\[32mok {5}\x1b\[39m {2}the file is whole$/m)
  assert.match(shown.stdout, /^ {20}\x1b\[2m→ see whether they and their agents run/m)
  assert.ok(shown.stdout.includes('ev\\x1b[31mil'), shown.stdout)
})

test('a duration that is none is an error of its own', async () => {
  const { status, stderr } = await doctor(join(folder, 'none.db'), '--silent', 'long')
  assert.equal(status, 2)
  assert.match(stderr, /--silent: expected a duration/)
})

test('it says how the sockets of this host are read, and why not better', async () => {
  const store = await storeOf([minimal('web1', '/etc/motd', ago(5), 'hello')])
  const own = join(folder, 'own.yml')
  writeFileSync(own, '{}\n')
  const { stdout } = await mitra(['doctor', '-c', own, '--store', store, '--json'])
  const sockets = parsedLines<Row>(stdout).find(({ check }) => check === 'sockets')
  assert.match(sockets?.detail ?? '', /^read (?:over netlink|by running ss|from \/proc)/)
  assert.equal(sockets?.status === 'warning', sockets?.detail.startsWith('read from /proc'))
})
