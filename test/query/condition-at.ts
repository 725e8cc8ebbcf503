// What a typed query means, to tests that make queries up.
import { catalogue } from '../../src/commands/declared-fields.ts'
import type { Condition } from '../../src/query/ast.ts'
import { parseQuery } from '../../src/query/parser.ts'
import { resolveQuery } from '../../src/query/resolve.ts'
import { QuerySyntaxError } from '../../src/query/syntax-error.ts'

/** Its condition at a time, by the declared fields; undefined where it is no query, as with a text for a number. */
export function conditionAt(typed: string, now: number): Condition | undefined {
  try {
    return resolveQuery(parseQuery(typed), catalogue, now)
  } catch (error) {
    if (error instanceof QuerySyntaxError) return undefined
    throw error
  }
}
