// Runs what README shows: every command on `fleet.db`, and the whole tour's output, character by character.
// UPDATE_GOLDEN=1 writes the outputs into README.
import assert from 'node:assert/strict'
import { globSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { main } from '../src/cli.ts'
import { captured } from './commands/captured-io.ts'

const top = join(import.meta.dirname, '..')
const readme = join(top, 'README.md')
const store = join(mkdtempSync(join(tmpdir(), 'mitra-readme-')), 'fleet.db')

/** What a shell makes of the words: quotes taken away, the one glob spelt out. */
function wordsOf(line: string): string[] {
  const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '')
  return words.flatMap((word) =>
    word.includes('*.ndjson')
      ? globSync(word, { cwd: top })
          .sort()
          .map((file) => join(top, file))
      : [word],
  )
}

async function outputOf(line: string): Promise<string> {
  const { io, both } = captured({
    terminal: true,
    columns: 110,
    env: { NO_COLOR: '1' },
    now: Date.parse('2026-11-20T12:00:00Z'),
  })
  const [, , ...words] = wordsOf(line)
  await main(
    words.map((word) => (word === 'fleet.db' ? store : word)),
    io,
  )
  // what a terminal shows: a progress line is wiped again, and an import takes its own time
  const shown = both()
    .replace(/\r[^\n]*?\x1b\[K/g, '')
    .replace(/\x1b\[K/g, '')
  return shown
    .replace(/ in \d[^\n]*/, '')
    .replaceAll(store, 'fleet.db')
    .trimEnd()
}

test('README shows what its commands print', async () => {
  process.env['TZ'] = 'UTC'
  const text = readFileSync(readme, 'utf8')
  const blocks = [...text.matchAll(/```console\n([\s\S]*?)```/g)]
    .map(([, body = '']) => body)
    .filter((body) => body.includes('--store fleet.db'))
  assert.ok(blocks.length > 5)
  let renewed = text
  for (const block of blocks) {
    const commands = block.split('\n').filter((line) => line.startsWith('$ '))
    const shown: string[] = []
    for (const command of commands)
      shown.push([command, await outputOf(command.slice(2))].filter((part) => part !== '').join('\n'))
    const body = `${shown.join('\n\n')}\n`
    if (process.env['UPDATE_GOLDEN']) renewed = renewed.replace(block, () => body)
    else assert.equal(block, body)
  }
  if (renewed !== text) writeFileSync(readme, renewed)
})
