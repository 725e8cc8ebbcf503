// What is typed for an analysed text becomes conditions on its words.
import type { Bound, Condition, Edge, Query } from './ast.ts'
import { automaticDistance } from './patterns.ts'
import { type WildcardPart, wildcardParts } from './wildcard.ts'
import { foldWord, wordsOf } from './words.ts'

type Leaf = Exclude<Query, { kind: 'all' | 'bool' | 'exists' }>

/** A condition on the words of one field; undefined when what was typed holds no word at all. */
export function wordsCondition(query: Leaf, field: string): Condition | undefined {
  switch (query.kind) {
    case 'term':
    case 'phrase': {
      const words = wordsOf(query.text)
      return words.length === 0
        ? undefined
        : { kind: 'words', field, words, slop: query.kind === 'phrase' ? query.slop : 0 }
    }
    case 'wildcard':
      return wildcardCondition(query.pattern, field)
    case 'fuzzy':
      return allOf(
        wordsOf(query.text).map((source) => {
          const distance = query.distance === 'auto' ? automaticDistance(source) : query.distance
          return { kind: 'word_pattern', field, pattern: { kind: 'fuzzy', source, distance } }
        }),
      )
    case 'regexp':
      return { kind: 'word_pattern', field, pattern: { kind: 'regexp', source: query.pattern } }
    case 'range':
      return {
        kind: 'range',
        field,
        on: 'words',
        ...(query.lower ? { lower: foldedEdge(query.lower) } : {}),
        ...(query.upper ? { upper: foldedEdge(query.upper) } : {}),
      }
    default:
      return query satisfies never
  }
}

/**
 * A wildcard is about one word. One that names separators too (`net.core.som*`) is cut there as text is: its whole words must
 * follow each other where they stand together, its wild words may be anywhere.
 */
function wildcardCondition(pattern: string, field: string): Condition | undefined {
  const pieces = piecesOf(wildcardParts(pattern))
  const conditions: Condition[] = []
  let words: string[] = []
  const endPhrase = () => {
    if (words.length > 0) conditions.push({ kind: 'words', field, words, slop: 0 })
    words = []
  }
  for (const piece of pieces) {
    if (piece.every((part) => typeof part === 'object')) {
      words.push(foldWord(sourceOf(piece)))
      continue
    }
    endPhrase()
    const source = sourceOf(piece)
    if (source !== '*' || pieces.length === 1) {
      conditions.push({ kind: 'word_pattern', field, pattern: { kind: 'wildcard', source } })
    }
  }
  endPhrase()
  if (conditions.length > 0 || pieces.length === 0) return allOf(conditions)
  return { kind: 'word_pattern', field, pattern: { kind: 'wildcard', source: '*' } }
}

function piecesOf(parts: readonly WildcardPart[]): WildcardPart[][] {
  const pieces: WildcardPart[][] = [[]]
  for (const part of parts) {
    if (typeof part === 'object' && wordsOf(part.literal).length === 0) pieces.push([])
    else pieces.at(-1)!.push(part)
  }
  return pieces.filter((piece) => piece.length > 0)
}

function sourceOf(piece: readonly WildcardPart[]): string {
  return piece.map((part) => (part === 'any' ? '*' : part === 'one' ? '?' : foldWord(part.literal))).join('')
}

function foldedEdge({ text, inclusive }: Bound): Edge {
  return { value: Array.from(text, foldWord).join(''), inclusive }
}

/** All of these at once; undefined when there is none. */
export function allOf(conditions: Condition[]): Condition | undefined {
  if (conditions.length < 2) return conditions[0]
  return { kind: 'bool', must: conditions, should: [], must_not: [] }
}

/** Any one of these; undefined when there is none. */
export function anyOf(conditions: Condition[]): Condition | undefined {
  if (conditions.length < 2) return conditions[0]
  return { kind: 'bool', must: [], should: conditions, must_not: [] }
}
