// A range of texts as a regular expression, for fields whose names are a pattern: there a range query has no beginning.

interface Bound {
  text: string
  inclusive: boolean
}

const any = '.*'
const last = '\u{10ffff}'

/** A Lucene expression of the texts between two bounds, in code point order. */
export function textRangeRegexp(lower: Bound | undefined, upper: Bound | undefined): string {
  const parts = [...(lower ? [fromRegexp(lower)] : []), ...(upper ? [untilRegexp(upper)] : [])]
  return parts.length === 0 ? any : parts.map((part) => `(${part})`).join('&')
}

/** What begins as the bound does and then is greater, or is the bound itself and what goes on from it. */
function fromRegexp({ text, inclusive }: Bound): string {
  const characters = Array.from(text)
  const ways = characters.map((character, at) => {
    const next = (character.codePointAt(0) ?? 0) + 1
    if (next > 0x10ffff) return undefined
    return `${literal(characters.slice(0, at))}[${onwards(String.fromCodePoint(next))}]${any}`
  })
  return [...ways, `${literal(characters)}${inclusive ? '' : anyCharacter}${any}`].filter(isGiven).join('|')
}

/** What is a part of the bound from its beginning, or becomes less than it at one character. */
function untilRegexp({ text, inclusive }: Bound): string {
  const characters = Array.from(text)
  const ways = characters.flatMap((character, at) => {
    const start = literal(characters.slice(0, at))
    // Lucene reads a range that begins at U+0000 as none
    const less = character === '\0' ? undefined : `${start}[^${onwards(character)}]${any}`
    return [start === '' ? '()' : start, less]
  })
  return [...ways, inclusive ? literal(characters) || '()' : undefined].filter(isGiven).join('|') || '#'
}

const anyCharacter = '.'

/** What stands in brackets for a character and all that follow it: what needs a backslash begins no range in Lucene. */
function onwards(character: string): string {
  if (!isSpecial(character)) return `${character}-${last}`
  return `\\${character}${onwards(String.fromCodePoint(character.charCodeAt(0) + 1))}`
}

function literal(characters: readonly string[]): string {
  return characters.map(escaped).join('')
}

function escaped(character: string): string {
  return isSpecial(character) ? `\\${character}` : character
}

/** The punctuation of ASCII: some of it has a meaning, now or in a later Lucene. */
function isSpecial(character: string): boolean {
  return /^[!-/:-@[-`{-~]$/.test(character)
}

function isGiven(part: string | undefined): part is string {
  return part !== undefined
}
