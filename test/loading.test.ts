// What a start of the program loads: nothing that the command does not use.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { mitra, storeOf } from './commands/mitra.ts'
import { sampleHosts } from './commands/sample-hosts.ts'

const program = join(import.meta.dirname, '../bin/mitra.js')
const store = await storeOf(sampleHosts)
const client = '@elastic/elasticsearch'
const heavy = ['commander', 'winston', 'js-yaml', 'valibot', 'chokidar', 'node-cron', client, 'hono', 'node:sqlite']
const agentOnly = ['winston', 'js-yaml', 'valibot', 'chokidar', 'node-cron', client, 'hono']

/** Tells every module on stderr as it is loaded. */
const hook = `import { registerHooks } from 'node:module'
import { writeSync } from 'node:fs'
registerHooks({ load(url, context, next) { writeSync(2, 'loaded ' + url + '\\n'); return next(url, context) } })`

function loadedBy(argv: readonly string[]): string {
  const tracing = ['--import', `data:text/javascript,${encodeURIComponent(hook)}`]
  const ran = spawnSync(process.execPath, [...tracing, program, ...argv], { encoding: 'utf8' })
  assert.equal(ran.status, 0, ran.stderr)
  return ran.stderr
}

const isIn = (loaded: string, name: string) =>
  loaded.includes(name.startsWith('node:') ? name : `/node_modules/${name}/`)

const table: readonly [argv: readonly string[], kept: readonly string[]][] = [
  [['--version'], heavy],
  [['--help'], heavy],
  [['search', '--help'], heavy],
  [['setup', '--help'], heavy],
  [['doctor', '--help'], heavy],
  [['search', 'somaxconn', '--store', store], agentOnly],
  [['hosts', '--store', store], agentOnly],
  [['values', 'host.name', '--store', store], agentOnly],
]

for (const [argv, kept] of table)
  test(`mitra ${argv.join(' ').replace(store, 'STORE')} loads none of ${kept.join(', ')}`, () => {
    const loaded = loadedBy(argv)
    assert.deepEqual(
      kept.filter((name) => isIn(loaded, name)),
      [],
    )
  })

for (const question of ['NOT vmstat.pgfault:>1', 'package.name:zsh', 'NOT nothing.declared:1'])
  test(`a question for ${question} loads no source`, () => {
    const loaded = loadedBy(['hosts', question, '--store', store])
    const sources = [...loaded.matchAll(/\/src\/sources\/(.*)/g)].map(([, name]) => name)
    assert.deepEqual(sources, ['declared-fields.ts', 'declared-fields.json'])
  })

test('the trace sees what is needed', async () => {
  assert.equal((await mitra(['search', 'somaxconn', '--store', store])).status, 0)
  const loaded = loadedBy(['search', 'somaxconn', '--store', store])
  assert.deepEqual(
    heavy.filter((name) => isIn(loaded, name)),
    ['commander', 'node:sqlite'],
  )
})
