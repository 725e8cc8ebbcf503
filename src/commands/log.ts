// `mitra log`: the changes of the fleet, newest first.
import { ActionableError } from '../errors.ts'
import { fleetLog, type LogEntry } from '../history/fleet-log.ts'
import type { Store } from '../store/store.ts'
import type { Io } from '../terminal/io.ts'
import { jsonLine } from '../terminal/ndjson.ts'
import { grouped } from '../terminal/units.ts'
import { defineCommand } from './command.ts'
import { withStore } from './configured.ts'
import { sayCoverage, silentBefore } from './coverage.ts'
import { type Column, chosenColumns, formOf, type ListOptions, limitOf, sayLimit, writeList } from './listing.ts'
import { followLog } from './log-follow.ts'
import { durationOf, moment } from './moment.ts'
import { listOptions, outputOptions, queryOptions, storeOptions } from './options.ts'
import { readQuestion } from './question.ts'
import { sayUnknownFields } from './unknown-fields.ts'

export const log = defineCommand({
  description:
    'Lists what changed on the fleet, newest first: files, settings of /proc/sys, packages, output of commands; not what counts or measures. The same change on many hosts (the same lines, or the same keys from the same value to the same) is one row with the number of hosts and some of their names, dated by the newest. ' +
    'With QUERY only versions that match it count.\n\n' +
    'PACKAGES says on how many of these hosts packages were installed, upgraded or removed within ten minutes of the change, which tells an upgrade from a hand. A host that was not known before is one row.\n\n' +
    'With --json the last line holds, under `coverage`, whom the answer speaks of.',
  arguments: { query: { many: true, completes: 'query', summary: 'Only versions that match.' } },
  options: {
    since: { value: 'DURATION', summary: 'How far back to look, such as 30m, 1h or 7d.', defaultText: '1d' },
    from: { value: 'TIME', summary: 'Look from this time on instead: ISO 8601, a date, `now-2h`.' },
    to: { value: 'TIME', summary: 'Look up to this time.', defaultText: 'now' },
    follow: { short: 'f', summary: 'Go on printing changes as they come, until interrupted.' },
    ...queryOptions,
    ...listOptions,
    ...outputOptions,
    ...storeOptions,
  },
  examples: [
    { asks: 'What changed since yesterday', line: 'mitra log' },
    {
      asks: 'What changed in /etc of the web hosts this week',
      line: "mitra log --since 7d 'filename:/etc/* AND labels.role:web'",
    },
    { asks: 'Watch it', line: 'mitra log --follow' },
  ],
  signals: 'graceful',
  async run(input, io) {
    const { options } = input
    const question = await readQuestion(input.arguments.query.join(' '), options, io)
    if (options.since !== undefined && options.from !== undefined)
      throw new ActionableError('--since and --from exclude each other')
    const to = options.to === undefined ? io.now() : moment(options.to, '--to', io, { roundUp: true })
    const from =
      options.from === undefined
        ? to - durationOf(options.since ?? '1d', '--since')
        : moment(options.from, '--from', io)
    const columns = chosenColumns(allColumns, options)
    return withStore(options, io, 'read', async (store) => {
      await sayUnknownFields(question.fields, options, store, io)
      const request = { condition: question.condition, from, to }
      if (options.follow) return followLog(store, request, columns, options, io)
      const entries = await fleetLog(store, request)
      const isTold = entries.some((entry) => entry.with_packages > 0) || formOf(options, io) !== 'table'
      const needed =
        isTold || options.fields !== undefined ? columns : columns.filter(({ name }) => name !== 'packages')
      const shown = await writeList(entries.slice(0, limitOf(options, io)), needed, options, io)
      await sayWhom(store, entries, options, io)
      await sayLimit(shown, entries.length, options, io)
      return entries.length > 0 ? 0 : 1
    })
  },
})

const allColumns: readonly Column<LogEntry>[] = [
  { name: 'time', kind: 'time', value: (row) => row.at },
  { name: 'hosts', kind: 'number', value: (row) => row.hosts.length },
  { name: 'path', kind: 'text', value: (row) => row.path, style: 'bold' },
  { name: 'change', kind: 'text', value: (row) => row.summary },
  { name: 'packages', kind: 'text', value: nearPackages },
  { name: 'examples', kind: 'text', value: (row) => row.hosts.slice(0, 3), style: 'dim', cut: 'first' },
]

function nearPackages({ with_packages, hosts }: LogEntry): string {
  if (with_packages === 0) return ''
  return with_packages === hosts.length ? 'yes' : `on ${grouped(with_packages)}`
}

async function sayWhom(store: Store, entries: readonly LogEntry[], options: ListOptions, io: Io): Promise<void> {
  const view = { kind: 'latest' } as const
  const { coverage } = await store.hosts({ all: [], without: [], view, silentBefore: silentBefore(view, io) })
  const matched = new Set(entries.flatMap(({ hosts }) => hosts)).size
  const whom = { ...coverage, matched, not_matched: coverage.asked - matched }
  if (formOf(options, io) === 'json') await io.stdout.write(jsonLine({ coverage: whom }))
  await sayCoverage(whom, options, io, undefined, 'changed')
}
