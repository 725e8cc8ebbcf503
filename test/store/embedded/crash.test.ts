import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { ActionableError } from '../../../src/errors.ts'
import { openEmbeddedStore } from '../../../src/store/embedded/driver.ts'
import { writeUntilKilled } from '../../killed-writer.ts'
import { documentOf } from '../document-of.ts'

const writer = join(import.meta.dirname, 'crash-writer.ts')
const program = join(import.meta.dirname, '../../../bin/mitra.js')
const fullDisk = join(import.meta.dirname, 'full-disk.ts')

function newPath(): string {
  return join(mkdtempSync(join(tmpdir(), 'mitra-crash-')), 'mitra.db')
}

test('loses nothing it has reported as stored, however often it is killed', async () => {
  const path = newPath()
  let next = 0
  for (let round = 0; round < 8; round++) {
    const reported = await writeUntilKilled(writer, path, next, 5 + round * 13)
    const store = await openEmbeddedStore(path, { mustExist: true })
    const latest = await store.get('h', '/state')
    assert.ok(
      Number(latest?.['sysctl.kernel.batch']) >= reported,
      `batch ${reported} was reported, ${latest?.content} is stored`,
    )
    for (let batch = next; batch <= reported; batch++) {
      assert.equal((await store.get('h', `/file${batch}`))?.content, `file of batch ${batch}`)
    }
    await store.close()
    const database = new DatabaseSync(path)
    assert.deepEqual({ ...database.prepare('PRAGMA integrity_check').get() }, { integrity_check: 'ok' })
    assert.deepEqual(
      { ...database.prepare('SELECT count(*) AS lost FROM entry WHERE latest NOT IN (SELECT id FROM version)').get() },
      { lost: 0 },
    )
    database.close()
    next = Number(latest?.['sysctl.kernel.batch']) + 1
  }
  rmSync(path)
})

async function openingSays(path: string, expected: RegExp, next = /./): Promise<void> {
  await assert.rejects(
    async () => {
      const store = await openEmbeddedStore(path, { mustExist: true })
      await store.get('h', '/a')
      await store.write([documentOf('h', '/a', '12:00', { content: 'more' })])
      await store.close()
    },
    (error) => {
      assert.ok(error instanceof ActionableError, String(error))
      assert.match(error.message, expected)
      assert.match(error.next ?? '', next)
      return true
    },
  )
}

async function filledStore(): Promise<string> {
  const path = newPath()
  const store = await openEmbeddedStore(path, { mustExist: false })
  for (let batch = 0; batch < 20; batch++) {
    await store.write([
      documentOf('h', '/a', `2026-11-18T10:00:${String(batch).padStart(2, '0')}.000Z`, {
        content: `text ${batch} `.repeat(500),
      }),
    ])
  }
  await store.close()
  return path
}

test('refuses a file that is not a database', async () => {
  const path = newPath()
  writeFileSync(path, 'this is no database, only a text that is long enough to be one'.repeat(100))
  // whoever named /etc/passwd by mistake is not told to move it away
  await openingSays(path, /is damaged: file is not a database/, /^(?!.*\bmv\b).*--store/)
})

test('refuses a damaged database', async () => {
  const path = await filledStore()
  const bytes = readFileSync(path)
  bytes.fill(0xff, 100, bytes.length)
  writeFileSync(path, bytes)
  await openingSays(path, /is damaged/)
})

test('refuses a truncated database', async () => {
  const path = await filledStore()
  writeFileSync(path, readFileSync(path).subarray(0, 6000))
  await openingSays(path, /is damaged/)
})

test('refuses a folder in the place of the database', async () => {
  const path = newPath()
  mkdirSync(path)
  await openingSays(path, /^failed to open the store ".*": it is a directory$/)
})

test('refuses the database of another program', async () => {
  const path = newPath()
  const other = new DatabaseSync(path)
  other.exec('CREATE TABLE songs (title TEXT)')
  other.close()
  await openingSays(path, /is a database, but not a mitra store/)
})

test('refuses the store of a newer mitra', async () => {
  const path = await filledStore()
  const database = new DatabaseSync(path)
  database.exec('PRAGMA user_version = 999')
  database.close()
  await openingSays(path, /newer mitra \(layout 999/)
})

test('tells another user that readers must be able to write too', async () => {
  const path = newPath()
  await (await openEmbeddedStore(path, { mustExist: false })).close()
  const inFolder = join(dirname(path), 'closed', 'mitra.db')
  mkdirSync(dirname(inFolder))
  copyFileSync(path, inFolder)
  const search = (file: string) => [process.execPath, program, 'search', 'x', '--store', file]
  // root may do anything, unless it lacks this right; another user might not reach this very program
  const unprivileged = ['setpriv', '--bounding-set', '-dac_override,-dac_read_search']
  const refused = (file: string) => {
    const [command = '', ...words] = process.getuid?.() === 0 ? [...unprivileged, ...search(file)] : search(file)
    const { status, stderr, error } = spawnSync(command, words, { encoding: 'utf8' })
    assert.equal(status, 2, `${error ?? stderr}`)
    assert.match(
      stderr,
      new RegExp(`^mitra: failed to open the store "${file}": permission denied\n.*readers must be able`),
    )
  }
  chmodSync(dirname(path), 0o755)
  for (const mode of [0o444, 0o000]) {
    chmodSync(path, mode)
    chmodSync(dirname(path), 0o555)
    refused(path)
    chmodSync(dirname(path), 0o755)
  }
  chmodSync(dirname(inFolder), 0o000)
  refused(inFolder)
  chmodSync(dirname(inFolder), 0o700)
})

test('says that there is no store yet', async () => {
  await openingSays(newPath(), /there is no store at/)
})

test('says that the disk is full, keeps what was stored and goes on when there is room again', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'mitra-full-'))
  const script = `mount -t tmpfs -o size=1m tmpfs "${folder}" && exec "${process.execPath}" "${fullDisk}" "${folder}"`
  const mounted = ['--map-root-user', undefined].map((option) =>
    spawnSync('unshare', [...(option ? [option] : []), '--mount', 'sh', '-c', script], { encoding: 'utf8' }),
  )
  const run = mounted.find(({ stdout }) => stdout)
  if (!run) {
    context.skip(`a file system of its own needs unshare and mount: ${mounted[0]?.stderr}`)
    return
  }
  assert.equal(
    run.stdout,
    'failed to write the store: the disk is full\nstill there: text of day 0\nafter room was made: stored\n',
    run.stderr,
  )
})
