// Finds analysed words in a text without cutting all of it: the text is folded once, candidates come from indexOf.
import { foldWord, longestWord } from './words.ts'

/** A text prepared for scanning. `lower` has the offsets of the text. */
export interface ScannedText {
  text: string
  lower: string
}

/** Start and end offsets of a match, end excluded. */
export interface Span {
  start: number
  end: number
}

/** Lower case as `foldWord` makes it: per character, so that nothing moves. */
export function scanned(text: string): ScannedText {
  return { text, lower: foldText(text) }
}

// only these two fold differently in context or length (final sigma, dotted capital I)
const contextual = /[Σİ]/

function foldText(text: string): string {
  if (!contextual.test(text)) return text.toLowerCase()
  return text.replace(/./gsu, (character) => {
    const folded = foldWord(character)
    return folded.length === character.length ? folded : character
  })
}

/** The first place from an offset on where the words stand one after the other with nothing but separators between them. */
export function findWords({ lower }: ScannedText, words: readonly string[], from = 0): Span | undefined {
  const first = words[0] ?? ''
  for (let start = lower.indexOf(first, from); start >= 0; start = lower.indexOf(first, start + 1)) {
    if (isWordBefore(lower, start)) continue
    const end = endOfWords(lower, words, start)
    if (end !== undefined) return { start, end }
  }
  return undefined
}

function endOfWords(lower: string, words: readonly string[], start: number): number | undefined {
  let at = start
  for (const [index, word] of words.entries()) {
    if (index > 0) at = endOfSeparators(lower, at)
    if (!lower.startsWith(word, at)) return undefined
    at += word.length
    if (isWordAt(lower, at)) {
      if (word.length < longestWord) return undefined
      while (isWordAt(lower, at)) at += lengthAt(lower, at)
    }
  }
  return at
}

function endOfSeparators(lower: string, start: number): number {
  let at = start
  while (at < lower.length && !isWordAt(lower, at)) at += lengthAt(lower, at)
  return at
}

const wordCharacter = /^[\p{L}\p{N}]/u
const asciiWord = Uint8Array.from({ length: 128 }, (_, code) => (wordCharacter.test(String.fromCharCode(code)) ? 1 : 0))

function isWordAt(text: string, at: number): boolean {
  const unit = text.charCodeAt(at)
  if (unit < 128) return asciiWord[unit] === 1
  return at < text.length && wordCharacter.test(String.fromCodePoint(text.codePointAt(at)!))
}

function isWordBefore(text: string, at: number): boolean {
  if (at === 0) return false
  const unit = text.charCodeAt(at - 1)
  if (unit < 128) return asciiWord[unit] === 1
  const isTrail = unit >= 0xdc00 && unit <= 0xdfff && at > 1
  const pair = isTrail ? text.codePointAt(at - 2)! : unit
  return wordCharacter.test(String.fromCodePoint(pair > 0xffff ? pair : unit))
}

function lengthAt(text: string, at: number): number {
  return text.codePointAt(at)! > 0xffff ? 2 : 1
}

const run = /[\p{L}\p{N}]+/gu

/** All words of a text as analysis makes them, each with its place. */
export function wordSpans(text: string): (Span & { word: string })[] {
  return Array.from(text.matchAll(run), ({ 0: word, index }) => ({
    word: foldWord(word),
    start: index,
    end: index + word.length,
  }))
}
