// README shows what its commands print; `node docs/generate-outputs.ts` writes the outputs into it.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { commandLines } from '../docs/console-blocks.ts'
import { testShownOutputs } from './shown-outputs.ts'

const page = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')

await testShownOutputs(page)

test('the tour tells of the connections that were dropped and of the page cache that vanished', () => {
  const lines = commandLines(page).join('\n')
  for (const told of [
    /ListenDrops/,
    /drift sysctl\.net\.core\.somaxconn/,
    /when .*somaxconn:128/,
    /assert .*somaxconn/,
  ])
    assert.match(lines, told)
  for (const told of [/compare db1 \/proc\/meminfo/, /around db1 2026-11-17T14:03/]) assert.match(lines, told)
})

test('a newcomer reads it in a few minutes', () => {
  const prose = page.replace(/^```.*?^```/gms, '')
  assert.ok(page.split('\n').length <= 260, 'lines')
  assert.ok(prose.split(/\s+/).length <= 1200, 'words')
})
