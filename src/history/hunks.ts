// A diff of lines in the unified format, as POSIX and GNU describe it for diff(1) and patch(1).
import { type LineDiff, type LineEdit, linesOf } from './line-diff.ts'

/** Edits near one another with the unchanged lines around and between them. */
export interface Hunk {
  /** From 1; of no lines, the number of the line before. */
  oldStart: number
  oldLines: number
  newStart: number
  newLines: number
  parts: HunkPart[]
}

/** Whole lines with their ends, in order; what was removed stands before what was added in its place. */
export interface HunkPart {
  sign: ' ' | '-' | '+'
  text: string
}

/** The hunks of a diff of `before`, with up to `context` unchanged lines on each side. */
export function* hunksOf(before: string, { edits }: LineDiff, context: number): Generator<Hunk> {
  let near: LineEdit[] = []
  for (const edit of edits) {
    const last = near.at(-1)
    if (last && edit.oldStart - (last.oldStart + last.oldLines) > 2 * context) {
      yield hunkOf(before, near, context)
      near = []
    }
    near.push(edit)
  }
  if (near.length > 0) yield hunkOf(before, near, context)
}

/** `@@ -1,3 +1,4 @@` */
export function hunkHeading({ oldStart, oldLines, newStart, newLines }: Hunk): string {
  return `@@ -${rangeText(oldStart, oldLines)} +${rangeText(newStart, newLines)} @@`
}

/** Lines of a hunk with their signs and ends; a line that ends its text without a line feed says so on a line of its own. */
export function* signedLines({ parts }: Hunk): Generator<string> {
  for (const { sign, text } of parts)
    for (const line of linesOf(text)) yield line.endsWith('\n') ? sign + line : `${sign}${line}\n${noNewline}`
}

const noNewline = '\\ No newline at end of file\n'

/**
 * A file name for the heading of a patch, quoted as diff(1) and git(1) quote it where it holds quotes, backslashes, control
 * characters or others beyond ASCII.
 */
export function patchName(name: string): string {
  if (/^[\x20-\x7e]*$/.test(name) && !/["\\]/.test(name)) return name
  const quoted = Array.from(Buffer.from(name), (byte) => {
    const character = String.fromCharCode(byte)
    if (byte < 0x20 || byte > 0x7e) return `\\${byte.toString(8).padStart(3, '0')}`
    return character === '"' || character === '\\' ? `\\${character}` : character
  })
  return `"${quoted.join('')}"`
}

function hunkOf(before: string, edits: readonly LineEdit[], context: number): Hunk {
  const [first, last] = [edits[0], edits.at(-1)]
  if (!first || !last) throw new Error('a hunk without edits')
  const lead = linesBefore(before, first.oldOffset, context)
  const trail = linesAfter(before, last.oldOffset + last.removed.length, context)
  const parts: HunkPart[] = [{ sign: ' ', text: lead.text }]
  let at = first.oldOffset
  for (const { oldOffset, removed, added } of edits) {
    parts.push({ sign: ' ', text: before.slice(at, oldOffset) })
    parts.push({ sign: '-', text: removed }, { sign: '+', text: added })
    at = oldOffset + removed.length
  }
  parts.push({ sign: ' ', text: trail.text })
  const oldLines = lead.count + last.oldStart + last.oldLines - first.oldStart + trail.count
  const newLines = lead.count + last.newStart + last.newLines - first.newStart + trail.count
  return {
    oldStart: first.oldStart - lead.count + (oldLines > 0 ? 1 : 0),
    oldLines,
    newStart: first.newStart - lead.count + (newLines > 0 ? 1 : 0),
    newLines,
    parts: parts.filter(({ text }) => text !== ''),
  }
}

function linesBefore(text: string, end: number, most: number): { text: string; count: number } {
  let [start, count] = [end, 0]
  for (; count < most && start > 0; count++) start = start === 1 ? 0 : text.lastIndexOf('\n', start - 2) + 1
  return { text: text.slice(start, end), count }
}

function linesAfter(text: string, start: number, most: number): { text: string; count: number } {
  let [end, count] = [start, 0]
  for (; count < most && end < text.length; count++) {
    const newline = text.indexOf('\n', end)
    end = newline === -1 ? text.length : newline + 1
  }
  return { text: text.slice(start, end), count }
}

function rangeText(start: number, lines: number): string {
  return lines === 1 ? String(start) : `${start},${lines}`
}
