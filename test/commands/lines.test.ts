import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Line, lineGroups } from '../../src/commands/lines.ts'

async function linesOf(chunks: readonly Uint8Array[]): Promise<Line[]> {
  const lines: Line[] = []
  for await (const group of lineGroups(
    (async function* () {
      yield* chunks
    })(),
  ))
    lines.push(...group)
  return lines
}

test('lines are the same however the bytes are cut into chunks', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: fc.constantFrom('a', 'é', '🙂', '\n', '\r\n') }),
      fc.array(fc.nat(40)),
      async (text, cuts) => {
        const bytes = Buffer.from(text)
        const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length]
        const chunks = places.slice(1).map((end, index) => bytes.subarray(places[index], end))
        const expected = text.split('\n')
        if (expected.at(-1) === '') expected.pop()
        const lines = await linesOf(chunks)
        assert.deepEqual(
          lines.map((line) => line.text),
          expected,
        )
        assert.deepEqual(
          lines.map((line) => line.number),
          expected.map((_, index) => index + 1),
        )
      },
    ),
  )
})

test('only the line that is not UTF-8 has no text', async () => {
  const lines = await linesOf([Buffer.from('one\n'), Buffer.from([0xff, 0x0a]), Buffer.from('three\nfour')])
  assert.deepEqual(lines, [
    { number: 1, text: 'one' },
    { number: 2, text: undefined },
    { number: 3, text: 'three' },
    { number: 4, text: 'four' },
  ])
  assert.deepEqual(
    (await linesOf([Buffer.from([0x61, 0x0a, 0xfe, 0x0a, 0x62])])).map((line) => line.text),
    ['a', undefined, 'b'],
  )
})

test('a line without end is refused before it fills the memory', async () => {
  const chunk = Buffer.alloc(64 * 1024 * 1024)
  await assert.rejects(linesOf([chunk, chunk, chunk, chunk, chunk]), /line 1 is longer than 256 MB/)
})
