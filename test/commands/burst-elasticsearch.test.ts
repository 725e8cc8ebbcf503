// A burst into Elasticsearch: every round is kept, and asked as it would be of the embedded store.
import assert from 'node:assert/strict'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setUp, targetOf } from '../elasticsearch/empty-store.ts'
import { request } from '../elasticsearch/request.ts'
import { elasticsearch } from '../elasticsearch/servers.ts'
import { mitra, ndjson, parsedLines, temporaryFolder } from './mitra.ts'

const server = await elasticsearch('current')
const skip = server.skip ?? (existsSync('/proc/vmstat') ? false : 'no /proc here')

test('both stores keep each round of a burst, and answer alike', { skip }, async () => {
  if (server.skip !== undefined) return
  const target = targetOf(server)
  await setUp(server, target)
  const folder = temporaryFolder()
  const config = join(folder, 'mitra.yml')
  writeFileSync(
    config,
    `host: here
store: {elasticsearch: {nodes: ${JSON.stringify(target.nodes)}}}
delivery: {path: ${join(folder, 'outbox.db')}, dead_letters: ${join(folder, 'dead-letters.ndjson')}}
indexer: {prefix: ${target.prefix}}
`,
  )
  const words = [
    'burst',
    '--config',
    config,
    '--for',
    '2s',
    '--every',
    '100ms',
    '--sources',
    'vmstat,buddyinfo,loadavg',
  ]
  const { status, stdout, stderr } = await mitra([...words, '--json'], { now: Date.now() })
  assert.deepEqual([status, stderr], [0, ''])
  const { documents, rounds } = JSON.parse(stdout) as Record<string, number>
  await request(server, `/${target.prefix}*/_refresh`, { method: 'POST' })

  const ask = async (store: string[], ...asked: string[]) => {
    const answer = await mitra([...asked, ...store], { now: Date.now() })
    assert.equal(answer.status, 0, answer.stderr)
    return parsedLines(answer.stdout)
  }
  const elastic = ['--config', config]
  const kept = await ask(elastic, 'export', 'event.burst:"by hand"', '--history')
  assert.equal(kept.length, documents)
  const stamps = [...new Set(kept.map((document) => String(document['@timestamp'])))].sort()
  assert.equal(stamps.length, rounds)

  const embedded = ['--store', join(folder, 'mitra.db')]
  assert.equal((await mitra(['import', ...embedded], { stdin: ndjson(kept) })).status, 0)
  const [first = '', last = ''] = [stamps.at(0), stamps.at(-1)]
  for (const asked of [
    ['search', 'event.burst:"by hand" AND file.path:/proc/vmstat', '--history', '--limit', '0', '--json'],
    ['search', 'event.burst:by*', '--from', first.slice(0, 10), '--fields', 'file.path,event.burst', '--json'],
    ['compare', 'here', '/proc/vmstat', '--before', first, '--after', last, '--step', '250ms', '--json'],
    ['around', 'here', stamps[Math.floor(stamps.length / 2)] ?? '', '--window', '400ms', '--json'],
  ])
    assert.deepEqual(await ask(elastic, ...asked), await ask(embedded, ...asked), asked.join(' '))
})
