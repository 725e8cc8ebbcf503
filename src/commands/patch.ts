// Two states as a patch: what `diff -u` prints and patch(1) takes, in colours and harmless at a terminal.
import { standingOf } from '../history/change.ts'
import { hunkHeading, hunksOf, patchName, signedLines } from '../history/hunks.ts'
import type { LineDiff } from '../history/line-diff.ts'
import { type Document, timeOf } from '../snapshot/document.ts'
import type { Paint, Style } from '../terminal/color.ts'
import { harmless } from '../terminal/harmless.ts'
import { localTime } from '../terminal/time.ts'

export interface PatchForm {
  /** Unchanged lines around each change. */
  context: number
  paint: Paint
  /** Write out what a terminal would obey; a patch for patch(1) holds the bytes as they are. */
  isHarmless: boolean
}

/** The text of a state; that of a removed one is empty, undefined where none is kept. */
export function textOf(document: Document): string | undefined {
  return standingOf(document) === 'removed' ? '' : document.content
}

/** Both headings and all hunks, piece by piece. */
export function* patchOf(before: Document, after: Document, diff: LineDiff, form: PatchForm): Generator<string> {
  yield* patchHeadings(before, after, form)
  const old = textOf(before) ?? ''
  for (const hunk of hunksOf(old, diff, form.context)) {
    yield `${form.paint('cyan', hunkHeading(hunk))}\n`
    for (const line of signedLines(hunk)) yield patchLine(line, form)
  }
}

export function* patchHeadings(before: Document, after: Document, { paint }: Pick<PatchForm, 'paint'>) {
  yield `${paint('bold', `--- ${patchHeading(before, 'a')}`)}\n`
  yield `${paint('bold', `+++ ${patchHeading(after, 'b')}`)}\n`
}

/** `a/etc/fstab`, then the time of the state and its host, which patch(1) passes over. */
function patchHeading(document: Document, side: 'a' | 'b'): string {
  const path = document['file.path']
  const name = standingOf(document) === 'removed' ? '/dev/null' : `${side}${path.startsWith('/') ? '' : '/'}${path}`
  return `${patchName(name)}\t${localTime(timeOf(document), { milliseconds: true })} ${harmless(document['host.name'])}`
}

const styles: Readonly<Record<string, Style>> = { '-': 'red', '+': 'green', '\\': 'dim' }

function patchLine(line: string, { paint, isHarmless }: PatchForm): string {
  if (!isHarmless) return line
  const text = harmless(line.replace(/\n$/, ''), 'tabs')
  const style = styles[line[0] ?? '']
  return `${style ? paint(style, text) : text}\n`
}
