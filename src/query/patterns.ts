// Patterns as tests of one word or one whole value, each of them safe to run on any text.
import type { Pattern } from './ast.ts'
import { withinDistance } from './edit-distance.ts'
import { RegexpAutomaton } from './regexp-automaton.ts'
import { parseRegexp, type RegexpTree } from './regexp-syntax.ts'
import { wildcardPrefix, wildcardTest } from './wildcard.ts'

/** A test of a whole text; throws QuerySyntaxError for a regular expression that cannot be read. */
export function compilePattern(pattern: Pattern): (text: string) => boolean {
  switch (pattern.kind) {
    case 'wildcard':
      return wildcardTest(pattern.source)
    case 'fuzzy':
      return withinDistance(pattern.source, pattern.distance)
    case 'regexp': {
      const automaton = new RegexpAutomaton(parseRegexp(pattern.source))
      return (text) => automaton.matches(text)
    }
    default:
      return pattern satisfies never
  }
}

/** What every match starts with; empty when nothing is sure. */
export function literalPrefix(pattern: Pattern): string {
  switch (pattern.kind) {
    case 'wildcard':
      return wildcardPrefix(pattern.source)
    case 'fuzzy':
      return pattern.distance === 0 ? pattern.source : ''
    case 'regexp':
      return prefixOf(parseRegexp(pattern.source)).text
    default:
      return pattern satisfies never
  }
}

/** The edits Elasticsearch's AUTO allows a term. */
export function automaticDistance(text: string): number {
  const length = Array.from(text).length
  if (length < 3) return 0
  return length < 6 ? 1 : 2
}

interface Prefix {
  text: string
  /** The expression means this text and nothing else. */
  whole: boolean
}

function prefixOf(tree: RegexpTree): Prefix {
  switch (tree.kind) {
    case 'empty':
      return { text: '', whole: true }
    case 'set': {
      const [first = 0, last] = tree.set
      const single = tree.set.length === 2 && first === last
      return { text: single ? String.fromCodePoint(first) : '', whole: single }
    }
    case 'concat':
      return prefixOfSequence(tree.parts)
    case 'union':
      return { text: tree.parts.map((part) => prefixOf(part).text).reduce(shared), whole: false }
    case 'intersection':
      return { text: tree.parts.map((part) => prefixOf(part).text).reduce(longer), whole: false }
    case 'repeat':
      return { text: tree.least > 0 ? prefixOf(tree.part).text : '', whole: false }
    case 'none':
    case 'complement':
      return { text: '', whole: false }
    default:
      return tree satisfies never
  }
}

function prefixOfSequence(parts: readonly RegexpTree[]): Prefix {
  let text = ''
  for (const part of parts) {
    const prefix = prefixOf(part)
    text += prefix.text
    if (!prefix.whole) return { text, whole: false }
  }
  return { text, whole: true }
}

function shared(left: string, right: string): string {
  const a = Array.from(left)
  const b = Array.from(right)
  const differs = a.findIndex((character, index) => character !== b[index])
  return differs < 0 ? left : a.slice(0, differs).join('')
}

function longer(left: string, right: string): string {
  return left.length >= right.length ? left : right
}
