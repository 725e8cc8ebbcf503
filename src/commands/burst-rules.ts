// The rules of the configuration under which bursts are taken, their conditions read as queries are.
import type { BurstSettings } from '../agent/bursts.ts'
import { burstPlan } from '../config/agent-plan.ts'
import type { Configuration } from '../config/load.ts'
import type { Query } from '../query/ast.ts'
import { fieldMeaning } from '../query/field-meaning.ts'
import { compileMatcher } from '../query/matcher.ts'
import { fieldsNamed } from '../query/named.ts'
import { parseQuery } from '../query/parser.ts'
import { resolveQuery, suggestField } from '../query/resolve.ts'
import { QuerySyntaxError } from '../query/syntax-error.ts'
import type { Document } from '../snapshot/document.ts'
import type { StoreTarget } from '../store/open.ts'
import { catalogue, declaredField, declaredFields } from './declared-fields.ts'

/** What the agent is told of them; `now` in milliseconds since the epoch. The configuration is checked. */
export function burstSettings(configuration: Configuration, target: StoreTarget, now: () => number): BurstSettings {
  const { rules, maxBytesPerDay } = burstPlan(configuration)
  const besides = target.driver === 'embedded' ? target.path : configuration.delivery.path
  return {
    rules: rules.map(({ when, ...rule }) => ({ ...rule, matches: matcherOf(parseQuery(when), now) })),
    maxBytesPerDay,
    dayFile: `${besides}-bursts`,
  }
}

/** What is wrong with a condition, to stand behind its key; undefined when nothing is. */
export function conditionMistake(text: string, now: number): string | undefined {
  try {
    const query = parseQuery(text)
    compileMatcher(resolveQuery(query, catalogue, now))
    const strange = fieldsNamed(query)
      .map(({ field }) => field)
      .find((field) => !isGiven(field))
    if (strange === undefined) return undefined
    const known = declaredFields.map(({ name }) => name)
    const meant = suggestField(strange, known)
    return `asks for ${JSON.stringify(strange)}, which no source gives${meant === undefined ? '' : `, did you mean ${meant}?`}`
  } catch (error) {
    if (!(error instanceof QuerySyntaxError)) throw error
    return `cannot be read at character ${error.offset + 1}: ${error.message}`
  }
}

/** A pattern may mean anything; `zoneinfo` alone means what is in it. */
function isGiven(field: string): boolean {
  const { name } = fieldMeaning(field, catalogue)
  return (
    name.includes('*') ||
    declaredField(name) !== undefined ||
    declaredFields.some((declared) => declared.name.startsWith(`${name}.`))
  )
}

const meaningLasts_ms = 60_000

/** A test whose dates such as `now-5m` go with the time. */
function matcherOf(query: Query, now: () => number): (document: Document) => boolean {
  let madeAt = Number.NEGATIVE_INFINITY
  let matches = (_: Document): boolean => false
  return (document) => {
    if (Math.abs(now() - madeAt) >= meaningLasts_ms) {
      madeAt = now()
      matches = compileMatcher(resolveQuery(query, catalogue, madeAt))
    }
    return matches(document)
  }
}
