import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { mitra, temporaryFolder } from './mitra.ts'

const folder = temporaryFolder()
const program = join(import.meta.dirname, '../../bin/mitra.js')

const commands: readonly [name: string, status: number, words: readonly string[]][] = [
  ['agent', 0, ['agent']],
  ['index', 130, ['index']],
  ['import', 130, ['import', join(import.meta.dirname, '../golden/broken.ndjson')]],
  ['export', 130, ['export']],
]

describe('a signal while a node takes connections and never answers', { concurrency: true }, () => {
  for (const [name, status, words] of commands)
    test(`ends ${name} within seconds, not after the deadline of the request`, async (t) => {
      const asked = Promise.withResolvers<void>()
      const deaf = createServer((socket) => {
        socket.on('error', () => {})
        socket.once('data', () => asked.resolve())
      }).listen(0, '127.0.0.1')
      await once(deaf, 'listening')
      const { port } = deaf.address() as { port: number }
      const config = join(folder, `${name}.yml`)
      writeFileSync(
        config,
        `root: ${join(import.meta.dirname, '../fixtures/hosts/alpine316-5.15')}\nhost: ${name}\n` +
          `store: {elasticsearch: {nodes: "http://127.0.0.1:${port}", timeout: 60}}\n` +
          `delivery: {path: ${join(folder, `${name}.db`)}}\nlog: {level: error}\n`,
      )
      const child = spawn(process.execPath, [program, ...words, '-c', config], { stdio: 'ignore' })
      t.after(() => {
        child.kill('SIGKILL')
        deaf.close()
      })
      await asked.promise
      const signalled = Date.now()
      child.kill('SIGINT')
      const [code] = await once(child, 'exit')
      assert.equal(code, status)
      assert.ok(Date.now() - signalled < 20_000, `${Date.now() - signalled} ms`)
    })
})

test('what goes wrong without a signal stays what it is', async () => {
  const config = join(folder, 'nobody.yml')
  writeFileSync(config, 'store: {elasticsearch: {nodes: "http://127.0.0.1:1"}}\n')
  const { status, stderr } = await mitra(['export', '-c', config])
  assert.equal(status, 2)
  assert.match(stderr, /nothing listens there/)
})
