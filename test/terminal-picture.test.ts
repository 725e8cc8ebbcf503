// The picture at the top of README.md: it shows what the program answers, and nothing in it is markup but its own.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { commandLines, picturePath, terminalPicture } from '../docs/generate-terminal.ts'
import { escaped, picture } from '../docs/terminal-picture.ts'

const frame = { columns: 40, title: 'a session' }
const texts = (svg: string) => [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text]) => text)

test('docs/terminal.svg is up to date', async () => {
  const stale = 'run `node docs/generate-terminal.ts`'
  assert.equal(readFileSync(picturePath, 'utf8'), await terminalPicture(), stale)
})

test('the picture holds the commands of the script, no control characters and nothing to load', () => {
  const svg = readFileSync(picturePath, 'utf8')
  const shown = texts(svg).filter((text) => text?.startsWith('mitra '))
  assert.deepEqual(shown, commandLines.map(escaped))
  assert.doesNotMatch(svg, /[^\P{Cc}\n]/u)
  assert.doesNotMatch(svg, /<script|<style|href|url\(|@import/)
})

test('text of hosts stays text', () => {
  const svg = picture('</text><script>alert("1")</script> & \'x\'', { ...frame, title: '<b>' })
  assert.deepEqual(texts(svg), [escaped('</text><script>alert("1")</script> & \'x\'')])
  assert.doesNotMatch(svg, /<script|<b>/)
})

test('runs of a style stand in their columns', () => {
  const svg = picture('a  \x1b[1;31mbold\x1b[22;39m \x1b[2mdim\x1b[0m\n\x1b[96m日本\x1b[m x', frame)
  const places = [...svg.matchAll(/<text x="(\d+)" y="(\d+)" textLength="(\d+)"/g)].map((match) =>
    match.slice(1).map(Number),
  )
  assert.deepEqual(texts(svg), ['a', 'bold', 'dim', '日本', 'x'])
  assert.deepEqual(
    places.map(([x = 0, y, length = 0]) => [(x - 22) / 9, y, length / 9]),
    [
      [0, 61, 1],
      [3, 61, 4],
      [8, 61, 3],
      [0, 82, 4],
      [5, 82, 1],
    ],
  )
  assert.match(svg, /fill="#f07178" font-weight="bold">bold/)
  assert.match(svg, /fill="#d5dae3" opacity="0.65">dim/)
  assert.match(svg, /fill="#7fe3ef">日本/)
})

test('what cannot be drawn is refused', () => {
  for (const hostile of ['a\tb', '\x1b[Ka', 'a\rb', '\x1b]8;;x\x07', 'a\x7f'])
    assert.throws(() => picture(hostile, frame), /failed to draw .*: it holds control characters/)
  for (const code of [4, 38, 41, 99]) assert.throws(() => picture(`\x1b[${code}ma`, frame), /no such style/)
})
