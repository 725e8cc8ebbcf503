// The same query gives the same documents from either store: generated queries over the same documents in both.
import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import type { Condition } from '../../../src/query/ast.ts'
import { snapshotId } from '../../../src/snapshot/snapshot-id.ts'
import { openEmbeddedStore } from '../../../src/store/embedded/driver.ts'
import type { Store, View } from '../../../src/store/store.ts'
import { emptyStore } from '../../elasticsearch/empty-store.ts'
import { request } from '../../elasticsearch/request.ts'
import { elasticsearch } from '../../elasticsearch/servers.ts'
import { conditionAt } from '../../query/condition-at.ts'
import { queriesAbout } from '../../query/generated-queries.ts'
import { corpus } from './corpus.ts'

const server = await elasticsearch('current')
const seed = Number(process.env['SEED'] ?? 20261121)
const runs = Number(process.env['RUNS'] ?? 5000)
const now = Date.UTC(2026, 10, 20)
const firstDay = Date.UTC(2026, 10, 16) / 86_400_000

const views: readonly View[] = [
  { kind: 'latest' },
  { kind: 'moment', at: (firstDay + 1.7) * 86_400_000 },
  { kind: 'latest' },
  { kind: 'days', from: firstDay + 1, to: firstDay + 2 },
  { kind: 'days', from: 0, to: firstDay + 9 },
  { kind: 'history' },
  { kind: 'history', from: firstDay * 86_400_000, to: (firstDay + 2) * 86_400_000 },
]

describe('both stores', { skip: server.skip ?? false }, () => {
  const documents = corpus(16, seed)
  let embedded: Store
  let other: Store

  before(async () => {
    if (server.skip !== undefined) return
    embedded = await openEmbeddedStore(join(mkdtempSync(join(tmpdir(), 'mitra-both-')), 'mitra.db'), {
      mustExist: false,
    })
    const store = await emptyStore(server)
    other = store
    for (let at = 0; at < documents.length; at += 200) {
      const batch = documents.slice(at, at + 200)
      assert.deepEqual(
        (await other.write(batch)).map(({ status }) => status),
        (await embedded.write(batch)).map(({ status }) => status),
      )
    }
    // what a fuzzy word of 255 characters means takes Lucene seconds to work out, for each segment anew
    await request(server, `/${store.prefix}*/_forcemerge?max_num_segments=1`, { method: 'POST', timeout_ms: 300_000 })
  })
  after(async () => {
    await embedded?.close()
    await other?.close()
  })

  test(`give the same documents for ${runs} generated queries`, async (context) => {
    assert.ok(documents.length >= 2000, `${documents.length} documents`)
    const questions = fc.sample(queriesAbout(documents), { numRuns: runs, seed })
    let found = 0
    let asked = 0
    const differences: string[] = []
    const compare = async (typed: string, view: View) => {
      const condition = conditionAt(typed, now)
      if (!condition) return
      asked++
      const [two, one] = await Promise.all([answer(other, condition, view), answer(embedded, condition, view)])
      if (one.length > 0) found++
      if (one.join('\n') !== two.join('\n')) differences.push(difference(typed, view, one, two))
    }
    // one store computes while the other one answers
    const queue = questions.entries()
    const work = async () => {
      for (const [index, typed] of queue) await compare(typed, views[index % views.length]!)
    }
    await Promise.all(Array.from({ length: 6 }, work))
    context.diagnostic(`${documents.length} documents, ${asked} queries, ${found} of them found something`)
    assert.deepEqual(differences.slice(0, 20), [], `${differences.length} differences`)
    assert.ok(found > asked / 3, `only ${found} of ${asked} queries found something`)
  })
})

async function answer(store: Store, condition: Condition, view: View): Promise<string[]> {
  const ids: string[] = []
  for await (const document of store.search({ condition, view, withoutContent: true, fields: [] }))
    ids.push(
      `${document['host.name']} ${document['file.path']} ${document['@timestamp']} ${snapshotId(document['host.name'], document['file.path'])}`,
    )
  return ids
}

function difference(typed: string, view: View, embedded: string[], other: string[]): string {
  const lost = embedded.filter((id) => !other.includes(id)).slice(0, 2)
  const more = other.filter((id) => !embedded.includes(id)).slice(0, 2)
  const counts = `embedded ${embedded.length}, Elasticsearch ${other.length}`
  return `${typed}   in ${view.kind}: ${counts}; only embedded: ${lost.join(', ')}; only Elasticsearch: ${more.join(', ')}`
}
