// What ends servers, tried with processes that are none: a real server takes ten seconds to start.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { identityOf, isAlive, type ProcessIdentity } from './processes.ts'
import { endServer, readJson, self, writeJson } from './run.ts'

const watchdog = join(import.meta.dirname, 'watchdog.ts')

/** A leader that does not mind SIGTERM, with a child in its group. */
async function fakeServer(folder: string, owner: ProcessIdentity): Promise<{ leader: ProcessIdentity; child: number }> {
  mkdirSync(folder, { recursive: true })
  const shell = spawn('sh', ['-c', `trap '' TERM; sleep 600 & echo $!; wait; wait`], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [said] = (await once(shell.stdout!, 'data')) as [Buffer]
  shell.unref()
  const leader = identityOf(shell.pid!)!
  writeJson(join(folder, 'server.json'), { leader, owner })
  return { leader, child: Number(said) }
}

function stranger(): ChildProcess {
  return spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
}

async function until(holds: () => boolean): Promise<void> {
  for (const since = Date.now(); !holds(); await sleep(20)) {
    if (Date.now() - since > 20_000) throw new Error('it never came to hold')
  }
}

const gone: ProcessIdentity = { pid: process.pid, started: 'at another time' }

const newRun = () => mkdtempSync(join(tmpdir(), 'mitra-run-'))

test('the servers of a run end with its owner, though that is killed', async () => {
  const run = newRun()
  const owner = stranger()
  const server = await fakeServer(join(run, 'current'), self())
  const dog = spawn(process.execPath, [watchdog, run, JSON.stringify(identityOf(owner.pid!))], { stdio: 'ignore' })
  assert.ok(isAlive(server.leader))
  owner.kill('SIGKILL')
  await once(dog, 'exit')
  assert.ok(!isAlive(server.leader))
  await until(() => identityOf(server.child) === undefined)
  assert.ok(!existsSync(run))
})

test('a server ends with the test that it belongs to, and the others stay', async (t) => {
  const run = newRun()
  const owner = stranger()
  const own = await fakeServer(join(run, 'own-1'), identityOf(owner.pid!)!)
  const shared = await fakeServer(join(run, 'current'), self())
  const runner = stranger()
  const dog = spawn(process.execPath, [watchdog, run, JSON.stringify(identityOf(runner.pid!))], { stdio: 'ignore' })
  const ended = once(dog, 'exit')
  t.after(async () => {
    runner.kill('SIGKILL')
    await ended
    assert.ok(!isAlive(shared.leader))
  })
  // it is at work when it has taken away what has no owner
  mkdirSync(join(run, 'orphan'))
  writeJson(join(run, 'orphan/server.json'), { leader: gone, owner: gone })
  await until(() => !existsSync(join(run, 'orphan')))
  dog.kill('SIGINT')
  owner.kill('SIGKILL')
  await until(() => !existsSync(join(run, 'own-1')))
  assert.ok(!isAlive(own.leader))
  assert.ok(isAlive(shared.leader))
})

test('a process that only has the number of a server is left alone', async (t) => {
  const folder = newRun()
  const other = stranger()
  t.after(() => other.kill('SIGKILL'))
  const identity = identityOf(other.pid!)!
  writeJson(join(folder, 'server.json'), { leader: { ...identity, started: '1' }, owner: self() })
  await endServer(folder)
  assert.ok(isAlive(identity))
})

test('a file that is half written is as good as none', () => {
  const file = join(newRun(), 'state.json')
  assert.equal(readJson(file), undefined)
  writeFileSync(file, '{"starter":')
  assert.equal(readJson(file), undefined)
})
