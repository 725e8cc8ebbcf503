// Holds "What differs" of docs/elasticsearch.md to the stores: where they answer differently, they do so in just this way.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { catalogue } from '../../../src/commands/declared-fields.ts'
import { parseQuery } from '../../../src/query/parser.ts'
import { resolveQuery } from '../../../src/query/resolve.ts'
import { openEmbeddedStore } from '../../../src/store/embedded/driver.ts'
import type { Store, View } from '../../../src/store/store.ts'
import { emptyStore } from '../../elasticsearch/empty-store.ts'
import { elasticsearch } from '../../elasticsearch/servers.ts'
import { documentOf } from '../document-of.ts'

const server = await elasticsearch('current')
const page = readFileSync(join(import.meta.dirname, '../../../docs/elasticsearch.md'), 'utf8')
const rows = page.slice(page.indexOf('## What differs')).split('\n')

/** Titles are the first cells of the rows. */
const told = (cell: string) => {
  assert.ok(
    rows.some((row) => row.startsWith(`| ${cell} |`)),
    `not told: ${cell}`,
  )
  return cell
}

describe('what differs between the stores', { skip: server.skip ?? false }, () => {
  let embedded: Store
  let other: Store

  before(async () => {
    if (server.skip !== undefined) return
    embedded = await openEmbeddedStore(join(mkdtempSync(join(tmpdir(), 'mitra-differs-')), 'mitra.db'), {
      mustExist: false,
    })
    other = await emptyStore(server)
  })
  after(async () => {
    await embedded?.close()
    await other?.close()
  })

  async function write(...documents: Parameters<Store['write']>[0]): Promise<void> {
    for (const store of [embedded, other]) for (const document of documents) await store.write([document])
  }

  /** Times of what each finds, the embedded store first. */
  async function found(query: string, view: View = { kind: 'latest' }): Promise<string[][]> {
    const condition = resolveQuery(parseQuery(query), catalogue)
    const timesIn = async (store: Store) =>
      (await Array.fromAsync(store.search({ condition, view }))).map(
        (each) => `${each['file.path']} ${each['@timestamp'].slice(11, 16)}`,
      )
    return [await timesIn(embedded), await timesIn(other)]
  }

  test(told('values longer than 8,000 characters'), async () => {
    const start = 'x'.repeat(8000)
    await write(
      documentOf('long', '/one', '10:00', { 'undeclared.long': `${start}one` }),
      documentOf('long', '/two', '10:00', { 'undeclared.long': `${start}two` }),
    )
    assert.deepEqual(await found(`undeclared.long:${start}one`), [['/one 10:00'], ['/one 10:00', '/two 10:00']])
    assert.deepEqual(await found('undeclared.long:*one'), [['/one 10:00'], []])
  })

  test(told('documents that come late'), async () => {
    await write(
      documentOf('late', '/late', '12:00', { content: 'same' }),
      documentOf('late', '/late', '10:00', { content: 'same' }),
    )
    const both = await found('filename:/late', { kind: 'history' })
    assert.deepEqual(both, [['/late 10:00'], ['/late 12:00', '/late 10:00']])
  })

  test(told('a fuzzy value and a pattern of field names'), async () => {
    await write(documentOf('fuzzy', '/fuzzy', '10:00', { 'undeclared.word': 'word', 'labels.word': 'label' }))
    assert.deepEqual(await found('undeclared.*:wort~1'), [['/fuzzy 10:00'], []])
    assert.deepEqual(await found('undeclared.word:wort~1'), [['/fuzzy 10:00'], ['/fuzzy 10:00']])
    assert.deepEqual(await found('labels.*:labels~1'), [['/fuzzy 10:00'], ['/fuzzy 10:00']])
  })
})
