// A patch for people: changed words marked within their lines.
import { type HunkPart, hunkHeading, hunksOf } from '../history/hunks.ts'
import type { LineDiff } from '../history/line-diff.ts'
import { diffWords, type WordPiece } from '../history/word-diff.ts'
import type { Document } from '../snapshot/document.ts'
import type { Paint } from '../terminal/color.ts'
import { harmless } from '../terminal/harmless.ts'
import { type PatchForm, patchHeadings, textOf } from './patch.ts'

/** Removed words as `[-word-]`, added ones as `{+word+}`, as `git diff --word-diff`; in colours without these marks. */
export function* wordPatch(before: Document, after: Document, diff: LineDiff, form: PatchForm): Generator<string> {
  yield* patchHeadings(before, after, form)
  for (const hunk of hunksOf(textOf(before) ?? '', diff, form.context)) {
    yield `${form.paint('cyan', hunkHeading(hunk))}\n`
    for (const pieces of wordsOf(hunk.parts)) {
      const text = pieces.map((piece) => marked(piece, form)).join('')
      yield text.endsWith('\n') ? text : `${text}\n`
    }
  }
}

/** What was removed together with what was added in its place. */
function* wordsOf(parts: readonly HunkPart[]): Generator<WordPiece[]> {
  for (const [index, part] of parts.entries()) {
    const next = parts[index + 1]
    if (part.sign === '-') yield diffWords(part.text, next?.sign === '+' ? next.text : '')
    else if (part.sign === ' ' || parts[index - 1]?.sign !== '-') yield [part]
  }
}

/** Line by line: a mark ends with its line. */
function marked({ sign, text }: WordPiece, { paint, isHarmless }: PatchForm): string {
  const shown = isHarmless ? harmless(text, 'tabs and lines') : text
  if (sign === ' ') return shown
  return shown.replace(/[^\n]+/g, (words) => mark(sign, words, paint))
}

function mark(sign: '-' | '+', words: string, paint: Paint): string {
  const painted = paint(sign === '-' ? 'red' : 'green', words)
  if (painted !== words) return painted
  return sign === '-' ? `[-${words}-]` : `{+${words}+}`
}
