// `mitra prune`: what is older than is to be kept goes.

import { retentionOf } from '../config/agent-plan.ts'
import type { PruneReport, Retention } from '../store/store.ts'
import { harmless } from '../terminal/harmless.ts'
import { jsonLine } from '../terminal/ndjson.ts'
import { bytes, counted } from '../terminal/units.ts'
import { defineCommand } from './command.ts'
import { configurationOf, withStore } from './configured.ts'
import { outputOptions, storeOptions } from './options.ts'

export const prune = defineCommand({
  description:
    'Removes days of the daily view, versions of the history and silent hosts that are older than `retention` in the configuration says, and gives the space back. The latest state of a host that is kept never goes.',
  arguments: {},
  options: {
    days: {
      value: 'N',
      number: true,
      summary: 'Days the daily view keeps; 0 for ever.',
      defaultText: 'retention.days',
    },
    history: {
      value: 'N',
      number: true,
      summary: 'Days the history keeps; 0 for ever.',
      defaultText: 'retention.history',
    },
    hosts: {
      value: 'N',
      number: true,
      summary: 'Days after which a silent host is forgotten; 0 for never.',
      defaultText: 'retention.hosts',
    },
    'dry-run': { short: 'n', summary: 'Say what would go, and keep it.' },
    json: { summary: 'The report as one JSON object.' },
    quiet: outputOptions.quiet,
    ...storeOptions,
  },
  examples: [
    { asks: 'What would go', line: 'mitra prune --dry-run' },
    { asks: 'Keep a year of days and a week of history', line: 'mitra prune --days 365 --history 7' },
  ],
  async run(input, io) {
    const { options } = input
    const kept: Retention = {
      ...retentionOf(await configurationOf(options, io)),
      ...limit('days', options.days),
      ...limit('history', options.history),
      ...limit('hosts', options.hosts),
    }
    const dryRun = options['dry-run']
    const report = await withStore(options, io, 'write', (store) => store.prune(kept, io.now(), { dryRun }))
    if (options.json) await io.stdout.write(jsonLine(report))
    else if (!options.quiet) await io.stdout.write(reportText(report, dryRun))
    return 0
  },
})

/** A limit that was given; 0 stands for "for ever". */
function limit(view: keyof Retention, days: number | undefined): Retention {
  if (days === undefined) return {}
  return { [view]: days === 0 ? undefined : days }
}

function reportText(report: PruneReport, dryRun: boolean): string {
  const lines = [
    `${dryRun ? 'would remove' : 'removed'} ${counted(report.days, 'daily state')}, ${counted(report.versions, 'version')} and ${counted(report.hosts.length, 'host')}`,
    ...report.hosts.map((host) => `  ${harmless(host)}`),
  ]
  if (!dryRun) lines.push(`the store takes ${bytes(report.bytes_after)}, before ${bytes(report.bytes_before)}`)
  return lines.map((line) => `${line}\n`).join('')
}
