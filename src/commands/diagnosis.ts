// What `mitra doctor` finds: the store, the hosts it knows and what is on its way to it, each looked at where it is.
import { retentionOf } from '../config/agent-plan.ts'
import type { Configuration } from '../config/load.ts'
import { ActionableError } from '../errors.ts'
import type { Check } from '../store/check.ts'
import { openStore, type StoreTarget } from '../store/open.ts'
import { counted, duration } from '../terminal/units.ts'
import { declaredFieldsLate } from './configured.ts'

export interface DiagnosisOptions {
  /** Milliseconds since the epoch. */
  now: number
  /** Milliseconds after which a host counts as silent. */
  silence: number
  env: Record<string, string | undefined>
}

/** Looks at everything and changes nothing. What cannot be looked at is a finding too. */
export async function diagnose(
  target: StoreTarget,
  configuration: Configuration,
  options: DiagnosisOptions,
): Promise<Check[]> {
  const checks = await storeChecks(target, configuration, options)
  // what cannot be reached cannot be asked
  if (checks[0]?.status !== 'problem') checks.push(...(await hostChecks(target, options)))
  if (target.driver === 'elasticsearch') checks.push(...(await deliveryChecks(configuration, options)))
  const { socketChecks } = await import('./socket-check.ts')
  checks.push(...(await socketChecks(configuration, options.env)))
  return checks
}

async function storeChecks(
  target: StoreTarget,
  configuration: Configuration,
  { now }: DiagnosisOptions,
): Promise<Check[]> {
  const about = { now, kept: retentionOf(configuration) }
  if (target.driver === 'embedded') {
    const { healthOf } = await import('../store/embedded/health.ts')
    return healthOf(target.path, about)
  }
  const { healthOf } = await import('../store/elasticsearch/setup/health.ts')
  return healthOf(target, about)
}

const fewNames = 5

/** Hosts that no longer send anything, of all that ever did. */
async function hostChecks(target: StoreTarget, { now, silence }: DiagnosisOptions): Promise<Check[]> {
  const check = 'hosts'
  try {
    const store = await openStore(target, { mustExist: true, fields: declaredFieldsLate })
    try {
      const { hosts } = await store.hosts({
        all: [],
        without: [],
        view: { kind: 'latest' },
        silentBefore: now - silence,
      })
      if (hosts.length === 0)
        return [{ check, status: 'warning', detail: 'no host has sent anything yet', next: 'run `mitra index` on one' }]
      const silent = hosts.filter((host) => host.silent).sort((a, b) => a.seen - b.seen)
      const known = `${counted(hosts.length, 'host')} known`
      if (silent.length === 0)
        return [{ check, status: 'ok', detail: `${known}, none silent for over ${duration(silence)}` }]
      const names = silent.slice(0, fewNames).map(({ name, seen }) => `${name} (${duration(now - seen)})`)
      const more = silent.length > fewNames ? ` and ${silent.length - fewNames} more` : ''
      return [
        {
          check,
          status: 'warning',
          detail: `${known}, ${silent.length} silent for over ${duration(silence)}: ${names.join(', ')}${more}`,
          next: 'see whether they and their agents run; retention.hosts or `mitra prune --hosts N` forgets those that are gone',
        },
      ]
    } finally {
      await store.close()
    }
  } catch (error) {
    if (!(error instanceof ActionableError)) throw error
    // the checks before say what keeps the store from being asked
    return [{ check, status: 'unknown', detail: error.message }]
  }
}

async function deliveryChecks({ delivery }: Configuration, { now }: DiagnosisOptions): Promise<Check[]> {
  const { outboxChecks } = await import('../delivery/outbox-health.ts')
  const { path, dead_letters: deadLetters, maxsize } = delivery
  return outboxChecks({ path, deadLetters, maxBytes: maxsize * 1024 * 1024 }, now)
}
