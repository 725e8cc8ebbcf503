import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CycleReport } from '../../src/agent/cycle.ts'
import { configuredHost } from './configured-host.ts'

test('a cycle is reported source by source, and stored', async (t) => {
  const host = configuredHost('debian12-6.1')
  t.after(host.remove)
  const { status, stdout, stderr } = await host.run(['index'])
  assert.deepEqual([status, stderr], [0, ''])
  assert.match(stdout, /^SOURCE +DOCUMENTS +TEXT +TIME +PATH\n/)
  assert.match(stdout, /^meminfo +1 +[\d.]+ k?B +\d+ ms +\/proc\/meminfo$/m)
  assert.match(stdout, /^\d+ documents of \S+, \d+ kB of text, in [\d.]+ m?s$/m)
  const found = await host.run(['search', 'filename:/proc/meminfo', '--fields', 'meminfo.MemTotal'])
  assert.match(found.stdout, /^\d+\n$/)
})

test('what has not changed is not stored again', async (t) => {
  const host = configuredHost('debian12-6.1')
  t.after(host.remove)
  const report = async () => JSON.parse((await host.run(['index', '--json'])).stdout) as CycleReport
  const first = await report()
  assert.equal(first.stored, first.documents)
  const second = await report()
  assert.equal(second.documents, first.documents)
  assert.ok(second.unchanged > 0)
  assert.equal(second.stored + second.unchanged, second.documents)
})

test('what has to be there and is not is reported, fails the command and stops nothing', async (t) => {
  const files =
    'indexer: {files: [/etc/hosts, /etc/nope], files_if_present: [/etc/neither], commands: [{path: x, run: [/no/such]}]}\n'
  const host = configuredHost('debian12-6.1', files)
  t.after(host.remove)
  const { status, stdout } = await host.run(['index'])
  assert.equal(status, 2)
  assert.match(stdout, /^2 could not be read:\n {2}\/etc\/nope: no such file \(required\)\n {2}x: .+ \(required\)$/m)
  assert.doesNotMatch(stdout, /neither/)
  assert.equal((await host.run(['search', 'filename:/etc/hosts'])).status, 0)
  assert.equal((await host.run(['search', 'filename:/etc/nope AND _exists_:error.message'])).status, 0)
})

test('many problems are counted, and --json has them all', async (t) => {
  const files = Array.from({ length: 25 }, (_, index) => `/etc/none${index}`)
  const host = configuredHost('debian12-6.1', `indexer: {files: [${files.join(', ')}]}\n`)
  t.after(host.remove)
  assert.match(
    (await host.run(['index'])).stdout,
    /\n25 could not be read:\n(?:.*\n){20} {2}… 5 more, all of them with --json\n$/,
  )
  assert.equal((JSON.parse((await host.run(['index', '--json'])).stdout) as CycleReport).errors.length, 25)
})

test('a terminal sees progress while it works, and red problems; --quiet prints nothing', async (t) => {
  const host = configuredHost('broken', 'indexer: {files: [/etc/nope]}\n')
  t.after(host.remove)
  const { stdout, stderr } = await host.run(['index'], { terminal: true, columns: 60 })
  assert.match(stderr, /^\r\w+: \d+ documents?\x1b\[K/)
  assert.ok(stdout.includes('\x1b[31m  /etc/nope: no such file (required)\x1b[39m'))
  assert.equal((await host.run(['index', '--quiet'], { terminal: true })).both, '')
})

test('a signal ends it without a report', async (t) => {
  const host = configuredHost('debian12-6.1')
  t.after(host.remove)
  const { status, stdout } = await host.run(['index'], { signal: AbortSignal.abort(new Error('interrupted')) })
  assert.equal(status, 2)
  assert.equal(stdout, '')
})
