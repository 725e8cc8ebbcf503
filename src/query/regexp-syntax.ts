// Lucene's regular expressions as a tree, all optional operators on: union, intersection, complement, intervals, any string.
// Grammar: lucene/core/src/java/org/apache/lucene/util/automaton/RegExp.java; as there, what stands where a character is expected
// is that character, whatever it means elsewhere.
import { anyCharacter, type CharacterSet, complementOf, setOf, unionOf } from './character-set.ts'
import { intervalTree } from './regexp-interval.ts'
import { QuerySyntaxError, quoted } from './syntax-error.ts'

export type RegexpTree =
  /** The empty language. */
  | { kind: 'none' }
  /** The empty text. */
  | { kind: 'empty' }
  | { kind: 'set'; set: CharacterSet }
  | { kind: 'concat' | 'union' | 'intersection'; parts: RegexpTree[] }
  | { kind: 'complement'; part: RegexpTree }
  /** Without `most` there is no upper limit. */
  | { kind: 'repeat'; part: RegexpTree; least: number; most?: number }

const longestRegexp = 1000
const deepestRegexp = 100
/** Positions of the expression with its counted repetitions written out: the memory and time a character may cost. */
const largestRegexp = 5000

/** The tree of an expression; throws QuerySyntaxError with the offset in the expression. */
export function parseRegexp(source: string): RegexpTree {
  if (source.length > longestRegexp) {
    throw new QuerySyntaxError(
      `the regular expression has ${source.length} characters, at most ${longestRegexp} are read`,
      0,
    )
  }
  if (source === '') return { kind: 'empty' }
  const input: Input = { source, at: 0, depth: 0 }
  const tree = readUnion(input)
  if (input.at < source.length) throw expected(input, 'the end')
  if (positionsOf(tree) > largestRegexp) {
    throw new QuerySyntaxError('the regular expression repeats too much to be run', 0, {
      next: 'use smaller numbers in braces',
    })
  }
  return tree
}

interface Input {
  source: string
  at: number
  depth: number
}

function readUnion(input: Input): RegexpTree {
  const parts = [readIntersection(input)]
  while (take(input, '|')) parts.push(readIntersection(input))
  return joined('union', parts)
}

function readIntersection(input: Input): RegexpTree {
  const parts = [readConcat(input)]
  while (take(input, '&')) parts.push(readConcat(input))
  return joined('intersection', parts)
}

function readConcat(input: Input): RegexpTree {
  const parts = [readRepeat(input)]
  while (input.at < input.source.length && !peek(input, ')|&')) parts.push(readRepeat(input))
  return joined('concat', parts)
}

function joined(kind: 'concat' | 'union' | 'intersection', parts: RegexpTree[]): RegexpTree {
  return parts.length === 1 ? parts[0]! : { kind, parts }
}

function readRepeat(input: Input): RegexpTree {
  let part = readComplement(input)
  while (true) {
    if (take(input, '?')) part = { kind: 'repeat', part, least: 0, most: 1 }
    else if (take(input, '*')) part = { kind: 'repeat', part, least: 0 }
    else if (take(input, '+')) part = { kind: 'repeat', part, least: 1 }
    else if (take(input, '{')) part = readBraces(input, part)
    else return part
  }
}

function readBraces(input: Input, part: RegexpTree): RegexpTree {
  const start = input.at
  const least = readInteger(input)
  if (least === undefined) throw expected(input, 'a number')
  const comma = take(input, ',')
  const most = comma ? readInteger(input) : least
  if (!take(input, '}')) throw expected(input, '"}"')
  if (most !== undefined && least > most) {
    throw new QuerySyntaxError(`expected the smaller number first in braces, found ${least},${most}`, start)
  }
  return { kind: 'repeat', part, least, ...(most === undefined ? {} : { most }) }
}

function readInteger(input: Input): number | undefined {
  const digits = /\d{0,9}/y
  digits.lastIndex = input.at
  const text = digits.exec(input.source)?.[0] ?? ''
  input.at += text.length
  return text === '' ? undefined : Number(text)
}

function readComplement(input: Input): RegexpTree {
  if (!take(input, '~')) return take(input, '[') ? readClass(input) : readSimple(input)
  return { kind: 'complement', part: nested(input, readComplement) }
}

function readClass(input: Input): RegexpTree {
  const negated = take(input, '^')
  let set = readClassPart(input)
  while (input.at < input.source.length && !peek(input, ']')) set = unionOf(set, readClassPart(input))
  if (!take(input, ']')) throw expected(input, '"]"')
  return ofSet(negated ? complementOf(set) : set)
}

function readClassPart(input: Input): CharacterSet {
  const start = input.at
  const escaped = readEscape(input)
  if (typeof escaped === 'object') return escaped
  const first = escaped ?? next(input)
  if (escaped === backslash || !take(input, '-')) return setOf([first, first])
  take(input, '\\')
  const last = next(input)
  if (first > last) throw new QuerySyntaxError('expected the smaller character first in the range', start)
  return setOf([first, last])
}

function readSimple(input: Input): RegexpTree {
  if (take(input, '.')) return ofSet(anyCharacter)
  if (take(input, '#')) return { kind: 'none' }
  if (take(input, '@')) return { kind: 'repeat', part: ofSet(anyCharacter), least: 0 }
  if (take(input, '"')) return literal(readUntil(input, '"'))
  if (take(input, '<')) return readInterval(input)
  if (take(input, '(')) {
    if (take(input, ')')) return { kind: 'empty' }
    const tree = nested(input, readUnion)
    if (!take(input, ')')) throw expected(input, '")"')
    return tree
  }
  const escaped = readEscape(input)
  if (typeof escaped === 'object') return ofSet(escaped)
  const codePoint = escaped ?? next(input)
  return ofSet(setOf([codePoint, codePoint]))
}

function readInterval(input: Input): RegexpTree {
  const start = input.at
  const numbers = /^(\d{1,10})-(\d{1,10})$/.exec(readUntil(input, '>'))
  if (!numbers) throw new QuerySyntaxError('expected two numbers as in <1-100> in the regular expression', start)
  return intervalTree(numbers[1]!, numbers[2]!)
}

const backslash = 92
const digit = setOf([48, 57])
const blank = setOf([9, 10], [13, 13], [32, 32])
const word = setOf([48, 57], [65, 90], [95, 95], [97, 122])
const classes: Record<string, CharacterSet> = {
  d: digit,
  D: complementOf(digit),
  s: blank,
  S: complementOf(blank),
  w: word,
  W: complementOf(word),
}

/** What a backslash stands for: a class, a literal character, or nothing when there is no backslash. */
function readEscape(input: Input): CharacterSet | number | undefined {
  const start = input.at
  if (!take(input, '\\')) return undefined
  const codePoint = next(input)
  const character = String.fromCodePoint(codePoint)
  const named = classes[character]
  if (named) return named
  if (!/[a-zA-Z]/.test(character)) return codePoint
  throw new QuerySyntaxError(`expected one of \\d \\D \\s \\S \\w \\W, found \\${character}`, start)
}

function nested(input: Input, read: (input: Input) => RegexpTree): RegexpTree {
  if (++input.depth > deepestRegexp) {
    throw new QuerySyntaxError(
      `expected at most ${deepestRegexp} nested groups in the regular expression, found more`,
      input.at,
    )
  }
  const tree = read(input)
  input.depth--
  return tree
}

function readUntil(input: Input, end: string): string {
  const start = input.at
  const found = input.source.indexOf(end, start)
  if (found < 0) {
    input.at = input.source.length
    throw expected(input, `"${end}"`)
  }
  input.at = found + 1
  return input.source.slice(start, found)
}

function literal(text: string): RegexpTree {
  const parts = Array.from(text, (character) => {
    const codePoint = character.codePointAt(0)!
    return ofSet(setOf([codePoint, codePoint]))
  })
  return parts.length === 0 ? { kind: 'empty' } : joined('concat', parts)
}

function ofSet(set: CharacterSet): RegexpTree {
  return set.length === 0 ? { kind: 'none' } : { kind: 'set', set }
}

function peek({ source, at }: Input, characters: string): boolean {
  const character = source[at]
  return character !== undefined && characters.includes(character)
}

function take(input: Input, character: string): boolean {
  if (input.source[input.at] !== character) return false
  input.at++
  return true
}

function next(input: Input): number {
  const codePoint = input.source.codePointAt(input.at)
  if (codePoint === undefined) throw expected(input, 'a character')
  input.at += codePoint > 0xffff ? 2 : 1
  return codePoint
}

function expected({ source, at }: Input, what: string): QuerySyntaxError {
  const found = at >= source.length ? 'its end' : quoted(String.fromCodePoint(source.codePointAt(at)!))
  return new QuerySyntaxError(`expected ${what} in the regular expression, found ${found}`, at)
}

function positionsOf(tree: RegexpTree): number {
  switch (tree.kind) {
    case 'none':
    case 'empty':
    case 'set':
      return 1
    case 'complement':
      return positionsOf(tree.part)
    case 'repeat':
      return positionsOf(tree.part) * Math.max(1, tree.most ?? tree.least + 1)
    default:
      return tree.parts.reduce((sum, part) => sum + positionsOf(part), 0)
  }
}
