// What differs between two states, in the form that is asked for: lines, two columns, or keys.
import { contentChange } from '../history/change.ts'
import { type Hunk, hunksOf } from '../history/hunks.ts'
import { diffKeys, type KeyChange } from '../history/key-diff.ts'
import { diffLines } from '../history/line-diff.ts'
import type { Document, FieldValue } from '../snapshot/document.ts'

export type DifferenceForm = 'unified' | 'side' | 'keys'

export type Difference =
  | { kind: 'same' }
  | { kind: 'lines'; added: number; removed: number; hunks: Hunk[]; is_coarse: boolean; cut?: string }
  | { kind: 'keys'; of: string; changes: KeyChange[]; is_partial: boolean }
  /** Of at least one of them there is no text. */
  | { kind: 'bytes'; before: FieldValue | undefined; after: FieldValue | undefined }

/** Hunks beyond this many lines are not shown. */
const mostLines = 4000
const context = 3

/** By lines unless keys are asked for, or there are no lines to compare. */
export function differenceOf(before: Document, after: Document, form: DifferenceForm): Difference {
  if (form === 'keys' || before.content === undefined || after.content === undefined) {
    const keys = diffKeys(before, after)
    if (keys) return { kind: 'keys', of: keys.kind, changes: keys.changes, is_partial: keys.isPartial }
  }
  if (before.content !== undefined && after.content !== undefined) return lines(before.content, after.content)
  const change = contentChange(before, after, {})
  return change === undefined
    ? { kind: 'same' }
    : { kind: 'bytes', before: before['file.hash.sha256'], after: after['file.hash.sha256'] }
}

function lines(before: string, after: string): Difference {
  if (before === after) return { kind: 'same' }
  const diff = diffLines(before, after)
  const hunks: Hunk[] = []
  let shown = 0
  for (const hunk of hunksOf(before, diff, context)) {
    shown += hunk.oldLines + hunk.newLines
    hunks.push(hunk)
    if (shown > mostLines) break
  }
  const { added, removed, isCoarse } = diff
  const isCut = shown > mostLines
  return {
    kind: 'lines',
    added,
    removed,
    hunks,
    is_coarse: isCoarse,
    ...(isCut && { cut: 'the rest of the difference is left out' }),
  }
}

/** Whether both states have keys of one kind. */
export function hasKeys(before: Document, after: Document): boolean {
  return diffKeys(before, after) !== undefined
}
