// Several processes on one file: writers wait for each other, readers never block a writer, one agent holds the claim.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { ActionableError } from '../../../src/errors.ts'
import { openEmbeddedStore } from '../../../src/store/embedded/driver.ts'
import { documentOf } from '../document-of.ts'

const newPath = () => join(mkdtempSync(join(tmpdir(), 'mitra-sharing-')), 'mitra.db')

test('two stores on one file see what the other writes', async () => {
  const path = newPath()
  const one = await openEmbeddedStore(path, { mustExist: false })
  const other = await openEmbeddedStore(path, { mustExist: true })
  await one.write([documentOf('h', '/a', '10:00', { content: 'one' })])
  await other.write([documentOf('h', '/a', '11:00', { content: 'two', 'sysctl.vm.swappiness': 1 })])
  await one.write([documentOf('h', '/a', '12:00', { content: 'one' })])
  assert.equal((await other.get('h', '/a'))?.content, 'one')
  assert.equal((await one.get('h', '/a', Date.parse('2026-11-18T11:30:00Z')))?.content, 'two')
  await Promise.all(
    Array.from({ length: 10 }, (_, index) => (index % 2 ? one : other).write([documentOf('h', `/p${index}`, '10:00')])),
  )
  await one.close()
  await other.close()
})

test('a reader in the middle of its rows does not block the writer, nor see it', async () => {
  const path = newPath()
  const writer = await openEmbeddedStore(path, { mustExist: false })
  await writer.write(
    Array.from({ length: 100 }, (_, index) => documentOf('h', `/file${index}`, '10:00', { content: 'text' })),
  )
  const reader = await openEmbeddedStore(path, { mustExist: true })
  let seen = 0
  for await (const _ of reader.search({ condition: { kind: 'all' }, view: { kind: 'latest' } })) {
    if (++seen === 10) await writer.write([documentOf('h', '/zzz', '11:00', { content: 'new' })])
  }
  assert.equal(seen, 100)
  assert.equal(await reader.count({ condition: { kind: 'all' }, view: { kind: 'latest' } }), 101)
  await reader.close()
  await writer.close()
})

test('a second agent is refused with the name of the first, and taken when that is gone', async () => {
  const path = newPath()
  const first = await openEmbeddedStore(path, { mustExist: false })
  const second = await openEmbeddedStore(path, { mustExist: true })
  await first.claim('mitra agent, process 1')
  await assert.rejects(second.claim('another'), (error) => {
    assert.ok(error instanceof ActionableError)
    assert.match(error.message, /another agent keeps the store ".*": mitra agent, process 1/)
    return true
  })
  await first.close()
  await second.claim('another')
  await second.close()
})

test('a claim goes with the process that is killed', async () => {
  const path = newPath()
  const script = `const { openEmbeddedStore } = await import(${JSON.stringify(join(import.meta.dirname, '../../../src/store/embedded/driver.ts'))})
    const store = await openEmbeddedStore(${JSON.stringify(path)}, { mustExist: false }); await store.claim('doomed'); console.log('claimed'); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(createInterface({ input: child.stdout }), 'line')
  const store = await openEmbeddedStore(path, { mustExist: true })
  await assert.rejects(store.claim('me'), /doomed/)
  child.kill('SIGKILL')
  await once(child, 'close')
  await store.claim('me')
  await store.close()
})

test('a claim that cannot be written says which file is in the way', async () => {
  const path = newPath()
  const store = await openEmbeddedStore(path, { mustExist: false })
  for (const obstruct of [
    () => writeFileSync(`${path}-agent`, 'no database'.repeat(100)),
    () => mkdirSync(`${path}-agent`),
  ]) {
    rmSync(`${path}-agent`, { force: true })
    obstruct()
    await assert.rejects(store.claim('me'), (error) => {
      assert.ok(error instanceof ActionableError)
      assert.match(error.message, /^failed to claim the store ".*": /)
      assert.ok(error.next?.includes(`${path}-agent`))
      return true
    })
  }
  await store.close()
})
