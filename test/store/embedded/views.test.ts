import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { parseQuery } from '../../../src/query/parser.ts'
import { resolveQuery } from '../../../src/query/resolve.ts'
import { openDatabase } from '../../../src/store/embedded/database.ts'
import { openEmbeddedStore } from '../../../src/store/embedded/driver.ts'
import { QueryCompiler } from '../../../src/store/embedded/query-compiler.ts'
import type { View } from '../../../src/store/store.ts'
import { temporaryFolder } from '../../commands/mitra.ts'

const file = join(temporaryFolder(), 'mitra.db')
await (await openEmbeddedStore(file, { mustExist: false })).close()
const database = await openDatabase(file, { mustExist: true })
const plain = new DatabaseSync(file)

const views: View[] = [
  { kind: 'latest' },
  { kind: 'days', from: 0, to: 1 },
  { kind: 'history' },
  { kind: 'moment', at: 0 },
]
const queries = [
  'content:[a TO b]',
  '_exists_:content',
  'content:word',
  'content:w*d',
  'sysctl.vm.swappiness:>1',
  'filename:/etc/* NOT hostname:a',
  'file.hash.sha256:*',
]

for (const view of views)
  test(`the candidates of a question in ${view.kind} are found by themselves, not once for each row`, () => {
    for (const query of queries) {
      const { sql, parameters } = new QueryCompiler(database, view).compile(resolveQuery(parseQuery(query)))
      // were it to lean on the question around it, it could not be asked alone
      assert.doesNotThrow(() => plain.prepare(sql).all(...parameters), `${query}: ${sql}`)
    }
  })
