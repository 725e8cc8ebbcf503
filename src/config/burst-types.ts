// What the settings of bursts may be.
import * as v from 'valibot'
import { isMapping, rule } from './rule.ts'

const oneLine = rule('a text of one line', v.pipe(v.string(), v.regex(/^[^\p{Cc}]*\S[^\p{Cc}]*$/u), v.maxLength(200)))
const queryText = rule('a query as a text', v.pipe(v.string(), v.regex(/\S/), v.maxLength(10_000)))
const sourceNames = rule('a list of names of sources', v.pipe(v.array(v.string()), v.minLength(1)))
const burstInterval = secondsFrom(0.1, 60)
const burstLength = secondsFrom(1, 3600)
const burstRest = secondsFrom(60, 86_400)
const burstLook = secondsFrom(1, 3600)

const burstRule = v.pipe(
  v.custom<Record<string, unknown>>(isMapping),
  v.object({
    name: oneLine.schema,
    when: queryText.schema,
    sources: v.exactOptional(sourceNames.schema),
    interval: v.exactOptional(burstInterval.schema),
    for: v.exactOptional(burstLength.schema),
    rest: v.exactOptional(burstRest.schema),
    look: v.exactOptional(burstLook.schema),
  }),
)

/** Types of settings, for the table of types.ts. */
export const burstTypes = {
  oneLine,
  queryText,
  sourceNames,
  burstInterval,
  burstLength,
  burstRest,
  burstLook,
  burstRules: rule(
    'a list of at most 20 rules',
    v.pipe(v.array(v.message(burstRule, 'must be a mapping with name and when')), v.maxLength(20)),
  ),
}

function secondsFrom(least: number, most: number) {
  return rule(`a number of seconds, ${least} to ${most}`, v.pipe(v.number(), v.minValue(least), v.maxValue(most)))
}
