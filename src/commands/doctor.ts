// `mitra doctor`: is everything as it should be, and what to do where it is not.
import type { Check } from '../store/check.ts'
import type { Style } from '../terminal/color.ts'
import { harmless } from '../terminal/harmless.ts'
import type { Io } from '../terminal/io.ts'
import { jsonLine } from '../terminal/ndjson.ts'
import { defineCommand } from './command.ts'
import { configurationOf, storeTarget, waitingFor } from './configured.ts'
import { diagnose } from './diagnosis.ts'
import { paintOf } from './listing.ts'
import { durationOf } from './moment.ts'
import { outputOptions, storeOptions } from './options.ts'

const styles: Record<Check['status'], Style> = { ok: 'green', warning: 'yellow', problem: 'red', unknown: 'dim' }

export const doctor = defineCommand({
  description:
    'Looks at the store and what leads to it and says what is right, what is not and what to do about it. Of Elasticsearch: connection and version, health, disk space, what this login may do, templates, fields against their limit, days and sizes, blocks; of this host its outbox and agent, and how its sockets are read. Of the embedded store: its file, whether that is whole, its days and agent. Of both: hosts that are silent. It changes nothing.\n\n' +
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
    { asks: 'Only what is not right, for a monitoring system', line: 'mitra doctor --quiet' },
    { asks: 'Is the file of a store whole', line: 'mitra doctor --store /var/lib/mitra/mitra.db' },
  ],
  async run(input, io) {
    const { options } = input
    const silence = durationOf(options.silent, '--silent')
    const configuration = await configurationOf(options, io)
    const target = storeTarget(options, configuration)
    const waiting = waitingFor(target, options, io)
    const looking = () => diagnose(target, configuration, { now: io.now(), silence, env: io.env })
    const checks = await waiting.during(looking).finally(waiting.end)
    await write(checks, options, io)
    if (checks.some(({ status }) => status === 'problem')) return 2
    return checks.some(({ status }) => status === 'warning') ? 1 : 0
  },
})

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
