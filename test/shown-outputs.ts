// Tests that a page shows what its commands print, a test a heading.
import assert from 'node:assert/strict'
import { dirname } from 'node:path'
import { test } from 'node:test'
import { commandLines, renewedPage, sectionsOf } from '../docs/console-blocks.ts'
import { scenarioStore } from './scenario/scenario-store.ts'

export async function testShownOutputs(page: string): Promise<void> {
  const path = await scenarioStore()
  const asked = { options: ['--store', path], folder: dirname(path) }
  for (const { title, text } of sectionsOf(page)) {
    if (commandLines(text).length === 0) continue
    test(`shows what its commands print: ${title}`, async () => {
      assert.equal(text, await renewedPage(text, asked), 'run `node docs/generate-outputs.ts`')
    })
  }
}
