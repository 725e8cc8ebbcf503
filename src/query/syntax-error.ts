// What is wrong with a query, and where; and the two lines that show it: the query and a caret under the place.
import { ActionableError } from '../errors.ts'

/** A query that cannot be read. `offset` counts UTF-16 units from its start; the message is one line without the query. */
export class QuerySyntaxError extends ActionableError {
  readonly offset: number

  constructor(message: string, offset: number, options: { next?: string; cause?: unknown } = {}) {
    super(message, options)
    this.name = 'QuerySyntaxError'
    this.offset = offset
  }
}

/** The message, the query (a window of it when long) and a caret under the offending character: three lines. */
export function renderSyntaxError(error: QuerySyntaxError, query: string, columns = 80): string {
  return `${error.message}\n${caretLines(query, error.offset, columns)}`
}

/** The query as one harmless line of at most so many terminal columns, and below it a caret under the offset. */
export function caretLines(query: string, offset: number, columns = 80): string {
  const cells = cellsOf(query)
  const found = cells.findIndex((cell) => cell.end > offset)
  const caret = found < 0 ? cells.length : found
  const [first, last] = windowAround(cells, caret, Math.max(columns - 4, 10))
  const shown = cells.slice(first, last)
  const before = cells.slice(first, caret)
  const head = first > 0 ? '…' : ''
  const tail = last < cells.length ? '…' : ''
  const indent = ' '.repeat(head.length + widthOf(before))
  return `${head}${shown.map(({ text }) => text).join('')}${tail}\n${indent}^`
}

/** Source text for a message: quoted, on one line, harmless, at most 30 characters. */
export function quoted(text: string): string {
  const cells = cellsOf(text)
  const head = cells.slice(0, 30).map((cell) => cell.text)
  return `"${head.join('')}${cells.length > head.length ? '…' : ''}"`
}

interface Cell {
  text: string
  width: number
  /** Offset in the query just behind the character. */
  end: number
}

function cellsOf(text: string): Cell[] {
  let end = 0
  return Array.from(text, (character) => {
    end += character.length
    const shown = harmless(character)
    return { text: shown, width: columnsOf(shown), end }
  })
}

/** Grows from the caret to both sides while there is room, so that the caret is always inside. */
function windowAround(cells: readonly Cell[], caret: number, columns: number): [first: number, last: number] {
  let first = caret
  let last = caret
  let room = columns
  for (let grown = true; grown; ) {
    grown = false
    const next = cells[last]
    if (next && next.width <= room) {
      room -= next.width
      last++
      grown = true
    }
    const previous = cells[first - 1]
    if (previous && previous.width <= room) {
      room -= previous.width
      first--
      grown = true
    }
  }
  return [first, last]
}

function widthOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, { width }) => sum + width, 0)
}

const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u
const wide =
  /[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u

/** Tabs and line ends become a space, other control and formatting characters their picture or a replacement. */
function harmless(character: string): string {
  if (character === '\t' || character === '\n' || character === '\r') return ' '
  if (!unsafe.test(character)) return character
  const code = character.codePointAt(0) ?? 0
  if (code < 0x20) return String.fromCodePoint(0x2400 + code)
  return code === 0x7f ? '\u2421' : '\ufffd'
}

function columnsOf(character: string): number {
  if (/^\p{M}/u.test(character)) return 0
  return character === '\u3000' || wide.test(character) ? 2 : 1
}
