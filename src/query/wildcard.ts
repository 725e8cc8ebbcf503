// Wildcard patterns: `*` any run of characters, `?` one character, a backslash makes the next one literal.

/** One step of a pattern: a literal character or what is wild. */
export type WildcardPart = { literal: string } | 'any' | 'one'

/** The pattern in steps; a backslash at its end stands for itself. */
export function wildcardParts(source: string): WildcardPart[] {
  const parts: WildcardPart[] = []
  const characters = Array.from(source)
  for (let index = 0; index < characters.length; index++) {
    const character = characters[index]!
    if (character === '*') {
      if (parts.at(-1) !== 'any') parts.push('any')
    } else if (character === '?') parts.push('one')
    else if (character === '\\' && index + 1 < characters.length) parts.push({ literal: characters[++index]! })
    else parts.push({ literal: character })
  }
  return parts
}

/** What every match starts with. */
export function wildcardPrefix(source: string): string {
  let prefix = ''
  for (const part of wildcardParts(source)) {
    if (typeof part === 'string') break
    prefix += part.literal
  }
  return prefix
}

/** A test of the whole text, without backtracking: runs between stars are found one after the other. */
export function wildcardTest(source: string): (text: string) => boolean {
  const parts = wildcardParts(source)
  const prefix = wildcardPrefix(source)
  if (parts.every((part) => typeof part === 'object')) return (text) => text === prefix
  const runs = runsBetweenStars(parts)
  if (!parts.includes('one') && source.isWellFormed())
    return literalRunsTest(runs.map((run) => literalsOf(run).join('')))
  return (text) => matchesByCharacter(parts, Array.from(text))
}

function runsBetweenStars(parts: readonly WildcardPart[]): WildcardPart[][] {
  const runs: WildcardPart[][] = [[]]
  for (const part of parts) {
    if (part === 'any') runs.push([])
    else runs.at(-1)!.push(part)
  }
  return runs
}

function literalsOf(run: readonly WildcardPart[]): string[] {
  return run.flatMap((part) => (typeof part === 'object' ? [part.literal] : []))
}

/** Stars alone between literals: the first is a prefix, the last a suffix, the others are found from left to right. */
function literalRunsTest(runs: readonly string[]): (text: string) => boolean {
  const first = runs[0] ?? ''
  const last = runs.at(-1) ?? ''
  const inner = runs.slice(1, -1).filter((run) => run !== '')
  return (text) => {
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false
    let at = first.length
    const end = text.length - last.length
    for (const run of inner) {
      const found = text.indexOf(run, at)
      if (found < 0 || found + run.length > end) return false
      at = found + run.length
    }
    return true
  }
}

/** Two pointers: on a mismatch the last star takes one character more. */
function matchesByCharacter(pattern: readonly WildcardPart[], text: readonly string[]): boolean {
  let at = 0
  let step = 0
  let starStep = -1
  let starAt = 0
  while (at < text.length) {
    const part = pattern[step]
    if (part === 'any') {
      starStep = step++
      starAt = at
    } else if (part === 'one' || part?.literal === text[at]) {
      at++
      step++
    } else if (starStep >= 0) {
      step = starStep + 1
      at = ++starAt
    } else return false
  }
  while (pattern[step] === 'any') step++
  return step === pattern.length
}
