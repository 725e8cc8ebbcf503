// The rules of the configuration under which bursts are taken, their conditions read as queries are.
import type { BurstSettings } from '../agent/bursts.ts'
import type { Configuration } from '../config/load.ts'
import { ActionableError } from '../errors.ts'
import type { Io } from '../terminal/io.ts'
import { readQuestion } from './question.ts'

/** Undefined where there are none. Throws ActionableError that shows the place of a mistake in a condition. */
export async function burstSettings(configuration: Configuration, io: Io): Promise<BurstSettings | undefined> {
  if (configuration.burst.rules.length === 0) return undefined
  const [{ burstPlan }, { compileMatcher }] = await Promise.all([
    import('../config/agent-plan.ts'),
    import('../query/matcher.ts'),
  ])
  const { rules, maxBytesPerDay } = burstPlan(configuration)
  const read = rules.map(async ({ when, ...rule }, index) => {
    try {
      const { condition } = await readQuestion(when, { 'default-operator': 'and' }, io)
      return { ...rule, matches: compileMatcher(condition) }
    } catch (error) {
      if (!(error instanceof ActionableError)) throw error
      throw new ActionableError(`burst.rules[${index}].when: ${error.message}`, {
        ...(error.next !== undefined && { next: error.next }),
        cause: error,
      })
    }
  })
  return { rules: await Promise.all(read), maxBytesPerDay }
}
