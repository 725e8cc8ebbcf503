// docs/commands.md says what the declarations say, and the declarations are whole.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { page, pagePath } from '../../docs/generate-commands.ts'
import { commandHelp, programHelp } from '../../src/commands/help.ts'
import { commands } from '../../src/commands/index.ts'

test('docs/commands.md is up to date', async () => {
  assert.equal(readFileSync(pagePath, 'utf8'), await page(), 'run `node docs/generate-commands.ts`')
})

for (const entry of commands)
  test(`mitra ${entry.name} documents every option and has an example that begins with its name`, async () => {
    const definition = await entry.load()
    const text = readFileSync(pagePath, 'utf8')
    for (const name of Object.keys(definition.options)) assert.ok(text.includes(`--${name}`), name)
    assert.ok(definition.examples.length > 0)
    for (const { line } of definition.examples) assert.match(line, new RegExp(`mitra ${entry.name}\\b`))
    for (const { summary } of [entry, ...Object.values(definition.options), ...Object.values(definition.arguments)])
      assert.match(summary, /^[^a-z].*\.$/, 'a sentence')
    const letters = Object.values(definition.options).flatMap(({ short }) => short ?? [])
    assert.equal(new Set(letters).size, letters.length, 'one letter, one option')
  })

for (const entry of commands)
  test(`help of mitra ${entry.name} fits the terminal and has description, defaults and example`, async () => {
    const definition = await entry.load()
    const help = commandHelp(entry, definition, 80)
    const [first = ''] = definition.examples
    assert.ok(first !== '' && help.includes(first.line))
    const [beforeExamples = ''] = help.split('\nExamples:\n')
    for (const line of beforeExamples.split('\n')) assert.ok(line.length <= 80, line)
    for (const [name, option] of Object.entries(definition.options)) {
      assert.ok(help.includes(`--${name}`))
      const fallback = option.defaultText ?? option.default
      if (fallback) assert.ok(help.replace(/\s+/g, ' ').includes(`default: ${fallback}`), `${name}: ${fallback}`)
    }
  })

test('help of the program names every command', () => {
  const help = programHelp(80)
  for (const { name } of commands) assert.match(help, new RegExp(`^ {2}${name} `, 'm'))
})
