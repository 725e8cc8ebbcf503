// `mitra burst`: chosen sources of this host many times a second, for a while.
import type { RoundsReport } from '../agent/rounds.ts'
import { usualBurstSources } from '../config/settings.ts'
import { ActionableError } from '../errors.ts'
import { harmless } from '../terminal/harmless.ts'
import { jsonLine } from '../terminal/ndjson.ts'
import { createProgress } from '../terminal/progress.ts'
import { bytes, counted, duration, grouped } from '../terminal/units.ts'
import { allDelivered, withAgent } from './agent-run.ts'
import { defineCommand } from './command.ts'
import { durationOf } from './moment.ts'
import { outputOptions, storeOptions } from './options.ts'

export const burst = defineCommand({
  description:
    'Takes the sources in rounds and stores every one, all documents of a round with the same time, `event.burst:"by hand"` on each sample: what a running agent does by itself when a rule under `burst.rules` says so. ' +
    'SIGINT ends it early; what was taken is kept.\n\n' +
    'A round is followed by a rest as long as itself, so that at most half a core goes into it; rounds left out for that are counted. It ends when `burst.maxsize` is reached.',
  arguments: {},
  options: {
    for: { value: 'DURATION', default: '1m', summary: 'How long, such as 30s or 2m; at most an hour.' },
    every: { value: 'DURATION', default: '500ms', summary: 'From round to round, 100ms to 1m.' },
    sources: {
      value: 'A,B',
      summary: 'Names of sources as of `mitra check`.',
      defaultText: usualBurstSources.join(', '),
    },
    json: { summary: 'The report as one JSON object.' },
    ...outputOptions,
    ...storeOptions,
  },
  examples: [
    { asks: 'Two minutes of memory and network, twice a second', line: 'mitra burst --for 2m' },
    {
      asks: 'Ten seconds of memory zones as quickly as may be',
      line: 'mitra burst --for 10s --every 100ms --sources zoneinfo',
    },
  ],
  signals: 'graceful',
  async run(input, io) {
    const { options } = input
    const for_ms = durationWithin(options.for, '--for', { least: '1s', most: '1h', example: '2m' })
    const interval_ms = durationWithin(options.every, '--every', { least: '100ms', most: '1m', example: '500ms' })
    const names = await sourceNames(options.sources)
    return withAgent({ ...options, lasting: false }, io, { audible: false }, async (run) => {
      const [{ runRounds }, { burstPlan }] = await Promise.all([
        import('../agent/agent.ts'),
        import('../config/agent-plan.ts'),
      ])
      const progress = createProgress(io, options)
      let left = burstPlan(run.configuration).maxBytesPerDay
      try {
        const report = await runRounds(run.agent, {
          sources: names,
          interval_ms,
          for_ms,
          name: 'by hand',
          spend(size) {
            left -= size
            return left > 0
          },
          onRound: ({ rounds, documents }) =>
            progress.update(`${counted(rounds, 'round')}, ${counted(documents, 'document')}`),
        })
        progress.clear()
        if (options.json) await io.stdout.write(jsonLine(jsonReport(report)))
        else if (!options.quiet) await io.stdout.write(reportText(report))
        // stopped early is no reason to leave what was taken waiting
        await allDelivered(run, report.ended === 'stopped' ? AbortSignal.timeout(5000) : io.signal)
        return report.documents > 0 ? 0 : 1
      } finally {
        progress.clear()
      }
    })
  },
})

function durationWithin(
  text: string,
  option: string,
  { least, most, example }: { least: string; most: string; example: string },
): number {
  const given = durationOf(text, option)
  if (given >= durationOf(least, option) && given <= durationOf(most, option)) return given
  throw new ActionableError(`${option}: must be ${least} to ${most}, got ${text}`, {
    next: `write it as ${option} ${example}`,
  })
}

async function sourceNames(list: string | undefined): Promise<readonly string[]> {
  if (list === undefined) return usualBurstSources
  const [{ sources }, { nearest }] = await Promise.all([import('../sources/index.ts'), import('../config/mistake.ts')])
  const known = sources.map(({ name }) => name)
  const names = list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  const strange = names.find((name) => !known.includes(name))
  if (strange !== undefined || names.length === 0) {
    const meant = nearest(strange ?? '', known)
    throw new ActionableError(`--sources: no source ${JSON.stringify(strange ?? list)}`, {
      next: meant === undefined ? `sources are ${known.join(', ')}` : `did you mean ${meant}?`,
    })
  }
  return names
}

function jsonReport({ errors, ...report }: RoundsReport): object {
  return { ...report, errors: Array.from(errors, ([message, count]) => ({ message, count })) }
}

const reasons = { time: '', size: '; burst.maxsize is reached', stopped: '; stopped' }

function reportText({ rounds, skipped, documents, bytes: size, errors, ms, ended }: RoundsReport): string {
  const late = skipped === 0 ? '' : ` (${grouped(skipped)} left out)`
  const failures = Array.from(errors, ([message, count]) => `  ${harmless(message)} (${counted(count, 'time')})\n`)
  return `${counted(rounds, 'round')}${late}, ${counted(documents, 'document')} of ${bytes(size)} in ${duration(ms)}${reasons[ended]}\n${failures.join('')}`
}
