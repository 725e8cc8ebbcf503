// `mitra doctor`: is everything as it should be, and what to do where it is not.
import type { Configuration } from '../config/load.ts'
import { ActionableError } from '../errors.ts'
import type { Check } from '../store/check.ts'
import { openStore, type StoreTarget } from '../store/open.ts'
import type { Style } from '../terminal/color.ts'
import { harmless } from '../terminal/harmless.ts'
import type { Io } from '../terminal/io.ts'
import { jsonLine } from '../terminal/ndjson.ts'
import { counted, duration } from '../terminal/units.ts'
import { defineCommand } from './command.ts'
import { configurationOf, declaredFieldsLate, storeTarget } from './configured.ts'
import { paintOf } from './listing.ts'
import { durationOf } from './moment.ts'
import { outputOptions, storeOptions } from './options.ts'

const styles: Record<Check['status'], Style> = { ok: 'green', warning: 'yellow', problem: 'red', unknown: 'dim' }

export const doctor = defineCommand({
  description:
    'Looks at the store and what leads to it and says what is right, what is not and what to do about it. Of Elasticsearch: connection and version, health, disk space, what this login may do, templates, fields against their limit, days and sizes, blocks; of this host its outbox and agent. Of the embedded store: its file, whether that is whole, its days and agent. Of both: hosts that are silent. It changes nothing.\n\n' +
    'The exit status is made for monitoring: 0 when nothing is wrong, 1 with warnings, 2 with problems. What this login may not see is unknown and counts as neither.',
  arguments: {},
  options: {
    silent: {
      value: 'DURATION',
      summary: 'Hosts last seen longer ago are silent, such as 30m, 1h or 2d.',
      default: '1h',
    },
    json: { summary: 'One JSON object a line: check, status, detail, next.' },
    color: outputOptions.color,
    quiet: { short: 'q', summary: 'Only what is not right.' },
    ...storeOptions,
  },
  examples: [
    { asks: 'Is everything as it should be', line: 'mitra doctor' },
    { asks: 'Only what is wrong', line: 'mitra doctor --json | jq \'select(.status | IN("warning", "problem"))\'' },
    { asks: 'Is the file of a store whole', line: 'mitra doctor --store /var/lib/mitra/mitra.db' },
  ],
  async run(input, io) {
    const { options } = input
    const silence = durationOf(options.silent, '--silent')
    const configuration = await configurationOf(options, io)
    const target = storeTarget(options, configuration)
    const checks = await storeChecks(target, configuration, io)
    // what cannot be reached cannot be asked
    if (checks[0]?.status !== 'problem') checks.push(...(await hostChecks(target, silence, io)))
    if (target.driver === 'elasticsearch') checks.push(...(await deliveryChecks(configuration, io)))
    await write(checks, options, io)
    return checks.some(({ status }) => status === 'problem')
      ? 2
      : checks.some(({ status }) => status === 'warning')
        ? 1
        : 0
  },
})

async function storeChecks(target: StoreTarget, configuration: Configuration, io: Io): Promise<Check[]> {
  const { retentionOf } = await import('../config/agent-plan.ts')
  const about = { now: io.now(), kept: retentionOf(configuration) }
  if (target.driver === 'embedded') {
    const { healthOf } = await import('../store/embedded/health.ts')
    return healthOf(target.path, about)
  }
  const { healthOf } = await import('../store/elasticsearch/health.ts')
  return healthOf(target, about)
}

const fewNames = 5

/** Hosts that no longer send anything, of all that ever did. */
async function hostChecks(target: StoreTarget, silence: number, io: Io): Promise<Check[]> {
  const check = 'hosts'
  try {
    const store = await openStore(target, { mustExist: true, fields: declaredFieldsLate })
    try {
      const { hosts } = await store.hosts({
        all: [],
        without: [],
        view: { kind: 'latest' },
        silentBefore: io.now() - silence,
      })
      if (hosts.length === 0)
        return [{ check, status: 'warning', detail: 'no host has sent anything yet', next: 'run `mitra index` on one' }]
      const silent = hosts.filter((host) => host.silent).sort((a, b) => a.seen - b.seen)
      const known = `${counted(hosts.length, 'host')} known`
      if (silent.length === 0)
        return [{ check, status: 'ok', detail: `${known}, none silent for over ${duration(silence)}` }]
      const names = silent.slice(0, fewNames).map(({ name, seen }) => `${name} (${duration(io.now() - seen)})`)
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

async function deliveryChecks({ delivery }: Configuration, io: Io): Promise<Check[]> {
  const { outboxChecks } = await import('../delivery/outbox-health.ts')
  const { path, dead_letters: deadLetters, maxsize } = delivery
  return outboxChecks({ path, deadLetters, maxBytes: maxsize * 1024 * 1024 }, io.now())
}

async function write(
  checks: readonly Check[],
  options: { json: boolean; color: string; quiet: boolean },
  io: Io,
): Promise<void> {
  const shown = options.quiet ? checks.filter(({ status }) => status !== 'ok') : checks
  if (options.json) {
    for (const check of shown) await io.stdout.write(jsonLine(check))
    return
  }
  const paint = paintOf(options, io)
  const width = Math.max(0, ...shown.map(({ check }) => check.length))
  for (const { check, status, detail, next } of shown) {
    const cells = [harmless(check), status, harmless(detail), ...(next === undefined ? [] : [harmless(next)])]
    if (!io.stdout.isTerminal) {
      await io.stdout.write(`${cells.join('\t')}\n`)
      continue
    }
    const [name = '', word = '', what = '', todo] = cells
    const start = `${paint('bold', name.padEnd(width))}  ${paint(styles[status], word.padEnd(7))}  `
    const below = todo === undefined ? '' : `${' '.repeat(width + 11)}${paint('dim', `→ ${todo}`)}\n`
    await io.stdout.write(`${start}${what}\n${below}`)
  }
}
