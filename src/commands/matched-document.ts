// A found document for people: a heading with its matching lines at a terminal, lines as grep prints them in a pipe.
import { namedFields, type Question } from '../query/question.ts'
import { type Document, timeOf } from '../snapshot/document.ts'
import type { Paint } from '../terminal/color.ts'
import { harmless } from '../terminal/harmless.ts'
import { highlight, type MatchingLine, matchingLines } from '../terminal/highlight.ts'
import { localTime } from '../terminal/time.ts'
import { counted } from '../terminal/units.ts'
import { textOf } from './listing.ts'

/** Matching lines shown of one document at a terminal. */
const shownLines = 5

/** Heading (host, path, local time), the fields the question names, the first matching lines. */
export function renderDocument(
  document: Document,
  question: Question,
  options: { paint: Paint; width: number; milliseconds: boolean },
): string {
  const { paint, width } = options
  const time = localTime(timeOf(document), options)
  const state = document['file.exists'] === false ? paint('yellow', '  removed') : ''
  const heading = `${paint('bold', harmless(document['host.name']))}  ${paint('cyan', harmless(document['file.path']))}  ${paint('dim', time)}${state}`
  const error = document['error.message']
  const fields = namedFields(document, question)
    .filter(([name]) => name !== 'error.message')
    .map(([name, value]) => `  ${paint('dim', `${harmless(name)}:`)} ${harmless(textOf(value))}`)
  if (error !== undefined) fields.push(`  ${paint('red', `error: ${harmless(textOf(error))}`)}`)
  const lines = linesOf(document, question)
  const digits = String(lines[Math.min(lines.length, shownLines) - 1]?.number ?? '').length
  const texts = lines
    .slice(0, shownLines)
    .map(
      (line) =>
        `  ${paint('dim', `${String(line.number).padStart(digits)}:`)} ${highlight(line, paint, Math.max(20, width - digits - 4))}`,
    )
  if (lines.length > shownLines) texts.push(paint('dim', `  … ${counted(lines.length - shownLines, 'more line')}`))
  return [heading, ...fields, ...texts, ''].map((line) => `${line}\n`).join('')
}

/** `host:path:line: text` for each matching line, `host:path:field: value` for each field named; else just `host:path`. */
export function grepLines(
  document: Document,
  question: Question,
  options: { paint: Paint; withTime: boolean },
): string {
  const { paint } = options
  const time = options.withTime ? `@${localTime(timeOf(document), { milliseconds: true })}` : ''
  const source = `${harmless(document['host.name'])}:${harmless(document['file.path'])}${time}`
  const fields = namedFields(document, question).map(
    ([name, value]) => `${source}:${harmless(name)}: ${harmless(textOf(value))}`,
  )
  const lines = linesOf(document, question).map((line) => `${source}:${line.number}: ${highlight(line, paint)}`)
  const all = [...fields, ...lines]
  return (all.length === 0 ? [source] : all).map((line) => `${line}\n`).join('')
}

function linesOf(document: Document, question: Question): MatchingLine[] {
  return document.content === undefined ? [] : matchingLines(document.content, question.spans(document.content))
}
