// `mitra prune`: what is older than is to be kept goes.

import { retentionOf } from '../config/agent-plan.ts'
import type { PruneReport, Retention } from '../store/store.ts'
import { harmless } from '../terminal/harmless.ts'
import { jsonLine } from '../terminal/ndjson.ts'
import { createProgress } from '../terminal/progress.ts'
import { bytes, counted } from '../terminal/units.ts'
import { defineCommand } from './command.ts'
import { configurationOf, withStore } from './configured.ts'
import { outputOptions, storeOptions } from './options.ts'

export const prune = defineCommand({
  description:
    'Removes days of the daily view, versions of the history and silent hosts that are older than `retention` in the configuration says, and gives the space back. The latest state of a host that is kept never goes.\n\n' +
    'In Elasticsearch whole daily indices go. Those of finished days are merged into one segment unless `retention.merge` is off, and moved as `retention.warm` and `retention.cold` say, save where a lifecycle policy of Elasticsearch looks after them. Its login needs the rights of the operator; what is not mitra’s is never touched. The exit status is 2 when something asked for could not be done.',
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
    const progress = createProgress(io, options)
    const report = await withStore(options, io, 'change', async (store) => {
      try {
        return await store.prune(kept, io.now(), { dryRun, onProgress: (text) => progress.update(harmless(text)) })
      } finally {
        progress.clear()
      }
    })
    if (options.json) await io.stdout.write(jsonLine(report))
    else if (!options.quiet) await io.stdout.write(reportText(report, dryRun))
    const { problems = [] } = report
    for (const problem of problems) await io.stderr.write(`${harmless(problem)}\n`)
    return problems.length === 0 ? 0 : 2
  },
})

/** A limit that was given; 0 stands for "for ever". */
function limit(view: 'days' | 'history' | 'hosts', days: number | undefined): Retention {
  if (days === undefined) return {}
  return { [view]: days === 0 ? undefined : days }
}

function reportText(report: PruneReport, dryRun: boolean): string {
  const { removed = [], moved = [], merged = [] } = report
  const done = (would: string, did: string) => (dryRun ? `would ${would}` : did)
  const lines = [
    `${done('remove', 'removed')} ${counted(report.days, 'daily state')}, ${counted(report.versions, 'version')} and ${counted(report.hosts.length, 'host')}`,
    ...report.hosts.map((host) => `  ${harmless(host)}`),
    ...listed(done('remove', 'removed'), removed),
    ...listed(
      done('move', 'moved'),
      moved.map(({ index, to }) => `${index} to ${to}`),
    ),
    ...listed(done('merge', 'merged'), merged),
  ]
  if (!dryRun) lines.push(`the store takes ${bytes(report.bytes_after)}, before ${bytes(report.bytes_before)}`)
  return lines.map((line) => `${line}\n`).join('')
}

function listed(did: string, items: readonly string[]): string[] {
  if (items.length === 0) return []
  return [`${did} ${counted(items.length, 'index', 'indices')}`, ...items.map((item) => `  ${harmless(item)}`)]
}
