// Writes a query tree back as a query string that parses to the same tree.
import type { Bound, Clause, Occur, Query } from './ast.ts'
import type { ParseOptions } from './parser.ts'

/**
 * The query as text. Parsed with the same default operator it gives the same tree (but for offsets). Where AND is the default,
 * the syntax cannot write every mix of required and optional clauses: optional ones beside required ones decide nothing, and are
 * left out where need be.
 */
export function printQuery(query: Query, { defaultOperator = 'AND' }: ParseOptions = {}): string {
  if (query.kind !== 'bool') return printLeaf(query)
  const separators = defaultOperator === 'OR' ? query.clauses.map(() => ' ') : separatorsOf(query.clauses)
  if (!separators) {
    return printQuery({ kind: 'bool', clauses: query.clauses.filter(({ occur }) => occur !== 'should') })
  }
  const parts = query.clauses.map((clause, index) => {
    const sign = clause.occur === 'must_not' ? '-' : defaultOperator === 'OR' && clause.occur === 'must' ? '+' : ''
    const text = printQuery(clause.query, { defaultOperator })
    return `${index === 0 ? '' : separators[index]}${sign}${clause.query.kind === 'bool' ? `(${text})` : text}`
  })
  return parts.join('')
}

type Separator = ' ' | ' AND ' | ' OR '

/** What must stand before each clause for AND as the default to give these occurrences; undefined when nothing does. */
function separatorsOf(clauses: readonly Clause[]): Separator[] | undefined {
  // paths by the separator they end in: what stands before each clause so far, and now before the clause at hand
  let paths: Separator[][] = [[' ']]
  for (const [index, { occur }] of clauses.entries()) {
    const next = clauses[index + 1]
    const longer: Separator[][] = []
    for (const separator of next ? preferred(occur, next.occur) : [' ' as const]) {
      const path = paths.find((each) => occur === 'must_not' || occurWith(each.at(-1), separator) === occur)
      if (path) longer.push([...path, separator])
    }
    paths = longer
  }
  return paths[0]
}

/** How a clause without a minus occurs between two separators: the one behind it decides, unless it is a space. */
function occurWith(before: Separator | undefined, behind: Separator): Occur {
  if (behind !== ' ') return behind === ' OR ' ? 'should' : 'must'
  return before === ' OR ' ? 'should' : 'must'
}

function preferred(left: Occur, right: Occur): Separator[] {
  if (left === 'should' || right === 'should') return [' OR ', ' ', ' AND ']
  return left === 'must' ? [' AND ', ' ', ' OR '] : [' ', ' AND ', ' OR ']
}

function printLeaf(query: Exclude<Query, { kind: 'bool' }>): string {
  if (query.kind === 'all') return '*:*'
  if (query.kind === 'exists') return `_exists_:${escapeField(query.field)}`
  const field = query.field === undefined ? '' : `${escapeField(query.field)}:`
  switch (query.kind) {
    case 'term':
      return field + escapeWord(query.text)
    case 'phrase':
      return `${field}${printQuoted(query.text)}${query.slop > 0 ? `~${query.slop}` : ''}`
    case 'wildcard':
      return field + escapePattern(query.pattern)
    case 'fuzzy':
      return `${field}${escapeWord(query.text)}~${query.distance === 'auto' ? '' : query.distance}`
    case 'regexp':
      return `${field}/${printRegexp(query.pattern)}/`
    case 'range': {
      const opening = query.lower?.inclusive === false ? '{' : '['
      const closing = query.upper?.inclusive === false ? '}' : ']'
      return `${field}${opening}${printBound(query.lower)} TO ${printBound(query.upper)}${closing}`
    }
    default:
      return query satisfies never
  }
}

const special = /[ \t\n\r\u3000+\-!():^[\]"{}~*?\\/&|<>]/

function escapeCharacter(character: string): string {
  return special.test(character) ? `\\${character}` : character
}

function escapeWord(text: string): string {
  if (text === '') return '""'
  const escaped = Array.from(text, escapeCharacter).join('')
  return /^(?:AND|OR|NOT)$/.test(text) ? `\\${escaped}` : escaped
}

function escapeField(name: string): string {
  const escaped = Array.from(name, (character, index) =>
    character === '*' || (index > 0 && /[-/+]/.test(character)) ? character : escapeCharacter(character),
  ).join('')
  return /^(?:AND|OR|NOT)$/.test(name) ? `\\${escaped}` : escaped
}

function escapePattern(pattern: string): string {
  return pattern.replace(/\\.|./gsu, (part) =>
    part.length > 1 && part[0] === '\\' ? part : part === '*' || part === '?' ? part : escapeCharacter(part),
  )
}

function printQuoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}

/** A pattern without any syntax of its own would be read as a path: parentheses make it an expression again. */
function printRegexp(pattern: string): string {
  const escaped = pattern.replace(/\\.|\//gsu, (part) => (part === '/' ? '\\/' : part))
  return /[.*+?()[\]{}|\\#@&<>~"]/.test(escaped) ? escaped : `(${escaped})`
}

function printBound(bound: Bound | undefined): string {
  if (!bound) return '*'
  return /^[\p{L}\p{N}_.:+-]+$/u.test(bound.text) && bound.text !== 'TO' ? bound.text : printQuoted(bound.text)
}
