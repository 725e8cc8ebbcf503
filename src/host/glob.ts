// Shell globs: `*`, `?`, `[…]`, `{a,b}` and `**`, with hidden files left to patterns that begin with a dot.

/** One part of a pattern between two slashes. */
export type Segment =
  | { kind: 'literal'; name: string }
  | { kind: 'pattern'; matches(name: string): boolean }
  /** `**`: any number of folders, none included. */
  | { kind: 'any_depth' }

type Token = { kind: 'star' } | { kind: 'any' } | { kind: 'char'; char: string } | CharacterClass
type CharacterClass = { kind: 'class'; negated: boolean; ranges: readonly (readonly [string, string])[] }

/** Alternatives that braces may stand for; beyond it braces are taken literally. */
const alternativesLimit = 1000

/** Whether a path has a character that means something in a glob. */
export function isGlob(path: string): boolean {
  return /[*?[{]/.test(path)
}

/** The segments of every alternative the braces of a pattern stand for. */
export function compileGlob(pattern: string): Segment[][] {
  return expandBraces(pattern).map((alternative) =>
    alternative
      .split('/')
      .filter((part) => part !== '' && part !== '.')
      .map(compileSegment),
  )
}

/** Whether a path is one a compiled glob finds, were it there. */
export function globMatches(alternatives: readonly Segment[][], path: string): boolean {
  const names = path.split('/').filter((part) => part !== '')
  return alternatives.some((segments) => segmentsMatch(segments, names))
}

function segmentsMatch(segments: readonly Segment[], names: readonly string[]): boolean {
  // Reached: how many names the segments so far may have taken. Linear in segments × names, whatever the pattern.
  let reached = new Set([0])
  for (const segment of segments) {
    const next = new Set<number>()
    for (const at of reached) {
      if (segment.kind === 'any_depth') {
        for (let to = at; to <= names.length; to++) {
          next.add(to)
          if (names[to]?.startsWith('.')) break
        }
      } else {
        const name = names[at]
        if (name !== undefined && segmentMatches(segment, name)) next.add(at + 1)
      }
    }
    reached = next
  }
  return reached.has(names.length)
}

function segmentMatches(segment: Exclude<Segment, { kind: 'any_depth' }>, name: string): boolean {
  return segment.kind === 'literal' ? segment.name === name : segment.matches(name)
}

function compileSegment(text: string): Segment {
  if (text === '**') return { kind: 'any_depth' }
  const tokens = tokenize(text)
  if (tokens.every((token) => token.kind === 'char'))
    return { kind: 'literal', name: tokens.map((token) => token.char).join('') }
  const showsHidden = tokens[0]?.kind === 'char' && tokens[0].char === '.'
  return { kind: 'pattern', matches: (name) => (showsHidden || !name.startsWith('.')) && matchTokens(tokens, name) }
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  const chars = [...text]
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i] as string
    if (char === '\\' && i + 1 < chars.length) tokens.push({ kind: 'char', char: chars[++i] as string })
    else if (char === '*') {
      if (tokens.at(-1)?.kind !== 'star') tokens.push({ kind: 'star' })
    } else if (char === '?') tokens.push({ kind: 'any' })
    else if (char === '[') {
      const found = readClass(chars, i)
      tokens.push(found?.token ?? { kind: 'char', char })
      if (found) i = found.end
    } else tokens.push({ kind: 'char', char })
  }
  return tokens
}

/** A `[` without its `]` is a plain character; a `]` right after the opening is one of the class. */
function readClass(chars: readonly string[], start: number): { token: CharacterClass; end: number } | undefined {
  let i = start + 1
  const negated = chars[i] === '!' || chars[i] === '^'
  if (negated) i++
  const ranges: [string, string][] = []
  for (let first = true; i < chars.length; first = false) {
    let from = chars[i] as string
    if (from === ']' && !first) return { token: { kind: 'class', negated, ranges }, end: i }
    if (from === '\\' && i + 1 < chars.length) from = chars[++i] as string
    const to = chars[i + 2]
    if (chars[i + 1] === '-' && to !== undefined && to !== ']') {
      ranges.push([from, to])
      i += 3
    } else {
      ranges.push([from, from])
      i++
    }
  }
  return undefined
}

/** Goes back to the last star only, so a hostile name costs at most its length times the pattern's. */
function matchTokens(tokens: readonly Token[], name: string): boolean {
  const chars = [...name]
  let token = 0
  let char = 0
  let star = -1
  let starChar = 0
  while (char < chars.length) {
    const current = tokens[token]
    if (current?.kind === 'star') {
      star = token++
      starChar = char
    } else if (current !== undefined && tokenMatches(current, chars[char] as string)) {
      token++
      char++
    } else if (star !== -1) {
      token = star + 1
      char = ++starChar
    } else return false
  }
  while (tokens[token]?.kind === 'star') token++
  return token === tokens.length
}

function tokenMatches(token: Exclude<Token, { kind: 'star' }>, char: string): boolean {
  if (token.kind === 'any') return true
  if (token.kind === 'char') return token.char === char
  const code = char.codePointAt(0) as number
  const inside = token.ranges.some(
    ([from, to]) => code >= (from.codePointAt(0) as number) && code <= (to.codePointAt(0) as number),
  )
  return inside !== token.negated
}

function expandBraces(pattern: string): string[] {
  let open = [pattern]
  const done: string[] = []
  while (open.length > 0) {
    if (open.length + done.length > alternativesLimit) return [pattern.replace(/[{}]/g, '\\$&')]
    const next: string[] = []
    for (const text of open) {
      const braces = findBraces(text)
      if (braces === undefined) done.push(text)
      else for (const choice of braces.choices) next.push(braces.before + choice + braces.after)
    }
    open = next
  }
  return done
}

/** The first pair of braces with a comma between them; others are plain characters, as in a shell. */
function findBraces(text: string): { before: string; choices: string[]; after: string } | undefined {
  for (let start = 0; start < text.length; start++) {
    if (text[start] === '\\') start++
    else if (text[start] === '{') {
      const choices: string[] = []
      let depth = 0
      let from = start + 1
      for (let i = start; i < text.length; i++) {
        const char = text[i]
        if (char === '\\') i++
        else if (char === '{') depth++
        else if (char === ',' && depth === 1) {
          choices.push(text.slice(from, i))
          from = i + 1
        } else if (char === '}' && --depth === 0) {
          if (choices.length === 0) break
          choices.push(text.slice(from, i))
          return { before: text.slice(0, start), choices, after: text.slice(i + 1) }
        }
      }
    }
  }
  return undefined
}
