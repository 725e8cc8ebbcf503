// Bursts by the real program: a rule of a running agent on this machine's own kernel, and by hand.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { mitra, parsedLines, temporaryFolder } from './mitra.ts'

const bin = join(import.meta.dirname, '../../bin/mitra.js')
const skip = existsSync('/proc/vmstat') ? false : 'no /proc here'

/** A configuration of few sources of this machine, with a store of its own. */
function thisHost(rules: string) {
  const folder = temporaryFolder()
  const [config, store] = [join(folder, 'mitra.yml'), join(folder, 'mitra.db')]
  const off = ['sysctl', 'packages', 'processes', 'sockets', 'config', 'mounts', 'interfaces', 'kmsg', 'modules']
  writeFileSync(
    config,
    `host: here
store: {embedded: {path: ${store}}}
indexer: {files_if_present: []}
sources: {${off.map((name) => `${name}: false`).join(', ')}}
burst: {rules: [${rules}]}
`,
  )
  return { config, store, ask: (...words: string[]) => mitra([...words, '--store', store]) }
}

/** Starts the agent; what it logs, line by line. */
function agentOf(config: string): { agent: ChildProcess; told(message: string): Promise<Record<string, unknown>> } {
  const agent = spawn(process.execPath, [bin, 'agent', '--config', config], { stdio: ['ignore', 'ignore', 'pipe'] })
  const lines = createInterface({ input: agent.stderr })[Symbol.asyncIterator]()
  const heard: string[] = []
  const told = async (message: string) => {
    for (let next = await lines.next(); !next.done; next = await lines.next()) {
      heard.push(next.value)
      const entry = JSON.parse(next.value) as Record<string, unknown>
      if (entry['message'] === message) return entry
    }
    throw new Error(`the agent ended before it said "${message}": ${heard.join('\n')}`)
  }
  return { agent, told }
}

const always = '{name: always, when: "meminfo.MemTotal:>0", sources: [vmstat, meminfo], interval: 0.1, for: 2, look: 1}'

test('an agent with a rule takes a burst, which questions about time find', { skip, timeout: 60_000 }, async (t) => {
  const host = thisHost(always)
  const { agent, told } = agentOf(host.config)
  t.after(() => agent.kill('SIGKILL'))
  const began = await told('burst began')
  assert.deepEqual([began['rule'], began['sources']], ['always', 'vmstat meminfo'])
  const ended = await told('burst ended')
  agent.kill('SIGTERM')
  await once(agent, 'exit')

  const found = parsedLines((await host.ask('search', 'event.burst:always', '--history', '--json')).stdout)
  assert.equal(found.length, ended['documents'])
  const rounds = Map.groupBy(found, (document) => String(document['@timestamp']))
  assert.equal(rounds.size, ended['rounds'])
  assert.ok(rounds.size >= 5 && rounds.size <= 20, `${rounds.size} rounds`)
  for (const round of rounds.values())
    assert.deepEqual(round.map((document) => document['file.path']).sort(), ['/proc/meminfo', '/proc/vmstat'])

  const [first = '', last = ''] = [[...rounds.keys()].sort().at(0), [...rounds.keys()].sort().at(-1)]
  const compared = await host.ask(
    ...['compare', 'here', '/proc/vmstat', '--before', first, '--after', last, '--step', '500ms', '--json'],
  )
  assert.equal(compared.status, 0, compared.stderr)
  const middle = [...rounds.keys()].sort()[Math.floor(rounds.size / 2)] ?? ''
  const around = await host.ask('around', 'here', middle, '--window', '300ms', '--json')
  const [window] = parsedLines<Record<string, number>>(around.stdout)
  assert.ok((window?.['samples'] ?? 0) >= 4, around.stdout)
  assert.doesNotMatch(around.stdout, /"section":"outage"/)
})

test('an agent that is killed in mid burst loses a second of it, and none of the day', {
  skip,
  timeout: 60_000,
}, async (t) => {
  const host = thisHost(always.replace('for: 2', 'for: 60'))
  const first = agentOf(host.config)
  t.after(() => first.agent.kill('SIGKILL'))
  const began = Date.parse(String((await first.told('burst began'))['@timestamp']))
  await new Promise((resolve) => setTimeout(resolve, 4000))
  first.agent.kill('SIGKILL')
  const killed = Date.now()
  await once(first.agent, 'exit')
  const { stdout } = await host.ask('search', 'event.burst:always', '--history', '--json')
  const stamps = parsedLines(stdout).map((document) => Date.parse(String(document['@timestamp'])))
  assert.ok(Math.min(...stamps) >= began - 100)
  assert.ok(killed - Math.max(...stamps) < 2500, `${killed - Math.max(...stamps)} ms lost`)
  const bytes = () => (JSON.parse(readFileSync(`${host.store}-bursts`, 'utf8')) as { bytes: number }).bytes
  const spent = bytes()
  assert.ok(spent > 10_000)

  const second = agentOf(host.config)
  t.after(() => second.agent.kill('SIGKILL'))
  await second.told('burst began')
  await new Promise((resolve) => setTimeout(resolve, 1500))
  second.agent.kill('SIGTERM')
  assert.deepEqual(await once(second.agent, 'exit'), [0, null])
  assert.ok(bytes() > spent)
})

test('by hand: rounds of the sources named, and a report', { skip, timeout: 60_000 }, async () => {
  const host = thisHost('')
  const words = ['burst', '--config', host.config, '--for', '1s', '--every', '100ms', '--sources', 'loadavg,buddyinfo']
  const { status, stdout } = await mitra([...words, '--json'], { now: Date.now() })
  assert.equal(status, 0)
  const { rounds, skipped, documents, ended } = JSON.parse(stdout) as Record<string, number>
  assert.deepEqual([(rounds ?? 0) + (skipped ?? 0), documents, ended], [10, (rounds ?? 0) * 2, 'time'])
  const { stdout: found } = await host.ask('search', 'event.burst:"by hand"', '--history', '--json')
  assert.equal(parsedLines(found).length, documents)
  assert.match((await mitra(words, { now: Date.now() })).stdout, /^\d+ rounds.*, \d+ documents of .* in .*\n$/)
})

for (const [wrong, said] of [
  [['--every', '50ms'], '--every: must be 100ms to 1m, got 50ms'],
  [['--for', '2h'], '--for: must be 1s to 1h, got 2h'],
  [['--sources', 'vmstat,zoneinf'], '--sources: no source "zoneinf"'],
  [['--sources', ','], '--sources: no source ","'],
] as const)
  test(`by hand: ${wrong.join(' ')} is a mistake`, async () => {
    const { status, stderr } = await mitra(['burst', ...wrong])
    assert.equal(status, 2)
    assert.ok(stderr.startsWith(`mitra: ${said}`), stderr)
  })
