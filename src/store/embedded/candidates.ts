// Sets of versions as SQL that may hold more than what matches, and how such sets are put together.
import type { SQLInputValue } from 'node:sqlite'

export interface Candidates {
  /** Selects version ids, as a compound SELECT that can stand in parentheses. */
  sql: string
  parameters: SQLInputValue[]
  exact: Exact
  /** Where they are those of the view that pass a test on `e` and `v`: that test. */
  test?: Test
}

export interface Test {
  sql: string
  parameters: SQLInputValue[]
}

/** Which candidates are sure to match: all; those of state documents (counters are indexed in part only); or none. */
export type Exact = 'all' | 'states' | 'none'

/** SQLite takes 500 parts of a compound SELECT. */
const mostTerms = 400

/** All parts together; `exact` is that of the least exact. */
export function joined(parts: Candidates[], operator: 'UNION' | 'INTERSECT' | 'EXCEPT'): Candidates {
  const [only] = parts
  if (parts.length === 1 && only) return only
  if (parts.length > mostTerms) {
    const half = Math.ceil(parts.length / 2)
    return joined([joined(parts.slice(0, half), operator), joined(parts.slice(half), operator)], operator)
  }
  return {
    sql: parts.map(({ sql }) => `SELECT * FROM (${sql})`).join(` ${operator} `),
    parameters: parts.flatMap(({ parameters }) => parameters),
    exact: leastExact(parts),
  }
}

export function leastExact(parts: Candidates[]): Exact {
  if (parts.some(({ exact }) => exact === 'none')) return 'none'
  return parts.some(({ exact }) => exact === 'states') ? 'states' : 'all'
}

/** Of candidates, those of states (0) or of counters (1): a path may have had both. */
export function ofKind(kind: 0 | 1, { sql, parameters, exact }: Candidates): Candidates {
  return {
    sql: `SELECT v.id FROM (${sql}) x JOIN version v ON v.id = x.id WHERE v.kind = ${kind}`,
    parameters,
    exact: kind === 0 && exact === 'states' ? 'all' : exact,
  }
}
