// kill -9 of the process that delivers, again and again: what it reported as stored is in Elasticsearch once, and the newest
// state is the newest there.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { main } from '../../src/cli.ts'
import type { Document } from '../../src/snapshot/document.ts'
import { snapshotId } from '../../src/snapshot/snapshot-id.ts'
import { captured } from '../commands/captured-io.ts'
import type { ServerAddress } from '../elasticsearch/server.ts'
import { elasticsearch } from '../elasticsearch/servers.ts'
import { FaultRun, type Kept } from './fault-run.ts'

const server = await elasticsearch('current')
const writer = join(import.meta.dirname, 'fault-writer.ts')
const program = join(import.meta.dirname, '../../bin/mitra.js')
const kills = 5

describe('a process that is killed', { skip: server.skip ?? false, timeout: 180_000 }, () => {
  test('has delivered, or delivers when it is started again, all it reported', async (t) => {
    const address = server as ServerAddress
    const run = await new FaultRun(address).open()
    await run.close()
    const reported: Document[] = []
    for (let kill = 0; kill < kills; kill++) {
      const options = JSON.stringify({ address, folder: run.folder, through: run.target })
      const first = String(reported.length === 0 ? 0 : roundOf(reported.at(-1)!) + 2)
      const child = spawn(process.execPath, [writer, first, options], { stdio: ['ignore', 'pipe', 'inherit'] })
      t.after(() => child.kill('SIGKILL'))
      const lines = createInterface({ input: child.stdout })
      lines.on('line', (line) => reported.push(JSON.parse(line) as Document))
      await Promise.race([once(lines, 'line'), hasEnded(child)])
      await sleep(100 + 150 * kill)
      child.kill('SIGKILL')
      await once(child, 'close')
    }
    await run.reopen()
    await run.drained()
    await run.close()
    const versions = await run.versions()
    const ids = new Set(versions.map(({ id }) => id))
    assert.equal(ids.size, versions.length, 'a snapshot is in the history twice')
    const idOf = (each: Document) => `${snapshotId('h', each['file.path'])}@${Date.parse(each['@timestamp'])}`
    assert.deepEqual(
      reported.map(idOf).filter((id) => !ids.has(id)),
      [],
    )
    assert.ok(reported.length > 200, `${reported.length} reported`)
    // what was accepted, and the process killed before it could say so
    assert.ok(versions.length - reported.length <= 10 * kills)
    assert.deepEqual(await run.latest(), newestOf(versions))
  })

  test('as an agent leaves no gap: the newest state is in latest, each version once, and nothing unchanged is one', async (t) => {
    const address = server as ServerAddress
    const run = await new FaultRun(address).open()
    await run.close()
    const { folder, target } = run
    mkdirSync(join(folder, 'root/etc'), { recursive: true })
    writeFileSync(join(folder, 'root/etc/steady'), 'the same all the time\n')
    const config = join(folder, 'mitra.yml')
    const lines = [
      `root: ${join(folder, 'root')}`,
      'host: killed',
      `store: {elasticsearch: {nodes: ["${address.url}"]}}`,
      `delivery: {path: ${join(folder, 'agent-outbox.db')}}`,
      `indexer: {prefix: ${target.prefix}, frequency: 1, files: [/etc/counter, /etc/steady], files_if_present: []}`,
    ]
    writeFileSync(config, `${lines.join('\n')}\n`)
    let count = 0
    const change = () => {
      writeFileSync(join(folder, 'root/etc/.counter'), `count ${++count}\n`)
      renameSync(join(folder, 'root/etc/.counter'), join(folder, 'root/etc/counter'))
    }
    change()
    for (let kill = 0; kill < kills; kill++) {
      const agent = spawn(process.execPath, [program, 'agent', '--config', config], {
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      t.after(() => agent.kill('SIGKILL'))
      await Promise.race([once(agent.stderr, 'data'), hasEnded(agent)])
      agent.stderr.resume()
      for (const until = Date.now() + 200 + 300 * kill; Date.now() < until; await sleep(40)) change()
      agent.kill('SIGKILL')
      await once(agent, 'close')
    }
    change()
    const { io, both } = captured({})
    assert.equal(await main(['index', '--config', config], io), 0, both())
    const versions = await run.versions()
    const counts = versions.filter(({ path }) => path === '/etc/counter').map(({ content }) => Number(content.slice(6)))
    assert.ok(counts.length > kills, `${counts}`)
    assert.deepEqual(
      counts,
      counts.toSorted((a, b) => a - b),
    )
    assert.equal(new Set(versions.map(({ id }) => id)).size, versions.length)
    // a file that is replaced while it is open has another ctime: only so may the same text be two versions
    const ofCounter = versions.filter(({ path }) => path === '/etc/counter')
    for (const [at, version] of ofCounter.entries()) {
      const before = ofCounter[at - 1]
      assert.notEqual(version.state, before?.state, `${version.content} at ${before?.time} and ${version.time}`)
      if (version.content === before?.content) assert.notEqual(version.ctime, before.ctime, version.content)
    }
    assert.equal(counts.at(-1), count)
    assert.equal(versions.filter(({ path }) => path === '/etc/steady').length, 1)
    assert.equal((await run.latest()).get('/etc/counter'), `count ${count}\n`)
  })
})

/** Fails the test of a process that ends by itself. */
async function hasEnded(child: ChildProcess): Promise<void> {
  const [status] = await once(child, 'exit')
  if (status !== null) assert.fail(`it ended by itself, with status ${status}`)
}

function roundOf({ content = '' }: Document): number {
  return Number(content.slice('state '.length))
}

function newestOf(versions: readonly Kept[]): Map<string, string> {
  return new Map(versions.map(({ path, content }) => [path, content] as const).sort(([a], [b]) => (a < b ? -1 : 1)))
}
