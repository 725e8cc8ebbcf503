import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { createFleet, type Fleet } from './fleet.ts'

let fleet: Fleet
before(async () => {
  fleet = await createFleet()
})
after(() => fleet.remove())

test('whole documents, that another store takes and gives back alike', async () => {
  const { status, stdout } = await fleet.run(['export', '--history'])
  assert.equal(status, 0)
  assert.equal(stdout.trimEnd().split('\n').length, 9)
  const other = join(fleet.folder, 'other.db')
  await fleet.run(['import', '--store', other], { stdin: stdout })
  assert.equal((await fleet.run(['export', '--history', '--store', other])).stdout, stdout)
  assert.equal((await fleet.run(['export', '--store', other])).stdout, (await fleet.run(['export'])).stdout)
})

test('only what matches', async () => {
  assert.equal((await fleet.run(['export', 'ext3', '--day', 'yesterday'])).stdout.split('\n').length, 2)
  assert.equal((await fleet.run(['export', 'absent'])).status, 1)
})

test('a file appears whole and readable by its owner only, compressed where its name says so', async () => {
  const file = join(fleet.folder, 'all.ndjson')
  const { stdout, stderr } = await fleet.run(['export', '--output', file])
  assert.equal(stdout, '')
  assert.equal(stderr, '8 documents written\n')
  await fleet.run(['export', '-o', `${file}.gz`, '--quiet'])
  assert.deepEqual(gunzipSync(readFileSync(`${file}.gz`)), readFileSync(file))
  assert.deepEqual(
    readdirSync(fleet.folder).filter((name) => name.endsWith('.tmp')),
    [],
  )
})

test('a file that cannot be written is told, and no part of it is left', async () => {
  const folder = join(fleet.folder, 'folder')
  mkdirSync(folder)
  const { status, stderr } = await fleet.run(['export', '--output', folder])
  assert.equal(status, 2)
  assert.match(stderr, /^mitra: failed to write ".*folder": /)
  assert.deepEqual(
    readdirSync(fleet.folder).filter((name) => name.endsWith('.tmp')),
    [],
  )
  assert.equal((await fleet.run(['export', '--output', join(folder, 'none/x')])).status, 2)
})

test('a pipe or a device is written to and stays what it is, and so does a link', async () => {
  const pipe = join(fleet.folder, 'pipe')
  assert.equal(spawnSync('mkfifo', [pipe]).status, 0)
  const [{ status }, read] = await Promise.all([fleet.run(['export', '-o', pipe]), readFile(pipe, 'utf8')])
  assert.equal(status, 0)
  assert.equal(read, (await fleet.run(['export'])).stdout)
  assert.ok(lstatSync(pipe).isFIFO())
  const [file, link] = ['linked', 'link'].map((name) => join(fleet.folder, name)) as [string, string]
  writeFileSync(file, 'old')
  symlinkSync(file, link)
  await fleet.run(['export', '-o', link])
  assert.ok(lstatSync(link).isSymbolicLink())
  assert.equal(readFileSync(file, 'utf8'), read)
})

test('a full device is told', async () => {
  // a device of our own, where that is allowed: a defect here would replace it
  const full = join(fleet.folder, 'full')
  if (spawnSync('mknod', [full, 'c', '1', '7']).status !== 0) symlinkSync('/dev/full', full)
  const { status, stderr } = await fleet.run(['export', '--output', full])
  assert.equal(status, 2)
  assert.match(stderr, /^mitra: failed to write ".*full": no space left on device\nname a file /)
  assert.ok(statSync(full).isCharacterDevice())
})

test('an abort ends a long export', async () => {
  const stdin = Array.from({ length: 50 }, (_, index) =>
    JSON.stringify({
      '@timestamp': 1e12,
      'host.name': 'big',
      'file.path': `/f${index}`,
      content: 'x'.repeat(9000) + index,
    }),
  ).join('\n')
  await fleet.run(['import'], { stdin })
  const { status, stderr } = await fleet.run(['export'], { signal: AbortSignal.abort(new Error('stop')) })
  assert.equal(status, 2)
  assert.match(stderr, /stop/)
})
