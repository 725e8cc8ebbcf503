import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { runCommand } from '../../src/host/run-command.ts'

const directory = mkdtempSync(join(tmpdir(), 'mitra-run-command-'))
after(() => rmSync(directory, { recursive: true, force: true }))

const limits = { timeoutMs: 10_000, maxBytes: 1024 * 1024, signal: new AbortController().signal }

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false
  }
}

async function waitUntil(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !condition(); tries++) await sleep(10)
  assert.ok(condition())
}

const text = (path: string) => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

test('gives output, messages and status of a command', async () => {
  const result = await runCommand(['sh', '-c', 'echo out; echo err >&2; exit 3'], limits)
  assert.deepEqual(
    { ...result, stdout: result.stdout.toString() },
    { stdout: 'out\n', stderr: 'err\n', status: 3, signal: null },
  )
})

test('gives arguments to the program as they are, without a shell', async () => {
  const result = await runCommand(['printf', '%s|', '$HOME', '; echo x', '*'], limits)
  assert.equal(result.stdout.toString(), '$HOME|; echo x|*|')
})

test('runs in the C locale, in a group of its own, with nothing to read', async () => {
  const result = await runCommand(['sh', '-c', 'cat; echo $LC_ALL; cut -d" " -f1,5 /proc/$$/stat; echo $X'], {
    ...limits,
    env: { X: 'given' },
    cwd: '/',
  })
  const [locale, ids, given] = result.stdout.toString().split('\n')
  const [pid, group] = ids!.split(' ')
  assert.equal(locale, 'C')
  assert.equal(group, pid)
  assert.equal(given, 'given')
})

test('keeps output whole when it is much larger than a pipe', async () => {
  const result = await runCommand(['head', '-c', '3000000', '/dev/zero'], { ...limits, maxBytes: 3_000_000 })
  assert.equal(result.stdout.length, 3_000_000)
  assert.equal(result.problem, undefined)
})

test('kills the group when output passes the limit, and keeps what fits', async () => {
  const result = await runCommand(['sh', '-c', 'yes & yes'], { ...limits, maxBytes: 1000 })
  assert.equal(result.problem, 'too_large')
  assert.equal(result.stdout.length, 1000)
})

test('notices output that passes the limit with its last bytes', async () => {
  const result = await runCommand(['printf', '12345'], { ...limits, maxBytes: 4 })
  assert.equal(result.problem, 'too_large')
  assert.equal(result.stdout.toString(), '1234')
})

test('kills grandchildren that hold the pipe when time is up', async () => {
  const pidFile = join(directory, 'grandchild')
  const script = `sleep 300 & echo $! > ${pidFile}; echo begun; wait`
  const result = await runCommand(['sh', '-c', script], { ...limits, timeoutMs: 300 })
  assert.equal(result.problem, 'timeout')
  assert.equal(result.stdout.toString(), 'begun\n')
  assert.equal(result.status, null)
  await waitUntil(() => !isAlive(Number(text(pidFile))))
})

test('kills a command that ignores SIGTERM', async () => {
  const result = await runCommand(['sh', '-c', 'trap "" TERM; while :; do sleep 0.1; done'], {
    ...limits,
    timeoutMs: 100,
  })
  assert.equal(result.problem, 'timeout')
  assert.equal(result.signal, 'SIGKILL')
})

test('does not wait for a daemon the command leaves behind with its pipe, and leaves it alone', async () => {
  const pidFile = join(directory, 'daemon')
  const result = await runCommand(['sh', '-c', `sleep 60 & echo $! > ${pidFile}; echo done`], limits)
  assert.equal(result.stdout.toString(), 'done\n')
  assert.equal(result.problem, undefined)
  const pid = Number(text(pidFile))
  assert.ok(isAlive(pid))
  process.kill(pid)
})

test('kills the group on abort', async () => {
  const abort = new AbortController()
  const pidFile = join(directory, 'aborted')
  const running = runCommand(['sh', '-c', `echo $$ > ${pidFile}; sleep 300`], { ...limits, signal: abort.signal })
  await waitUntil(() => text(pidFile) !== '')
  abort.abort()
  assert.equal((await running).problem, 'aborted')
  await waitUntil(() => !isAlive(Number(text(pidFile))))
  assert.equal((await runCommand(['true'], { ...limits, signal: abort.signal })).problem, 'aborted')
})

test('says what cannot be run', async () => {
  const plain = join(directory, 'plain')
  writeFileSync(plain, 'no program', { mode: 0o644 })
  for (const [argv, problem] of [
    [['/no/such/program'], 'not_found'],
    [[plain], 'no_permission'],
    [[directory], 'no_permission'],
    [[], 'not_found'],
    [[''], 'not_found'],
    [['echo', 'a\0b'], 'not_found'],
  ] as const) {
    const result = await runCommand(argv, limits)
    assert.equal(result.problem, problem, JSON.stringify(argv))
    assert.notEqual(result.stderr, '')
  }
})

test('keeps only the beginning of endless messages', async () => {
  const result = await runCommand(['sh', '-c', 'yes oops | head -c 200000 >&2'], limits)
  assert.equal(result.status, 0)
  assert.equal(result.stderr.length, 64 * 1024)
})
