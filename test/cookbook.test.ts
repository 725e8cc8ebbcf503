// docs/cookbook.md shows what its commands print; `node docs/generate-outputs.ts` writes the outputs into it.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { commandLines, sectionsOf } from '../docs/console-blocks.ts'
import { commands } from '../src/commands/index.ts'
import { testShownOutputs } from './shown-outputs.ts'

const page = readFileSync(join(import.meta.dirname, '../docs/cookbook.md'), 'utf8')
const lines = commandLines(page)

await testShownOutputs(page)

test('at least thirty questions, each with a command', () => {
  const questions = sectionsOf(page).filter(({ text }) => text.startsWith('### '))
  assert.ok(questions.length >= 30, `${questions.length}`)
  for (const { title, text } of questions) assert.ok(commandLines(text).length > 0, title)
})

/** They ask a service on this host, or are a page of their own. */
const elsewhere = ['explore', 'memcached']

test('every command that asks the store has a question', () => {
  const asking = commands
    .filter(({ name, group }) => group === 'Ask' && !elsewhere.includes(name))
    .map(({ name }) => name)
  for (const name of [...asking, 'export'])
    assert.ok(
      lines.some((line) => line.includes(`mitra ${name} `)),
      name,
    )
})

for (const option of [
  '--all',
  '--without',
  '--silent',
  '--at',
  '--day',
  '--over-time',
  '--effective',
  '--peers',
  '--group-by',
  '--rules',
])
  test(`there is a question for ${option}`, () =>
    assert.ok(lines.some((line) => line.includes(` ${option} `) || line.endsWith(` ${option}`))))
