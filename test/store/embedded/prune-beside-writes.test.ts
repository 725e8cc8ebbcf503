// A prune goes on in slices: what is written between two of them, by whomever, must not lose what the prune was about to drop.
import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Condition } from '../../../src/query/ast.ts'
import { openEmbeddedStore } from '../../../src/store/embedded/driver.ts'
import type { Store } from '../../../src/store/store.ts'
import { documentOf } from '../document-of.ts'

const states = 40
const now = Date.parse('2026-11-18T12:00:00Z')
const stateOf = (index: number) => ({ content: `word${index} of a text`, 'sysctl.vm.swappiness': index })

/** Old states that a prune drops, all of which come back at other paths while it does. */
async function writesBesidePrune(pruned: Store, written: Store): Promise<void> {
  for (let index = 0; index < states; index++) {
    const at = new Date(Date.UTC(2026, 9, 1) + index * 60_000).toISOString()
    await written.write([documentOf('h', '/a', at, stateOf(index))])
  }
  await written.write([documentOf('h', '/a', '10:00', { content: 'new' })])
  let isPruning = true
  const prune = pruned.prune({ days: 1, history: 1 }, now, { dryRun: false }).finally(() => {
    isPruning = false
  })
  let index = 0
  for (; isPruning || index < states; index++) {
    await written.write([documentOf('h', `/b${index}`, '11:00', stateOf(index % states))])
    await nextTurn()
  }
  await prune
  const view = { kind: 'latest' } as const
  for (let each = 0; each < index; each++) {
    const document = await written.get('h', `/b${each}`)
    assert.equal(document?.content, stateOf(each % states).content)
    assert.equal(document?.['sysctl.vm.swappiness'], each % states)
  }
  for (let each = 0; each < states; each++) {
    const holders = Math.ceil((index - each) / states)
    const swappiness: Condition = {
      kind: 'value',
      field: 'sysctl.vm.swappiness',
      value: { text: `${each}`, number: each },
    }
    assert.equal(await written.count({ condition: swappiness, view }), holders)
    const word: Condition = { kind: 'words', field: 'content', words: [`word${each}`], slop: 0 }
    assert.equal(await written.count({ condition: word, view }), holders)
  }
}

const newPath = () => join(mkdtempSync(join(tmpdir(), 'mitra-prune-')), 'mitra.db')

test('writes of the same store lose nothing to a prune', async () => {
  const store = await openEmbeddedStore(newPath(), { mustExist: false })
  await writesBesidePrune(store, store)
  await store.close()
})

test('writes of another store on the file lose nothing to a prune', async () => {
  const path = newPath()
  const written = await openEmbeddedStore(path, { mustExist: false })
  const pruned = await openEmbeddedStore(path, { mustExist: true })
  await writesBesidePrune(pruned, written)
  await pruned.close()
  await written.close()
})
