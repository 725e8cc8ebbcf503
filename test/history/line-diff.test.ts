import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { hunkHeading, hunksOf, patchName, signedLines } from '../../src/history/hunks.ts'
import { diffLines, linesOf } from '../../src/history/line-diff.ts'
import { temporaryFolder } from '../commands/mitra.ts'

const folder = temporaryFolder()
const isPatchMissing = spawnSync('patch', ['--version']).error !== undefined

function unified(before: string, after: string, context: number, name: string): string {
  const text = ['--- a/', '+++ b/'].map((side) => side.slice(0, 4) + patchName(side.slice(4) + name)).join('\n')
  const hunks = [...hunksOf(before, diffLines(before, after), context)]
  return `${text}\n${hunks.map((hunk) => `${hunkHeading(hunk)}\n${[...signedLines(hunk)].join('')}`).join('')}`
}

/** What patch(1) makes of the old text, strictly: no fuzz, no offsets guessed at. */
function patched(before: string, patch: string): string {
  const [old, made] = [join(folder, 'old'), join(folder, 'made')]
  writeFileSync(old, before)
  writeFileSync(made, '')
  const ran = spawnSync('patch', ['--force', '--fuzz=0', '--posix', '-o', made, old], {
    input: patch,
    encoding: 'utf8',
  })
  assert.equal(ran.status, 0, `${ran.stdout}${ran.stderr}\n${patch}`)
  assert.doesNotMatch(ran.stdout, /fuzz|offset|Stripping/)
  return readFileSync(made, 'utf8')
}

/** Texts that have something in common: few different lines, any line end, sometimes none at the end. */
const lines = fc.constantFrom(
  '',
  'a',
  'b',
  'key = 1',
  'key = 2',
  '- x',
  '+ y',
  '@@ -1 +1 @@',
  '--- a/x',
  '\\',
  'ü€\u{1f600}',
  '\t',
  'r\rx',
)
const text = fc
  .tuple(
    fc.array(fc.tuple(fc.oneof(lines, fc.string({ unit: 'grapheme' })), fc.constantFrom('\n', '\r\n')), {
      maxLength: 40,
    }),
    fc.boolean(),
  )
  .map(([rows, isEnded]) => {
    const whole = rows.map(([line, end]) => line.replaceAll('\0', '') + end).join('')
    return isEnded ? whole : whole.replace(/\r?\n$/, '')
  })
const generated = { numRuns: 150 }

describe('patch(1) makes the new text of the old one', { skip: isPatchMissing ? 'patch is missing' : false }, () => {
  test('whatever the texts are', () => {
    fc.assert(
      fc.property(text, text, fc.nat(4), (before, after, context) => {
        fc.pre(before !== after)
        assert.equal(patched(before, unified(before, after, context, 'etc/file')), after)
      }),
      generated,
    )
  })

  for (const [title, before, after] of [
    ['an empty text', '', 'a\n'],
    ['a text that becomes empty', 'a\nb', ''],
    ['a last line that gets its end', 'a\nb', 'a\nb\n'],
    ['a last line that loses its end', 'a\nb\n', 'a\nb'],
    ['line ends that change', 'a\nb\n', 'a\r\nb\r\n'],
    ['a repeated end', 'a\n', 'a\na\n'],
  ] as const)
    test(title, () => assert.equal(patched(before, unified(before, after, 3, 'x')), after))

  test('names with blanks, quotes, line feeds and other letters are found', () => {
    for (const name of ['a b', 'a"b', 'a\\b', 'a\nb', 'ü', 'tab\tx']) {
      const root = temporaryFolder()
      writeFileSync(join(root, name), 'old\n')
      const patch = `--- ${patchName(`a/${name}`)}\tthen\n+++ ${patchName(`b/${name}`)}\tnow\n@@ -1 +1 @@\n-old\n+new\n`
      const ran = spawnSync('patch', ['-p1', '-d', root], { input: patch, encoding: 'utf8' })
      assert.equal(ran.status, 0, `${name}: ${ran.stdout}`)
      assert.equal(readFileSync(join(root, name), 'utf8'), 'new\n')
    }
  })
})

test('an edit is as short as can be', () => {
  const numbers = fc.array(fc.nat(4), { maxLength: 12 }).map((each) => each.map((line) => `${line}\n`))
  fc.assert(
    fc.property(numbers, numbers, (before, after) => {
      const { removed, added } = diffLines(before.join(''), after.join(''))
      assert.equal(removed + added, before.length + after.length - 2 * longestCommon(before, after))
    }),
  )
})

/** Lines of the longest common subsequence, by the book. */
function longestCommon(one: readonly string[], other: readonly string[]): number {
  let last = new Array(other.length + 1).fill(0)
  for (const line of one) {
    const row = [0]
    for (const [index, each] of other.entries())
      row.push(line === each ? last[index] + 1 : Math.max(last[index + 1], row[index] ?? 0))
    last = row
  }
  return last[other.length]
}

test('lines keep their ends, and only a line feed ends one', () => {
  assert.deepEqual([...linesOf('a\r\nb\rc\n\nd')], ['a\r\n', 'b\rc\n', '\n', 'd'])
  assert.deepEqual([...linesOf('')], [])
})

describe('100 MB of text', () => {
  const count = 2_000_000
  const row = (index: number) => `line ${index} of a text with about fifty characters\n`
  const before = Array.from({ length: count }, (_, index) => row(index)).join('')

  /** Slow machines take several seconds; without bounds it would be hours. */
  function timed(after: string) {
    const started = performance.now()
    const found = diffLines(before, after)
    const ms = performance.now() - started
    assert.ok(ms < 60_000, `${ms} ms`)
    return found
  }

  test('with lines changed far apart is compared line by line', () => {
    const after = Array.from({ length: count }, (_, index) => (index % 1000 === 7 ? `x${index}\n` : row(index))).join(
      '',
    )
    const found = timed(after)
    assert.deepEqual([found.edits.length, found.removed, found.added, found.isCoarse], [2000, 2000, 2000, false])
  })

  test('in another order is too different, and the diff says so and holds', () => {
    const after = Array.from({ length: count }, (_, index) => row((index * 7919 + 1) % count)).join('')
    const found = timed(after)
    assert.equal(found.isCoarse, true)
    const [edit] = found.edits
    assert.equal(found.edits.length, 1)
    assert.equal(
      before.slice(0, edit!.oldOffset) + edit!.added + before.slice(edit!.oldOffset + edit!.removed.length),
      after,
    )
  })
})
