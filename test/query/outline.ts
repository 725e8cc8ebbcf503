// A query tree on one line, for comparing: kinds are named, so that nothing hides behind the syntax it came from.
import type { Bound, Query } from '../../src/query/ast.ts'

export function outline(query: Query): string {
  switch (query.kind) {
    case 'all':
      return 'all'
    case 'bool': {
      const signs = { must: '+', should: '', must_not: '-' }
      return `(${query.clauses.map(({ occur, query: inner }) => signs[occur] + outline(inner)).join(' ')})`
    }
    case 'exists':
      return `exists<${query.field}>`
    case 'range':
      return `${fieldOf(query)}range<${boundOf(query.lower, '[', '{')}..${boundOf(query.upper, ']', '}')}>`
    case 'phrase':
      return `${fieldOf(query)}phrase<${query.text}>${query.slop > 0 ? query.slop : ''}`
    case 'fuzzy':
      return `${fieldOf(query)}fuzzy<${query.text}>${query.distance}`
    case 'term':
      return `${fieldOf(query)}${query.text}`
    case 'wildcard':
    case 'regexp':
      return `${fieldOf(query)}${query.kind}<${query.pattern}>`
    default:
      return query satisfies never
  }
}

function fieldOf({ field }: { field?: string }): string {
  return field === undefined ? '' : `${field}=`
}

function boundOf(bound: Bound | undefined, inclusive: string, exclusive: string): string {
  return bound ? `${bound.inclusive ? inclusive : exclusive}${bound.text}` : '*'
}
