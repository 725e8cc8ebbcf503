// Cuts a query into tokens, as Lucene's classic grammar does, with two readings of our own: a slash opens a regular expression
// only where it can be one (else a path), and a value after `field:` may hold colons (addresses, times).
// Grammar: lucene/queryparser/src/java/org/apache/lucene/queryparser/classic/QueryParser.jj
import type { Bound } from './ast.ts'
import { QuerySyntaxError, quoted } from './syntax-error.ts'

/** `start` and `end` are offsets in the query, end excluded. */
export type Token = { start: number; end: number } & (
  | { kind: 'and' | 'or' | 'not' | 'plus' | 'minus' | 'lparen' | 'rparen' | 'boost' | 'end' }
  /** A field name with its colon; `*` is wild in it, escaped or not. */
  | { kind: 'field'; name: string }
  /** `text` is unescaped; `pattern` keeps `*` and `?` wild and escapes the literal ones; `raw` is the source. */
  | { kind: 'word'; text: string; pattern: string; wild: boolean; raw: string }
  | { kind: 'quoted'; text: string }
  | { kind: 'regexp'; pattern: string }
  | { kind: 'fuzzy'; number?: number }
  | { kind: 'range'; lower?: Bound; upper?: Bound }
)

const whitespace = /[ \t\n\r\u3000]/
/** Ends a word unless escaped; `-`, `+` and `/` only count at its start. */
const delimiter = /[ \t\n\r\u3000!():^[\]"{}~]/
const operators = new Map<string, 'and' | 'or' | 'not'>([
  ['AND', 'and'],
  ['&&', 'and'],
  ['OR', 'or'],
  ['||', 'or'],
  ['NOT', 'not'],
])

/** The tokens of a query, the last of kind `end`; throws QuerySyntaxError when it comes to what is none. */
export function* tokensOf(text: string): Generator<Token, undefined> {
  let at = 0
  let afterField = false
  while (true) {
    at = skipWhitespace(text, at)
    const token = readToken(text, at, afterField)
    yield token
    afterField = token.kind === 'field'
    at = token.end
    if (token.kind === 'end') return undefined
  }
}

function readToken(text: string, start: number, afterField: boolean): Token {
  const character = text[start]
  const end = start + 1
  switch (character) {
    case undefined:
      return { kind: 'end', start, end: start }
    case '(':
      return { kind: 'lparen', start, end }
    case ')':
      return { kind: 'rparen', start, end }
    case '!':
      return { kind: 'not', start, end }
    case '+':
    case '-':
      if (isWhitespace(text[end])) return bareOperator(character, start)
      // a value such as -1 needs no escape: an operator cannot stand behind a colon
      if (afterField && isIn(text[end], isValueCharacter)) return readWord(text, start, isValueCharacter)
      return sign(character, start)
    case '"':
      return readQuoted(text, start)
    case '^':
      return readBoost(text, start)
    case '~':
      return readFuzzy(text, start)
    case '[':
    case '{':
      return readRange(text, start)
    case ']':
    case '}':
      throw new QuerySyntaxError(`expected a term, found ${quoted(character)} without its opening`, start)
    case '/':
      return readRegexp(text, start) ?? readWord(text, start, isPathCharacter)
    case ':':
      if (afterField) return readWord(text, start, isValueCharacter)
      throw new QuerySyntaxError('expected a term, found ":" without a field name before it', start)
    default:
      return afterField ? readWord(text, start, isValueCharacter) : readFieldOrWord(text, start)
  }
}

/** A sign with a space behind it is a word of its own, so that `a - b` is no negation. */
function bareOperator(character: string, start: number): Token {
  return {
    kind: 'word',
    text: character,
    pattern: character,
    wild: false,
    raw: `\\${character}`,
    start,
    end: start + 1,
  }
}

function sign(character: '+' | '-', start: number): Token {
  return { kind: character === '+' ? 'plus' : 'minus', start, end: start + 1 }
}

function readFieldOrWord(text: string, start: number): Token {
  const word = readWord(text, start, isWordCharacter)
  if (word.kind !== 'word') return word
  const colon = skipWhitespace(text, word.end)
  if (text[colon] !== ':') return word
  if (/^[<>]/.test(word.raw)) {
    throw new QuerySyntaxError(
      `expected a value after "${word.raw[0]}", found a field name: quote values with colons`,
      start,
    )
  }
  if (/^(?:\\.|[^?\\])*\?/s.test(word.pattern)) {
    throw new QuerySyntaxError('expected a field name, found "?": only * is wild in field names', start)
  }
  return { kind: 'field', name: word.text, start, end: colon + 1 }
}

/** Tells whether an unescaped character belongs to the word; `depth` counts its open parentheses. */
type Belongs = (character: string, depth: number) => boolean

const isWordCharacter: Belongs = (character) => !delimiter.test(character)
const isValueCharacter: Belongs = (character) => character === ':' || !delimiter.test(character)
const isPathCharacter: Belongs = (character, depth) => !isWhitespace(character) && (character !== ')' || depth > 0)

function isIn(character: string | undefined, belongs: Belongs): boolean {
  return character !== undefined && belongs(character, 0)
}

function readWord(text: string, start: number, belongs: Belongs): Token {
  let at = start
  let depth = 0
  let plain = ''
  let pattern = ''
  let wild = false
  while (at < text.length) {
    const character = text[at] ?? ''
    if (character === '\\') {
      const escaped = readEscape(text, at)
      plain += escaped.character
      pattern += literalInPattern(escaped.character)
      at = escaped.end
      continue
    }
    if (!belongs(character, depth)) break
    if (character === '(') depth++
    if (character === ')') depth--
    if (character === '*' || character === '?') wild = true
    plain += character
    pattern += character
    at++
  }
  const raw = text.slice(start, at)
  const operator = operators.get(raw)
  if (operator) return { kind: operator, start, end: at }
  return { kind: 'word', text: plain, pattern, wild, raw, start, end: at }
}

/** The character as a wildcard pattern has it when it stands for itself. */
export function literalInPattern(character: string): string {
  return character === '*' || character === '?' || character === '\\' ? `\\${character}` : character
}

function readEscape(text: string, start: number): { character: string; end: number } {
  const code = text.codePointAt(start + 1)
  if (code === undefined) throw new QuerySyntaxError('expected a character after "\\", found end of query', start)
  const character = String.fromCodePoint(code)
  if (character !== 'u') return { character, end: start + 1 + character.length }
  const digits = text.slice(start + 2, start + 6)
  if (!/^[0-9a-fA-F]{4}$/.test(digits)) {
    throw new QuerySyntaxError(`expected four hexadecimal digits after "\\u", found ${quoted(digits)}`, start)
  }
  return { character: String.fromCharCode(Number.parseInt(digits, 16)), end: start + 6 }
}

function readQuoted(text: string, start: number): { kind: 'quoted'; text: string; start: number; end: number } {
  let plain = ''
  let at = start + 1
  while (text[at] !== '"') {
    if (at >= text.length) throw new QuerySyntaxError('expected a closing quote, found end of query', start)
    if (text[at] === '\\') {
      const escaped = readEscape(text, at)
      plain += escaped.character
      at = escaped.end
    } else plain += text[at++]
  }
  return { kind: 'quoted', text: plain, start, end: at + 1 }
}

const regexpSyntax = /[.*+?()[\]{}|\\#@&<>~"]/

/** A regular expression where the text between two slashes has syntax of one and ends as a term does; else nothing. */
function readRegexp(text: string, start: number): Token | undefined {
  let close = start + 1
  while (close < text.length && text[close] !== '/') close += text[close] === '\\' ? 2 : 1
  if (close >= text.length) return undefined
  const pattern = text.slice(start + 1, close)
  const rest = text.slice(close + 1, close + 40)
  if (!regexpSyntax.test(pattern) || !/^(?:$|[ \t\n\r\u3000)]|\^\s*\d)/.test(rest)) return undefined
  return { kind: 'regexp', pattern, start, end: close + 1 }
}

function readBoost(text: string, start: number): Token {
  const number = /\d+(?:\.\d+)?/y
  number.lastIndex = skipWhitespace(text, start + 1)
  if (!number.test(text))
    throw new QuerySyntaxError(`expected a number after "^", found ${foundAt(text, start + 1)}`, start)
  return { kind: 'boost', start, end: number.lastIndex }
}

function readFuzzy(text: string, start: number): Token {
  const [all, number] = /^~(\d+(?:\.\d+)?)?/.exec(text.slice(start, start + 40)) ?? ['~']
  const end = start + all.length
  const next = text[end]
  if (next !== undefined && !delimiter.test(next)) {
    throw new QuerySyntaxError(`expected a number or a space after "~", found ${foundAt(text, end)}`, end)
  }
  return { kind: 'fuzzy', ...(number === undefined ? {} : { number: Number(number) }), start, end }
}

function readRange(text: string, start: number): Token {
  const opening = text[start] ?? ''
  const lower = readBound(text, skipWhitespace(text, start + 1), opening)
  const to = skipWhitespace(text, lower.end)
  if (!/^TO(?:$|[ \t\n\r\u3000"])/.test(text.slice(to, to + 3))) {
    throw new QuerySyntaxError(`expected TO in the range, found ${foundAt(text, to)}`, Math.min(to, text.length))
  }
  const upper = readBound(text, skipWhitespace(text, to + 2), 'TO')
  const close = skipWhitespace(text, upper.end)
  if (text[close] !== ']' && text[close] !== '}') {
    throw new QuerySyntaxError(`expected "]" or "}" at the end of the range, found ${foundAt(text, close)}`, close)
  }
  return {
    kind: 'range',
    ...(lower.open ? {} : { lower: { text: lower.text, inclusive: opening === '[' } }),
    ...(upper.open ? {} : { upper: { text: upper.text, inclusive: text[close] === ']' } }),
    start,
    end: close + 1,
  }
}

function readBound(text: string, start: number, after: string): { text: string; open: boolean; end: number } {
  if (text[start] === '"') return { ...readQuoted(text, start), open: false }
  let plain = ''
  let at = start
  while (at < text.length && !isWhitespace(text[at]) && text[at] !== ']' && text[at] !== '}') {
    const escaped = text[at] === '\\' ? readEscape(text, at) : undefined
    plain += escaped ? escaped.character : text[at]
    at = escaped ? escaped.end : at + 1
  }
  if (at === start)
    throw new QuerySyntaxError(`expected a value after "${after}", found ${foundAt(text, start)}`, start)
  return { text: plain, open: text.slice(start, at) === '*', end: at }
}

/** What stands at an offset, for a message. */
function foundAt(text: string, start: number): string {
  const at = skipWhitespace(text, start)
  if (at >= text.length) return 'end of query'
  const word = /^[^ \t\n\r\u3000()[\]{}]+/.exec(text.slice(at, at + 40))
  return quoted(word ? word[0] : (text[at] ?? ''))
}

function skipWhitespace(text: string, start: number): number {
  let at = start
  while (isWhitespace(text[at])) at++
  return at
}

function isWhitespace(character: string | undefined): boolean {
  return character !== undefined && whitespace.test(character)
}
