// Where a text shows what was asked for: the spans of words, phrases and patterns that concern `content`.
import type { Condition } from './ast.ts'
import { textWithin } from './code-point-order.ts'
import { fieldTest } from './field-meaning.ts'
import { compilePattern } from './patterns.ts'
import { sloppyMatches } from './sloppy-phrase.ts'
import { findWords, type Span, scanned, wordSpans } from './text-scan.ts'

/** Spans of the text, sorted and apart, that make `content` match; offsets are UTF-16 units, ends excluded. */
export function matchingSpans(condition: Condition, text: string): Span[] {
  const spans = spansOf(condition, text).sort((a, b) => a.start - b.start || a.end - b.end)
  const merged: Span[] = []
  for (const span of spans) {
    const last = merged.at(-1)
    if (last && span.start <= last.end) last.end = Math.max(last.end, span.end)
    else merged.push({ start: span.start, end: span.end })
  }
  return merged
}

function spansOf(condition: Condition, text: string): Span[] {
  switch (condition.kind) {
    case 'bool':
      return [...condition.must, ...condition.should].flatMap((each) => spansOf(each, text))
    case 'words':
      if (!meansContent(condition.field)) return []
      return condition.slop > 0 && condition.words.length > 1
        ? sloppySpans(condition.words, condition.slop, text)
        : phraseSpans(condition.words, text)
    case 'word_pattern':
      return meansContent(condition.field) ? spansOfWords(text, compilePattern(condition.pattern)) : []
    case 'range':
      return condition.on === 'words' && meansContent(condition.field)
        ? spansOfWords(text, textWithin(condition.lower, condition.upper))
        : []
    case 'all':
    case 'none':
    case 'value':
    case 'value_pattern':
    case 'exists':
      return []
    default:
      return condition satisfies never
  }
}

function meansContent(field: string): boolean {
  return field === 'content' || (field.includes('*') && fieldTest(field)('content'))
}

function phraseSpans(words: readonly string[], text: string): Span[] {
  const scan = scanned(text)
  const spans: Span[] = []
  for (let found = findWords(scan, words); found; found = findWords(scan, words, found.end)) spans.push(found)
  return spans
}

function sloppySpans(phrase: readonly string[], slop: number, text: string): Span[] {
  const words = wordSpans(text)
  const chosen = new Set<number>()
  const names = words.map(({ word }) => word)
  for (const positions of sloppyMatches(names, phrase, slop)) for (const position of positions) chosen.add(position)
  return words.filter((_, position) => chosen.has(position))
}

function spansOfWords(text: string, test: (word: string) => boolean): Span[] {
  return wordSpans(text).filter(({ word }) => test(word))
}
