// Which lines differ between two texts, in bounded time and memory whatever the texts are.
import { diffArrays } from 'diff'

/** Lines of the old text that gave way to lines of the new one; either may be none. */
export interface LineEdit {
  /** Lines before it, in the old and in the new text. */
  oldStart: number
  newStart: number
  /** How many lines gave way to how many. */
  oldLines: number
  newLines: number
  /** Where they begin in the old text, in UTF-16 units. */
  oldOffset: number
  /** These lines with their ends; the last line of a text may lack its end. */
  removed: string
  added: string
}

export interface LineDiff {
  /** In order, with at least one unchanged line between two of them. */
  edits: readonly LineEdit[]
  /** Lines. */
  removed: number
  added: number
  /** Too different to compare line by line: all true, but the one edit may hold lines that did not change. */
  isCoarse: boolean
}

/** Numbers of lines in the part of the texts that differs, ends excluded. */
interface Range {
  oldStart: number
  oldEnd: number
  newStart: number
  newEnd: number
}

/** Lines compared in all, in both texts together; more would take long and much memory. */
const mostLines = 5_000_000
/** Comparisons of two lines a diff may take: about a second. */
const mostSteps = 200_000_000
/** Lines inserted and deleted beyond which a diff is no reading matter; memory grows with its square. */
const mostEdits = 3000
const fewestEdits = 64

/** The shortest way from one text to the other. Lines end at LF; a CR before it belongs to the line. */
export function diffLines(before: string, after: string): LineDiff {
  const start = commonStart(before, after)
  const end = commonEnd(before, after, start)
  const oldPart = new Lines(before.slice(start, before.length - end))
  const newPart = new Lines(after.slice(start, after.length - end))
  const ranges = differingRanges(oldPart, newPart)
  const skipped = countLines(before.slice(0, start))
  const whole = { oldStart: 0, oldEnd: oldPart.count, newStart: 0, newEnd: newPart.count }
  const edits = (ranges ?? [whole]).map(({ oldStart, oldEnd, newStart, newEnd }) => ({
    oldStart: skipped + oldStart,
    newStart: skipped + newStart,
    oldLines: oldEnd - oldStart,
    newLines: newEnd - newStart,
    oldOffset: start + oldPart.offset(oldStart),
    removed: oldPart.slice(oldStart, oldEnd),
    added: newPart.slice(newStart, newEnd),
  }))
  return {
    edits,
    removed: edits.reduce((sum, edit) => sum + edit.oldLines, 0),
    added: edits.reduce((sum, edit) => sum + edit.newLines, 0),
    isCoarse: ranges === undefined,
  }
}

/** The lines of a text with their line ends, one by one; none of an empty one. */
export function* linesOf(text: string): Generator<string> {
  for (let start = 0; start < text.length; ) {
    const end = lineEnd(text, start)
    yield text.slice(start, end)
    start = end
  }
}

/** A text by the numbers of its lines. Where lines begin is not looked up before it is asked for. */
class Lines {
  readonly #text: string
  readonly count: number
  #starts: Uint32Array | undefined

  constructor(text: string) {
    this.#text = text
    this.count = countLines(text)
  }

  slice(from: number, to: number): string {
    return this.#text.slice(this.offset(from), this.offset(to))
  }

  offset(line: number): number {
    if (line === 0) return 0
    if (line === this.count) return this.#text.length
    this.#starts ??= this.#findStarts()
    return this.#starts[line] ?? this.#text.length
  }

  /** A number for each line, the same for equal lines of all texts numbered with the same map. */
  numbered(numbers: Map<string, number>): Uint32Array {
    const numbered = new Uint32Array(this.count)
    let index = 0
    for (const line of linesOf(this.#text)) {
      let number = numbers.get(line)
      if (number === undefined) {
        number = numbers.size
        numbers.set(line, number)
      }
      numbered[index++] = number
    }
    return numbered
  }

  #findStarts(): Uint32Array {
    const starts = new Uint32Array(this.count + 1)
    for (let index = 1; index <= this.count; index++) starts[index] = lineEnd(this.#text, starts[index - 1] ?? 0)
    return starts
  }
}

/** Undefined when the limits forbid to find out. */
function differingRanges(oldPart: Lines, newPart: Lines): Range[] | undefined {
  if (oldPart.count === 0 && newPart.count === 0) return []
  if (oldPart.count + newPart.count > mostLines) return undefined
  const numbers = new Map<string, number>()
  const oldNumbers = oldPart.numbered(numbers)
  const newNumbers = newPart.numbered(numbers)
  const oldShared = sharedLines(oldNumbers, newNumbers, numbers.size)
  const newShared = sharedLines(newNumbers, oldNumbers, numbers.size)
  const affordable = Math.floor(mostSteps / (oldShared.length + newShared.length + 1))
  const changes = diffArrays(
    oldShared.map((index) => oldNumbers[index]),
    newShared.map((index) => newNumbers[index]),
    { maxEditLength: Math.max(fewestEdits, Math.min(mostEdits, affordable)) },
  )
  if (changes === undefined) return undefined
  const ranges: Range[] = []
  let [oldAt, newAt, oldEnd, newEnd] = [0, 0, 0, 0]
  const stays = (oldNext: number, newNext: number) => {
    if (oldNext > oldEnd || newNext > newEnd)
      ranges.push({ oldStart: oldEnd, oldEnd: oldNext, newStart: newEnd, newEnd: newNext })
    oldEnd = oldNext + 1
    newEnd = newNext + 1
  }
  for (const { added, removed, count } of changes) {
    if (removed) oldAt += count
    else if (added) newAt += count
    else for (let index = 0; index < count; index++) stays(oldShared[oldAt++] ?? 0, newShared[newAt++] ?? 0)
  }
  stays(oldPart.count, newPart.count)
  return ranges
}

/** Indices of the lines that the other text has too, wherever: no other line can be one that stays. */
function sharedLines(numbers: Uint32Array, others: Uint32Array, distinct: number): number[] {
  const isThere = new Uint8Array(distinct)
  for (const number of others) isThere[number] = 1
  const shared: number[] = []
  for (let index = 0; index < numbers.length; index++) if (isThere[numbers[index] ?? 0]) shared.push(index)
  return shared
}

const block = 65_536

/** Characters of the whole lines that both texts begin with. */
function commonStart(one: string, other: string): number {
  const most = Math.min(one.length, other.length)
  let at = 0
  while (at < most && one.slice(at, at + block) === other.slice(at, at + block)) at = Math.min(most, at + block)
  while (at < most && one.charCodeAt(at) === other.charCodeAt(at)) at++
  if (at === one.length && at === other.length) return at
  return at === 0 ? 0 : one.lastIndexOf('\n', at - 1) + 1
}

/** Characters of the whole lines that both texts end with, behind the start they have in common. */
function commonEnd(one: string, other: string, start: number): number {
  const most = Math.min(one.length, other.length) - start
  let size = 0
  const tail = (text: string, length: number) => text.slice(text.length - length, text.length - size)
  while (size < most && tail(one, Math.min(most, size + block)) === tail(other, Math.min(most, size + block)))
    size = Math.min(most, size + block)
  while (size < most && one.charCodeAt(one.length - size - 1) === other.charCodeAt(other.length - size - 1)) size++
  if (isLineStart(one, one.length - size, start) && isLineStart(other, other.length - size, start)) return size
  const newline = one.indexOf('\n', one.length - size)
  return newline === -1 ? 0 : one.length - newline - 1
}

function isLineStart(text: string, at: number, start: number): boolean {
  return at === start || text.charCodeAt(at - 1) === 10
}

function lineEnd(text: string, start: number): number {
  const newline = text.indexOf('\n', start)
  return newline === -1 ? text.length : newline + 1
}

function countLines(text: string): number {
  let count = 0
  for (let start = 0; start < text.length; start = lineEnd(text, start)) count++
  return count
}
