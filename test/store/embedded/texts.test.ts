import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { wordsOf } from '../../../src/query/words.ts'
import { hasLetter, outlineOf } from '../../../src/store/embedded/texts.ts'

const lettered = (text: string) => [...new Set(wordsOf(text))].filter(hasLetter).sort()

test('the outline of a text has the lettered words of the text', () => {
  const piece = fc.oneof(
    fc.constantFrom(' ', '\n', '\t', '_', '.', '-', ':', '0', '12', '1.5e3', 'node0', 'a', 'é', 'ß', '٣', '𝟙', 'K'),
    fc.string({ unit: 'binary', maxLength: 3 }),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join('')
      assert.deepEqual(lettered(outlineOf(text)), lettered(text))
    }),
    { numRuns: 2000 },
  )
})

test('samples of a table that differ in numbers and padding have one outline, others have not', () => {
  const sample = 'Node 0, zone   Normal\n  pages free     123456\n        min      7\n'
  assert.equal(outlineOf('Node 1, zone   Normal\n  pages free     9\n        min      17543\n'), outlineOf(sample))
  for (const other of [sample.replace('Normal', 'DMA32'), `${sample}sda1 5\n`])
    assert.notEqual(outlineOf(other), outlineOf(sample))
  assert.notEqual(outlineOf('sda1 5\n'), outlineOf('sda2 5\n'))
})
