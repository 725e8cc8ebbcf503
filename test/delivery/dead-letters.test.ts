import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createDeadLetters } from '../../src/delivery/dead-letters.ts'
import { newFolder, snapshot, start } from './open.ts'

const linesOf = (path: string) =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

test('appends lines of time, reason and document, in a folder made for it', () => {
  const path = join(newFolder(), 'made', 'letters.ndjson')
  const document = snapshot('/a', 'text\nof two lines', 0)
  createDeadLetters(path).add(start, 'mapping', document)
  createDeadLetters(path).add(start + 1, 'too large', document)
  assert.deepEqual(linesOf(path), [
    { time: '2026-11-18T10:00:00.000Z', reason: 'mapping', document },
    { time: '2026-11-18T10:00:00.001Z', reason: 'too large', document },
  ])
  assert.equal(statSync(path).mode & 0o777, 0o600)
})

test('keeps one file before the present one, each within the limit', () => {
  const folder = newFolder()
  const path = join(folder, 'letters.ndjson')
  const letters = createDeadLetters(path, 2000)
  for (let number = 0; number < 50; number++) letters.add(start + number, 'mapping', snapshot('/a', `${number}`, 0))
  assert.deepEqual(readdirSync(folder).sort(), ['letters.ndjson', 'letters.ndjson.1'])
  for (const file of [path, `${path}.1`]) assert.ok(statSync(file).size <= 2000)
  const kept = [...linesOf(`${path}.1`), ...linesOf(path)].map(({ document }) => Number(document.content))
  assert.equal(kept.at(-1), 49)
  assert.deepEqual(
    kept,
    Array.from(kept, (_number, index) => 50 - kept.length + index),
  )
})

test('names a document that is larger than the file may be', () => {
  const path = join(newFolder(), 'letters.ndjson')
  createDeadLetters(path, 2000).add(start, 'too large', snapshot('/a', 'x'.repeat(5000), 0))
  const [letter] = linesOf(path)
  assert.deepEqual(letter.document, { '@timestamp': '2026-11-18T10:00:00.000Z', 'host.name': 'h', 'file.path': '/a' })
  assert.ok(letter.omitted_bytes > 5000)
  assert.equal(letter.reason, 'too large')
})
