// Queries as people write them about a set of documents: words, values and paths that are there, nearly there, or not.
import fc from 'fast-check'
import { wordsOf } from '../../src/query/words.ts'
import type { Document } from '../../src/snapshot/document.ts'

/** Queries over these documents; most of them find something. */
export function queriesAbout(documents: readonly Document[]): fc.Arbitrary<string> {
  const document = fc.constantFrom(...documents)
  const contents = documents.filter(({ content }) => wordsOf(content ?? '').length > 0)
  const place = fc.tuple(fc.constantFrom(...contents), fc.nat(1_000_000)).map(([{ content = '' }, at]) => {
    const words = wordsOf(content)
    return { words, at: at % words.length }
  })
  const word = place.map(({ words, at }) => words[at]!)
  const phrase = fc
    .tuple(place, fc.integer({ min: 2, max: 4 }))
    .map(([{ words, at }, length]) => words.slice(at, at + length))
  const field = fc.tuple(document, fc.nat(1_000_000)).map(([each, at]) => {
    const names = Object.keys(each).filter((name) => name !== 'content' && name !== '@timestamp')
    const name = names[at % names.length]!
    const value = each[name]!
    const elements = typeof value === 'object' ? value : [value]
    return { name, value: elements[at % elements.length] ?? '' }
  })
  const numberField = field.filter(({ value }) => typeof value === 'number')
  const textField = field.filter(({ value }) => typeof value === 'string' && value !== '')

  const term = fc.oneof(
    word,
    word.map((each) => `content:${each}`),
    phrase.map((words) => `"${words.join(' ')}"`),
    phrase.map((words) => `content:${words.join('.')}`),
    fc.tuple(phrase, fc.nat(4)).map(([words, slop]) => `"${words.toReversed().join(' ')}"~${slop}`),
    fc.tuple(phrase, fc.nat(3)).map(([words, slop]) => `"${words[0]} ${words.at(-1)}"~${slop}`),
    fc.tuple(word, fc.nat(5)).map(([each, at]) => `${Array.from(each).slice(0, at).join('')}*`),
    fc.tuple(word, fc.nat(3)).map(([each, at]) => `content:*${Array.from(each).slice(at).join('')}`),
    fc.tuple(word, fc.nat(3)).map(([each, at]) => `${withOneWild(each, at)}`),
    fc
      .tuple(word, fc.integer({ min: 0, max: 2 }), fc.nat(8))
      .map(([each, distance, at]) => `${withoutOne(each, at)}~${distance}`),
    word.map((each) => `content:/${regexpOf(each)}/`),
  )
  // dear in either store: every word of every text is looked at
  const wordRange = fc.tuple(word, word).map(([one, other]) => `content:[${one} TO ${other}]`)
  const valued = fc.oneof(
    field.map(({ name, value }) => `${escapedName(name)}:${quoted(String(value))}`),
    field.map(({ name, value }) => `${patternOf(name)}:${quoted(String(value))}`),
    field.map(({ name }) => `_exists_:${escapedName(name)}`),
    field.map(({ name }) => `_exists_:${patternOf(name)}`),
    fc
      .tuple(numberField, fc.constantFrom('>', '>=', '<', '<='))
      .map(([{ name, value }, sign]) => `${escapedName(name)}:${sign}${value}`),
    fc
      .tuple(numberField, fc.nat(5000))
      .map(([{ name, value }, more]) => `${escapedName(name)}:[${Number(value) - more} TO ${Number(value) + more}}`),
    fc
      .tuple(numberField, fc.nat(5000))
      .map(([{ name, value }, more]) => `${patternOf(name)}:{${Number(value) - more} TO ${Number(value) + more}]`),
    fc
      .tuple(textField, fc.nat(6))
      .map(
        ([{ name, value }, at]) => `${escapedName(name)}:${escaped(Array.from(String(value)).slice(0, at).join(''))}*`,
      ),
    fc
      .tuple(textField, fc.nat(6))
      .map(([{ name, value }, at]) => `${patternOf(name)}:*${escaped(Array.from(String(value)).slice(at).join(''))}`),
    fc.tuple(textField, fc.integer({ min: 1, max: 2 }), fc.nat(8)).map(
      ([{ name, value }, distance, at]) =>
        `${escapedName(name)}:${escaped(withoutOne(String(value).slice(0, 40), at)) || 'x'}${
          // a name with a star means a pattern of names, where the stores are known to differ in this
          name.includes('*') ? '' : `~${distance}`
        }`,
    ),
    textField.map(({ name, value }) => `${escapedName(name)}:/${regexpOf(String(value).slice(0, 60))}/`),
    fc
      .tuple(textField, textField)
      .map(
        ([{ name, value }, { value: other }]) =>
          `${escapedName(name)}:[${quoted(String(value))} TO ${quoted(String(other))}]`,
      ),
    document.map((each) => `filename:${escapedPath(each['file.path'])}`),
    document.map((each) => `hostname:${escaped(each['host.name'])}`),
    document.map((each) => `hostname:${each['host.name'].slice(0, 5)}*`),
    document.map((each) => `@timestamp:[* TO ${quoted(each['@timestamp'])}}`),
  )
  const fixed = fc.constantFrom(
    ...['*:*', 'filename:/etc/*', 'filename:/proc/*', 'file.name:*.conf', 'size:>4096', 'file.exists:false'],
    ...[
      'host.ip:10.0.0.0/8',
      'host.ip:192.168.*',
      'host.ip:[10.0.0.1 TO 172.16.0.1]',
      '_exists_:sysctl',
      '_exists_:error.message',
    ],
    ...[
      '@timestamp:2026-11-17',
      '@timestamp:>=2026-11-18',
      '@timestamp:<now-1d/d',
      'sysctl.net.*:128',
      'sysctl.*:>100000',
      'labels.*:*',
    ],
    ...[
      'event.kind:metric',
      'zoneinfo.*.below_low:true',
      'meminfo.MemFree:<1GB',
      'error.message:"no such"',
      'host.*:*64*',
    ],
  )
  return fc.letrec<{ query: string }>((tie) => ({
    query: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      { weight: 12, arbitrary: term },
      { weight: 1, arbitrary: wordRange },
      { weight: 12, arbitrary: valued },
      { weight: 3, arbitrary: fixed },
      {
        weight: 9,
        arbitrary: fc
          .tuple(tie('query'), fc.constantFrom(' AND ', ' OR ', ' AND NOT ', ' ', ' -', ' && ', ' || '), tie('query'))
          .map(([one, between, two]) => `(${one})${between}(${two})`),
      },
      { weight: 3, arbitrary: fc.tuple(tie('query'), tie('query'), tie('query')).map((three) => three.join(' OR ')) },
      { weight: 3, arbitrary: tie('query').map((inner) => `NOT (${inner})`) },
    ),
  })).query
}

const special = /[\s+\-!(){}[\]^"~*?:\\/&|<>=]/gu

function escaped(text: string): string {
  return text.replace(special, '\\$&')
}

function escapedName(name: string): string {
  return escaped(name)
}

function escapedPath(path: string): string {
  return path.replace(/[\s:()[\]{}"\\^~*?!]/g, '\\$&')
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}

/** A name with one of its parts wild. */
function patternOf(name: string): string {
  const parts = name.split('.')
  if (parts.length < 2) return escapedName(name)
  const at = 1 + (name.length % (parts.length - 1))
  return parts.map((part, index) => (index === at ? '*' : escapedName(part))).join('.')
}

function withOneWild(word: string, at: number): string {
  const characters = Array.from(word)
  characters[at % characters.length] = '?'
  return characters.join('')
}

function withoutOne(text: string, at: number): string {
  const characters = Array.from(text)
  return characters.filter((_, index) => index !== at % characters.length).join('')
}

/** An expression that the text matches, and others like it. */
function regexpOf(text: string): string {
  return Array.from(text, (character, index) =>
    index % 4 === 1 ? '.' : /[\p{L}\p{N}]/u.test(character) ? character : `\\${character}`,
  ).join('')
}
