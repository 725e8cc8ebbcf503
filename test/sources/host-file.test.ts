// What sources read of ordinary files is bounded in time, as the files source is.
import assert from 'node:assert/strict'
import nodeFs, { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { FileCalls, type SystemCalls } from '../../src/host/file-calls.ts'
import { Root } from '../../src/host/root.ts'
import { changeMark, listHostDirectory, readHostFile } from '../../src/sources/host-file.ts'

const base = mkdtempSync(join(tmpdir(), 'mitra-host-file-'))
mkdirSync(join(base, 'etc'))
writeFileSync(join(base, 'etc/os-release'), 'ID=debian\n')
const signal = new AbortController().signal

const hangs = (() => {}) as never
const hangingIn = (call: keyof SystemCalls) =>
  new Root(base, new FileCalls({ calls: { ...nodeFs, [call]: hangs } as SystemCalls, timeoutMs: 50, mounts: () => '' }))

for (const call of ['lstat', 'open', 'read'] as const)
  test(`gives up on a file when ${call} hangs`, { timeout: 5000 }, async () => {
    await assert.rejects(readHostFile(hangingIn(call), '/etc/os-release', { signal }), /no answer within 0\.05 s/)
  })

test('gives up on a folder that hangs', { timeout: 5000 }, async () => {
  await assert.rejects(listHostDirectory(hangingIn('opendir'), '/etc'), /no answer within/)
  await assert.rejects(changeMark(hangingIn('lstat'), '/etc'), /no answer within/)
})

test('reads a file and lists a folder that answer', async () => {
  const root = new Root(base)
  assert.equal(await readHostFile(root, '/etc/os-release', { signal }), 'ID=debian\n')
  assert.deepEqual(await listHostDirectory(root, '/etc'), ['os-release'])
  assert.match((await changeMark(root, '/etc')) ?? '', /^\d+ \d+ \d+ /)
})
