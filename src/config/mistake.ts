// How a mistake in the configuration is told: one line with file, line, key, rule and what was given.
import { ActionableError } from '../errors.ts'

/** Keys from the top of the document; elements of lists by their number. */
export type Path = readonly string[]

export interface Mistake {
  /** From 1; undefined when it concerns the whole file. */
  line: number | undefined
  text: string
  /** What to do about it, where the text does not say. */
  next?: string | undefined
}

const mostShown = 20

/** Every mistake on a line of its own, in the order of the file. Beyond 20 they are counted. */
export function mistakesError(file: string, mistakes: readonly Mistake[]): ActionableError {
  const name = file.replace(/\p{Cc}/gu, '?')
  const inOrder = mistakes.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0))
  const lines = inOrder
    .slice(0, mostShown)
    .map(({ line, text }) => `${line === undefined ? name : `${name}:${line}`}: ${text}`)
  if (mistakes.length > mostShown) lines.push(`${name}: ${mistakes.length - mostShown} more mistakes`)
  const next = inOrder.find((mistake) => mistake.next !== undefined)?.next
  return new ActionableError(lines.join('\n'), next === undefined ? {} : { next })
}

/** A path as people write it: `indexer.files[2].path`. */
export function keyOf(path: Path): string {
  return path
    .map((part, index) => {
      if (/^\d+$/.test(part) && index > 0) return `[${part}]`
      // What follows a colon is a value whose space was forgotten, and might be a secret.
      const name = /^[\w-]{1,60}$/.test(part) ? part : shown(part.replace(/:.+$/s, ':...'))
      return index > 0 ? `.${name}` : name
    })
    .join('')
}

/** What a value is, where the value itself has no place in a message. */
export function kindOf(value: unknown): string {
  if (typeof value === 'string') return 'a text'
  return typeof value === 'number' ? 'a number' : shown(value)
}

/**
 * A value as it may appear in a message: short, on one line, without characters a terminal would act on and without the
 * credentials an address may hold.
 */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'object') return 'a mapping'
  if (typeof value !== 'string') return String(value)
  const text = value.replace(/:.*@/s, ':...@')
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text).replace(
    /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** The known name closest to a mistyped one; undefined when none is close enough to be meant. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const lower = name.slice(0, 64).toLowerCase()
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(lower, candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)
  const best = ranked[0]
  return best && best.distance <= Math.max(1, Math.floor(lower.length / 3)) ? best.candidate : undefined
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one text into the other. */
function editDistance(from: string, to: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1]
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      current[column] = Math.min(
        last[column]! + 1,
        current[column - 1]! + 1,
        last[column - 1]! + (same ? 0 : 1),
        swapped ? beforeLast[column - 2]! + 1 : Number.POSITIVE_INFINITY,
      )
    }
    beforeLast = last
    last = current
  }
  return last[to.length]!
}
