import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { main } from '../../src/cli.ts'
import { captured } from './captured-io.ts'
import { configuredHost, whileRunning } from './configured-host.ts'

const bin = join(import.meta.dirname, '../../bin/mitra.js')

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} ends the agent with status 0 and its snapshot stored`, async (t) => {
    const host = configuredHost('debian12-6.1')
    t.after(host.remove)
    const agent = spawn(process.execPath, [bin, 'agent', '--config', host.config], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    t.after(() => agent.kill('SIGKILL'))
    const [chunk] = (await once(agent.stderr, 'data')) as [Buffer]
    assert.match(chunk.toString(), /"log\.level":"info"/)
    agent.kill(signal)
    assert.deepEqual(await once(agent, 'exit'), [0, null])
    assert.equal((await host.run(['hosts'])).status, 0)
  })
}

test('a second agent on the same store is refused by name', async (t) => {
  const host = configuredHost('debian12-6.1')
  t.after(host.remove)
  const stop = new AbortController()
  const first = host.run(['agent'], { signal: stop.signal })
  await whileRunning(first, async () => (await host.run(['hosts'])).status === 0)
  const refused = await host.run(['agent'])
  assert.equal(refused.status, 2)
  assert.match(refused.stderr, /another agent keeps the store .*: mitra agent, process \d+/)
  stop.abort()
  assert.equal((await first).status, 0)
})

test('--once ends after a cycle, with status 2 when something that has to be there is not', async (t) => {
  const host = configuredHost('debian12-6.1', `indexer: {files: [/etc/hosts]}\n`)
  t.after(host.remove)
  assert.equal((await host.run(['agent', '--once'])).status, 0)
  assert.equal((await host.run(['search', 'filename:/etc/hosts'])).status, 0)
  const other = configuredHost('debian12-6.1', 'indexer: {files: [/etc/nope]}\n')
  t.after(other.remove)
  assert.equal((await other.run(['agent', '--once'])).status, 2)
})

test('serves the explorer where it is told to, and logs where', async (t) => {
  const host = configuredHost('debian12-6.1', 'web: {serve: true, port: 5642}\nlog: {format: json}\n')
  t.after(host.remove)
  const stop = new AbortController()
  const kept = captured({ signal: stop.signal })
  const running = main(['agent', '--config', host.config], kept.io)
  await whileRunning(running, () => kept.stderr().includes('explorer'))
  assert.match(kept.stderr(), /"message":"explorer listens".*"http:\/\/127\.0\.0\.1:5642\/"/)
  stop.abort()
  assert.equal(await running, 0)
})
