// The lines of a text that hold a match, with the matches marked.
import type { Paint } from './color.ts'
import { harmless } from './harmless.ts'

/** Offsets in the text, end excluded. */
export interface Span {
  start: number
  end: number
}

export interface MatchingLine {
  /** From 1. */
  number: number
  text: string
  /** Offsets in the line. */
  spans: Span[]
}

/** The lines touched by the spans, in order, each with its share of them. Lines end at LF; a CR before it is left out. */
export function matchingLines(text: string, spans: readonly Span[]): MatchingLine[] {
  const ordered = [...spans].sort((a, b) => a.start - b.start || a.end - b.end)
  const lines: MatchingLine[] = []
  let number = 1
  let start = 0
  for (const span of ordered) {
    for (let from = span.start; ; ) {
      for (let end = lineEnd(text, start); end < from; end = lineEnd(text, start)) {
        start = end + 1
        number++
      }
      const end = lineEnd(text, start)
      addSpan(lines, { number, start, end, text }, { start: Math.max(from, start), end: Math.min(span.end, end) })
      if (span.end <= end + 1 || end >= text.length) break
      from = end + 1
    }
  }
  return lines
}

function addSpan(
  lines: MatchingLine[],
  line: { number: number; start: number; end: number; text: string },
  span: Span,
): void {
  let last = lines.at(-1)
  if (last?.number !== line.number) {
    last = { number: line.number, text: line.text.slice(line.start, line.end).replace(/\r$/, ''), spans: [] }
    lines.push(last)
  }
  const start = Math.max(span.start - line.start, last.spans.at(-1)?.end ?? 0)
  const end = Math.min(span.end - line.start, last.text.length)
  if (end > start) last.spans.push({ start, end })
}

function lineEnd(text: string, start: number): number {
  const end = text.indexOf('\n', start)
  return end === -1 ? text.length : end
}

/** One line, harmless, its matches painted; longer than `width` characters, it is cut to the part around the first match. */
export function highlight(line: MatchingLine, paint: Paint, width = Number.POSITIVE_INFINITY): string {
  const { from, to } = excerpt(line, width)
  let shown = from > 0 ? '…' : ''
  let at = from
  for (const span of line.spans) {
    if (span.start >= to) break
    if (span.end <= at) continue
    const start = Math.max(span.start, at)
    const end = Math.min(span.end, to)
    shown +=
      harmless(line.text.slice(at, start), 'tabs') + paint('match', harmless(line.text.slice(start, end), 'tabs'))
    at = end
  }
  return shown + harmless(line.text.slice(at, to), 'tabs') + (to < line.text.length ? '…' : '')
}

function excerpt(line: MatchingLine, width: number): { from: number; to: number } {
  const { text, spans } = line
  if (text.length <= width) return { from: 0, to: text.length }
  const first = spans[0]?.start ?? 0
  const from = Math.max(0, Math.min(first - Math.floor(width / 4), text.length - width))
  const to = Math.min(text.length, from + width - (from > 0 ? 1 : 0) - 1)
  return { from: atCharacter(text, from), to: atCharacter(text, to) }
}

/** The offset, or the one after it where it would cut a surrogate pair. */
function atCharacter(text: string, offset: number): number {
  const code = text.charCodeAt(offset)
  return code >= 0xdc00 && code <= 0xdfff ? offset + 1 : offset
}
