// `mitra index` into Elasticsearch: what one run has told counts for the next, as long as the cluster still has it.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { CycleReport } from '../../src/agent/cycle.ts'
import { targetOf } from '../elasticsearch/empty-store.ts'
import { request } from '../elasticsearch/request.ts'
import { elasticsearch } from '../elasticsearch/servers.ts'
import { fixtures } from './configured-host.ts'
import { mitra, parsedLines, temporaryFolder } from './mitra.ts'

const server = await elasticsearch('current')

test('a cluster emptied between two runs has everything after the second', { skip: server.skip ?? false }, async () => {
  if (server.skip !== undefined) return
  const { prefix, nodes } = targetOf(server)
  const folder = temporaryFolder()
  const config = join(folder, 'mitra.yml')
  writeFileSync(
    config,
    `root: ${join(fixtures, 'debian12-6.1')}
store: {elasticsearch: {nodes: ${JSON.stringify(nodes)}}}
delivery: {path: ${join(folder, 'outbox.db')}, dead_letters: ${join(folder, 'dead-letters.ndjson')}}
indexer: {prefix: ${prefix}}
`,
  )
  const index = async () => {
    const { status, stdout, stderr } = await mitra(['index', '--json', '--config', config])
    assert.deepEqual([status, stderr], [0, ''])
    return JSON.parse(stdout) as CycleReport
  }
  const states = async (...view: string[]) => {
    await request(server, `/${prefix}*/_refresh`, { method: 'POST' })
    const words = ['search', 'event.kind:state', '--fields', 'file.path', '--limit', '0', '--json', '--config', config]
    const { stdout } = await mitra([...words, ...view])
    return parsedLines<{ 'file.path': string }>(stdout)
      .map((row) => row['file.path'])
      .sort()
  }
  const first = await index()
  assert.equal(first.stored, first.documents)
  const all = await states()
  assert.ok(all.length > 10, `${all.length} states`)
  assert.deepEqual(await states('--history'), all)
  assert.equal((await index()).unchanged, all.length, 'what the cluster still has is not sent again')

  for (const name of Object.keys(await request(server, `/${prefix}*`)))
    await request(server, `/${name}`, { method: 'DELETE' })
  const { stored, documents } = await index()
  assert.equal(stored, documents)
  const day = new Date().toISOString().slice(0, 10)
  assert.deepEqual([await states(), await states('--day', day), await states('--history')], [all, all, all])
})
