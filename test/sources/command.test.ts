import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Root } from '../../src/host/root.ts'
import type { Observation } from '../../src/snapshot/observation.ts'
import { type CommandEntry, createCommandCollector } from '../../src/sources/command.ts'
import type { Format } from '../../src/sources/source.ts'

const pass = { root: new Root(), now: () => 1000, signal: new AbortController().signal }

async function run(
  script: string,
  changes: Partial<CommandEntry> & { format?: Format; signal?: AbortSignal } = {},
): Promise<Observation[]> {
  const entry = { path: 'a command', run: ['sh', '-c', script], timeout_s: 10, maxBytes: 10_000, ...changes }
  const collect = createCommandCollector(entry, () => changes.format)
  return Array.fromAsync(collect({ ...pass, signal: changes.signal ?? pass.signal }))
}

test('what a command prints is the content at its path', async () => {
  const [observation] = await run('echo hello')
  const { fields, fingerprint, ...rest } = observation as Observation
  assert.deepEqual(rest, { path: 'a command', dataset: 'mitra.command', kind: 'state', at: 1000, content: 'hello\n' })
  assert.equal(fields['command.exit_status'], 0)
  assert.equal(fields['file.size'], 6)
  assert.equal(typeof fields['command.duration_ms'], 'number')
  assert.equal(fields['error.message'], undefined)
  assert.equal(fingerprint, (await run('sleep 0.01; echo hello'))[0]?.fingerprint)
  assert.notEqual(fingerprint, (await run('echo other'))[0]?.fingerprint)
})

for (const [title, script, changes, message, content] of [
  ['a failure', 'echo out; echo; echo " why " >&2; exit 3', {}, 'exit status 3: why', 'out\n\n'],
  ['a failure without a word', 'exit 4', {}, 'exit status 4', ''],
  ['a signal', 'kill -9 $$', {}, 'ended by SIGKILL', ''],
  ['a command without end', 'echo begun; sleep 60', { timeout_s: 0.2 }, 'no end within 0.2 s', 'begun\n'],
  ['too much output', 'echo 123456', { maxBytes: 3 }, 'output larger than 3 bytes, cut there', '123'],
  ['a command that is not there', '', { run: ['/no/such'] }, 'no such command: /no/such', ''],
  ['a command that may not run', '', { run: ['/etc/passwd'] }, 'no permission to run: /etc/passwd', ''],
] as const)
  test(`${title} is a document with error.message`, async () => {
    const [observation] = await run(script, changes)
    assert.equal(observation?.fields['error.message'], message)
    assert.equal(observation?.content, content)
  })

test('output that is no text is described and not stored', async () => {
  const [observation] = await run("printf 'a\\0b'")
  assert.equal(observation?.content, undefined)
  assert.equal(observation?.fields['file.encoding'], 'binary')
  assert.equal(observation?.fields['file.size'], 3)
})

test('the format of the path gives fields, kind and what lasts', async () => {
  const format: Format = {
    dataset: 'mitra.test',
    kind: 'metric',
    matches: () => true,
    fields: (content) => ({ 'test.length': content.length }),
    stable: () => 'same',
  }
  const [one] = await run('echo one', { format })
  const [two] = await run('echo three', { format, kind: 'state' })
  assert.deepEqual([one?.dataset, one?.kind, one?.fields['test.length']], ['mitra.test', 'metric', 4])
  assert.deepEqual([two?.kind, two?.fingerprint], ['state', one?.fingerprint])
})

test('a format that fails is an error of the document alone', async () => {
  const fields = () => {
    throw new Error('odd')
  }
  const [observation] = await run('echo x', { format: { dataset: 'd', kind: 'state', matches: () => true, fields } })
  assert.equal(observation?.fields['error.message'], 'failed to understand the output: odd')
  assert.equal(observation?.content, 'x\n')
})

test('yields nothing when aborted', async () => {
  const abort = new AbortController()
  const running = run('sleep 60', { signal: abort.signal })
  abort.abort()
  assert.deepEqual(await running, [])
})

test('output without end is cut, and its command killed', async () => {
  const [observation] = await run('yes')
  assert.equal(observation?.fields['error.message'], 'output larger than 10000 bytes, cut there')
  assert.equal(observation?.fields['file.size'], 10_000)
})

test('what a command leaves running keeps nobody waiting', { timeout: 20_000 }, async () => {
  const [observation] = await run('sleep 5 & echo hello')
  assert.deepEqual([observation?.content, observation?.fields['error.message']], ['hello\n', undefined])
})
