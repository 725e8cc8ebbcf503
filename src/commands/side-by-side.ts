// Two texts in two columns, as `diff -y`: `|` between lines that differ, `<` and `>` beside lines that only one text has.
import { hunkHeading, hunksOf } from '../history/hunks.ts'
import { type LineDiff, linesOf } from '../history/line-diff.ts'
import { type Document, timeOf } from '../snapshot/document.ts'
import type { Paint, Style } from '../terminal/color.ts'
import { harmless } from '../terminal/harmless.ts'
import { localTime } from '../terminal/time.ts'
import { displayWidth, pad, truncate } from '../terminal/width.ts'
import { textOf } from './patch.ts'

export interface SideBySideForm {
  context: number
  paint: Paint
  /** Columns of the terminal. */
  width: number
}

const gutter = 3
const tabStop = 8

/** Lines longer than a column are cut. */
export function* sideBySide(
  before: Document,
  after: Document,
  diff: LineDiff,
  { context, paint, width }: SideBySideForm,
): Generator<string> {
  const column = Math.max(8, Math.floor((width - gutter) / 2))
  const row = (
    left: string | undefined,
    mark: string,
    right: string | undefined,
    styles: [Style, Style] | undefined,
  ) => {
    const [one, other] = [left, right].map((text) => truncate(cell(text ?? ''), column))
    const [first, second] = [pad(one ?? '', column), other ?? '']
    const painted = styles ? [paint(styles[0], first), paint(styles[1], second)] : [first, second]
    return `${`${painted[0]} ${mark} ${painted[1]}`.trimEnd()}\n`
  }
  yield row(headingOf(before), ' ', headingOf(after), ['bold', 'bold'])
  for (const hunk of hunksOf(textOf(before) ?? '', diff, context)) {
    yield `${paint('cyan', hunkHeading(hunk))}\n`
    for (const [index, { sign, text }] of hunk.parts.entries()) {
      const lines = [...linesOf(text)]
      if (sign === ' ') for (const line of lines) yield row(line, ' ', line, undefined)
      else {
        const other = hunk.parts[index + 1]
        const follows = sign === '-' && other?.sign === '+'
        if (sign === '+' && hunk.parts[index - 1]?.sign === '-') continue
        const [left, right] = sign === '-' ? [lines, follows ? [...linesOf(other.text)] : []] : [[], lines]
        for (let at = 0; at < Math.max(left.length, right.length); at++) {
          const mark = at >= left.length ? '>' : at >= right.length ? '<' : '|'
          yield row(left[at], mark, right[at], ['red', 'green'])
        }
      }
    }
  }
}

function headingOf(document: Document): string {
  return `${document['host.name']}  ${document['file.path']}  ${localTime(timeOf(document))}`
}

/** A line without its end, its tabs filled with blanks. */
function cell(line: string): string {
  const [first = '', ...rest] = harmless(line.replace(/\n$/, ''), 'tabs').split('\t')
  return rest.reduce((text, part) => text + ' '.repeat(tabStop - (displayWidth(text) % tabStop)) + part, first)
}
