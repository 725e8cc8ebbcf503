// What README and the cookbook ask of the scenario, either store answers alike, to the byte. Half of the hosts and of the days must do:
// Elasticsearch takes a minute for all of them.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { commandLines, renewedPage, sectionsOf, wordsOf } from '../../docs/console-blocks.ts'
import { declaredFields } from '../../src/commands/declared-fields.ts'
import { changesAndArrivals } from '../../src/history/arrivals.ts'
import { everything } from '../../src/history/conditions.ts'
import type { Document } from '../../src/snapshot/document.ts'
import { openElasticsearchStore } from '../../src/store/elasticsearch/driver.ts'
import { openEmbeddedStore } from '../../src/store/embedded/driver.ts'
import type { Store } from '../../src/store/store.ts'
import { discard, setUp, targetOf } from '../elasticsearch/empty-store.ts'
import { elasticsearch } from '../elasticsearch/servers.ts'
import { scenarioDocuments } from '../scenario/scenario.ts'
import { readScript } from '../scenario/script.ts'
import { temporaryFolder } from './mitra.ts'

const server = await elasticsearch('current')
const top = join(import.meta.dirname, '../..')
const hosts = ['web1', 'web2', 'web3', 'db1', 'db2', 'cache3']
const since = '2026-11-17'

/** Both failing alike is no answer: it must be in the page, as a mistake that it shows. */
const isFailure = (shown: string) => /^mitra: /m.test(shown)
/** Of the days before, nothing is kept here. */
const isEmpty = (shown: string) => /^(nothing |0 of )/m.test(shown)

describe('the pages asked of both stores', { skip: server.skip ?? false }, () => {
  if (server.skip !== undefined) return
  const target = targetOf(server)
  const folder = temporaryFolder()
  const embedded = { options: ['--store', join(folder, 'scenario.db')], folder }
  const elastic = { options: ['--config', join(folder, 'elasticsearch.yml')], folder }
  let answers = 0

  before(async () => {
    const script = readScript()
    const actors = script.actors.filter(({ name }) => hosts.includes(name))
    const documents = (await scenarioDocuments({ ...script, actors })).filter(({ '@timestamp': at }) => at >= since)
    await load(await openEmbeddedStore(join(folder, 'scenario.db'), { mustExist: false }), documents)
    await setUp(server, target)
    await load(await openElasticsearchStore(target, declaredFields), documents)
    const { nodes, prefix } = target
    const config = `store: {elasticsearch: {nodes: ${JSON.stringify(nodes)}, timeout: 120}}\nindexer: {prefix: ${prefix}}\n`
    writeFileSync(join(folder, 'elasticsearch.yml'), config)
  })
  after(() => discard(server, target))

  for (const page of ['README.md', 'docs/cookbook.md'])
    for (const { title, text } of sectionsOf(readFileSync(join(top, page), 'utf8'))) {
      const lines = commandLines(text)
      // in a shell it would be the embedded store both times
      if (lines.length === 0 || lines.some((line) => !wordsOf(line))) continue
      test(`${page}: ${title}`, async () => {
        const shown = await renewedPage(text, embedded)
        assert.equal(isFailure(shown), isFailure(text))
        assert.equal(await renewedPage(text, elastic), shown)
        if (!isEmpty(shown)) answers++
      })
    }

  test('the changes of all days, with the texts of new hosts and without', async () => {
    const shown: string[][] = []
    for (const open of [
      () => openEmbeddedStore(join(folder, 'scenario.db'), { mustExist: true }),
      () => openElasticsearchStore(target, declaredFields),
    ]) {
      const store = await open()
      for (const enough of [0, Number.POSITIVE_INFINITY]) shown.push(await changesOf(store, enough))
      await store.close()
    }
    const [first = [], ...others] = shown
    assert.ok(first.length > 100, `only ${first.length}`)
    for (const other of others) assert.deepEqual(other, first)
  })

  test('most have something to answer', () => assert.ok(answers >= 25, `only ${answers}`))
})

async function changesOf(store: Store, enough: number): Promise<string[]> {
  const request = { condition: everything, from: Date.parse(since), to: Date.parse('2026-11-30') }
  const changes: string[] = []
  for await (const { host, path, at, isArrival, change } of changesAndArrivals(store, request, enough))
    changes.push(JSON.stringify([host, path, at, isArrival, isArrival ? change.kind : change]))
  return changes.sort()
}

async function load(store: Store, documents: readonly Document[]): Promise<void> {
  for (let from = 0; from < documents.length; from += 500) {
    const outcomes = await store.write(documents.slice(from, from + 500))
    assert.ok(outcomes.every(({ status }) => status !== 'rejected'))
  }
  await store.close()
}
