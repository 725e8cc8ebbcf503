import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createFleet, type Fleet } from './fleet.ts'

let fleet: Fleet
before(async () => {
  fleet = await createFleet()
})
after(() => fleet.remove())

const names = async (...words: string[]) =>
  (await fleet.run(['hosts', ...words, '--fields', 'host'])).stdout.split('\n').slice(0, -1)

test('hosts are found by documents that match, each of --all by some document and --without by none', async () => {
  assert.deepEqual(await names('ext4'), ['web1', 'web2'])
  assert.deepEqual(await names('ext4', '--all', 'sysctl.net.core.somaxconn:128'), ['web2'])
  assert.deepEqual(await names('--all', 'filename:/proc/sys', '--without', 'ext4'), ['db1'])
  assert.deepEqual(await names('--without', 'xfs', '--universe', 'filename:/etc/fstab'), ['web1', 'web2'])
  assert.deepEqual(await names('ext3', '--day', 'yesterday'), ['web1'])
})

test('no host found is status 1', async () => {
  assert.equal((await fleet.run(['hosts', 'absent'])).status, 1)
})

test('--json ends with whom the answer covers', async () => {
  const { stdout } = await fleet.run(['hosts', 'ext4', '--json'])
  const rows = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.deepEqual(rows[0], { host: 'web1', seen: '2026-11-21T11:58:00.000Z', silent: false })
  assert.deepEqual(Object.keys(rows.at(-1).coverage), [
    'asked',
    'matched',
    'not_matched',
    'silent',
    'without_source',
    'in_error',
  ])
  assert.equal(rows.length, 3)
})

test('--count prints a number, with --json and its coverage', async () => {
  assert.equal((await fleet.run(['hosts', 'ext4', '--count'])).stdout, '2\n')
  assert.deepEqual(await fleet.run(['hosts', 'absent', '--count']).then(({ stdout, status }) => [stdout, status]), [
    '0\n',
    1,
  ])
  const { count, coverage } = JSON.parse((await fleet.run(['hosts', 'ext4', '--count', '--json'])).stdout)
  assert.equal(count, 2)
  assert.equal(coverage.asked, 4)
})

test('--silent is 0 when none is, 2 with the list when some are, 1 when nobody was ever heard of', async () => {
  assert.deepEqual(await fleet.run(['hosts', '--silent', '1d']).then(({ status, stdout }) => [status, stdout]), [0, ''])
  const { status, stdout } = await fleet.run(['hosts', '--silent', '90m'])
  assert.equal(status, 2)
  assert.match(stdout, /^db1\t.*\tsilent\n$/)
  await fleet.run(['import', '--store', join(fleet.folder, 'empty.db')], { stdin: '' })
  assert.equal((await fleet.run(['hosts', '--silent', '1h', '--store', join(fleet.folder, 'empty.db')])).status, 1)
})

test('a limit of the list is told', async () => {
  const { stderr } = await fleet.run(['hosts', '--limit', '2'])
  assert.equal(stderr, '2 of 4 shown; --limit 0 for all\n')
})

test('a store that knows no host says how to fill it', async () => {
  const empty = join(fleet.folder, 'nobody.db')
  await fleet.run(['import', '--store', empty], { stdin: '' })
  const { status, stderr } = await fleet.run(['hosts', '--store', empty])
  assert.deepEqual(
    [status, stderr],
    [1, 'the store knows no host yet; `mitra index` takes a first snapshot of this one\n'],
  )
  assert.equal((await fleet.run(['hosts', '--store', empty, '--quiet'])).stderr, '')
})
