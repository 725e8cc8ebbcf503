import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { main } from '../../src/cli.ts'
import { captured } from './captured-io.ts'
import { configuredHost, fixtures, whileRunning } from './configured-host.ts'

/** The words a shell makes of a command line. */
function shellWords(line: string): string[] {
  const { stdout } = spawnSync('sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' })
  return stdout.split('\0').slice(0, -1)
}

/** Each command line that is shown, with what stands below it. */
function examplesIn(text: string): { line: string; answer: string }[] {
  return [...text.matchAll(/^\$ npx mitra (.*)\n((?:.+\n)+)/gm)].map(([, line = '', answer = '']) => ({ line, answer }))
}

for (const name of readdirSync(fixtures)) {
  test(`${name}: three questions are answered, each as its command answers it`, async (t) => {
    const host = configuredHost(name)
    t.after(host.remove)
    const { status, stdout } = await host.run(['start', '--once'])
    assert.equal(status, 0)
    const examples = examplesIn(stdout)
    assert.equal(examples.length, 3)
    for (const { line, answer } of examples) {
      const kept = captured({ terminal: true, columns: 80, env: { NO_COLOR: '1' } })
      assert.equal(await main(shellWords(line), kept.io), 0, line)
      assert.equal(kept.both().replace(/\n+$/, '\n'), answer, line)
    }
  })
}

test('a terminal sees progress, then the report and the questions in colour', async (t) => {
  const host = configuredHost('debian12-6.1')
  t.after(host.remove)
  const { stdout, stderr } = await host.run(['start', '--once'], { terminal: true })
  assert.match(stderr, /^\rfirst snapshot: \w+, 1 document\x1b\[K/)
  assert.match(stdout, /^\x1b\[1mSOURCE/)
  assert.match(stdout, /\x1b\[32m\$ npx mitra values /)
  assert.doesNotMatch(stdout, /Going on/)
})

test('goes on as the agent, says how, and ends with status 0', async (t) => {
  const host = configuredHost('debian12-6.1', 'indexer: {frequency: 60, watch: false}\nweb: {port: 5641}\n')
  t.after(host.remove)
  const stop = new AbortController()
  const kept = captured({ signal: stop.signal })
  const ended = main(['start', '--config', host.config], kept.io)
  await whileRunning(ended, () => kept.stdout().includes('Ctrl-C'))
  const stdout = kept.stdout()
  assert.ok(stdout.includes('Going on as the agent: a snapshot every 60 s.\n'))
  assert.ok(stdout.includes(`Store: ${host.store}   Log: stderr\n`))
  const [, address = ''] = /^Look at it: (http:\/\/127\.0\.0\.1:\d+\/host\/\S+)$/m.exec(stdout) ?? []
  const page = await fetch(address)
  assert.equal(page.status, 200)
  assert.match(await page.text(), /data-charts="\/charts\//)
  stop.abort()
  assert.equal(await ended, 0)
  await assert.rejects(fetch(address))
})

test('the log is silent until the report is told, then it goes to stderr', async (t) => {
  const host = configuredHost(
    'debian12-6.1',
    'indexer: {frequency: 1, watch: false, files: [/etc/hosts]}\nlog: {level: debug, format: json}\n',
  )
  t.after(host.remove)
  const stop = new AbortController()
  const kept = captured({ signal: stop.signal })
  const ended = main(['start', '--config', host.config], kept.io)
  await whileRunning(ended, () => kept.stderr() !== '')
  stop.abort()
  assert.equal(await ended, 0)
  assert.ok(kept.both().indexOf('Ctrl-C stops it') < kept.both().indexOf('"log.level"'))
  for (const line of kept.stderr().trim().split('\n')) assert.equal(typeof JSON.parse(line).message, 'string')
})

test('ends with status 2 when something that has to be there is not', async (t) => {
  const host = configuredHost('debian12-6.1', 'indexer: {files: [/etc/nope]}\n')
  t.after(host.remove)
  const { status, stdout } = await host.run(['start', '--once'])
  assert.equal(status, 2)
  assert.match(stdout, /\/etc\/nope: no such file \(required\)/)
  assert.equal(examplesIn(stdout).length, 3)
})

test('a signal during the first snapshot ends the agent with status 0 and no report', async (t) => {
  const host = configuredHost('debian12-6.1')
  t.after(host.remove)
  const { status, both } = await host.run(['start'], { signal: AbortSignal.abort() })
  assert.deepEqual([status, both], [0, ''])
})

test('the commands shown name the store that was given', async (t) => {
  const host = configuredHost('debian12-6.1')
  t.after(host.remove)
  const store = `${host.folder}/it's here.db`
  const { stdout } = await host.run(['start', '--once', '--store', store, '--color', 'always'])
  const lines = [...stdout.matchAll(/\$ npx mitra (.*)\x1b/g)].map(([, line = '']) => line)
  assert.equal(lines.length, 3)
  for (const line of lines) assert.deepEqual(shellWords(line).slice(-4), ['--store', store, '--color', 'always'])
})
