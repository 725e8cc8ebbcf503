// `mitra when`: since when something is true of a host, and until when it was.
import type { Span } from '../history/when.ts'
import type { Coverage, Store } from '../store/store.ts'
import { jsonLine } from '../terminal/ndjson.ts'
import { duration } from '../terminal/units.ts'
import { defineCommand } from './command.ts'
import { withStore } from './configured.ts'
import { sayCoverage, silentBefore } from './coverage.ts'
import { type Column, chosenColumns, formOf, limitOf, sayLimit, writeList } from './listing.ts'
import { moment } from './moment.ts'
import { listOptions, outputOptions, queryOptions, storeOptions } from './options.ts'
import { readQuestion } from './question.ts'
import { sayUnknownFields } from './unknown-fields.ts'

export const when = defineCommand({
  description:
    'Lists for each host the times during which some document of it matched: since when, until when (nothing where it still does), and at which paths. It looks at versions, so a change between two snapshots of the agent is dated by the first that saw it.\n\n' +
    'BEGAN says how sure the beginning is. `changed`: it was seen to become true. `first seen`: it was true when the source was first seen. `earlier`: it was true already at --from, or when the kept history begins. ' +
    'A source that could not be read for a while is taken to have stayed as it was; one that was removed ends it.\n\n' +
    'With --json the last line holds, under `coverage`, whom the answer speaks of.',
  arguments: {
    query: { required: true, many: true, completes: 'query', summary: 'What some document of the host must match.' },
  },
  options: {
    now: { summary: 'Only what still holds.' },
    from: {
      value: 'TIME',
      summary: 'Look from this time on: ISO 8601, a date, `now-2h`.',
      defaultText: 'the whole history',
    },
    to: { value: 'TIME', summary: 'Look up to this time.', defaultText: 'now' },
    ...queryOptions,
    ...listOptions,
    ...outputOptions,
    ...storeOptions,
  },
  examples: [
    { asks: 'Since when is somaxconn 128', line: 'mitra when filename:/proc/sys sysctl.net.core.somaxconn:128' },
    {
      asks: 'Who ever had root logins, and until when',
      line: 'mitra when \'filename:/etc/ssh/sshd_config AND "PermitRootLogin yes"\'',
    },
  ],
  async run(input, io) {
    const { options } = input
    const question = await readQuestion(input.arguments.query.join(' '), options, io)
    const to = options.to === undefined ? io.now() : moment(options.to, '--to', io, { roundUp: true })
    const from = options.from === undefined ? {} : { from: moment(options.from, '--from', io) }
    const columns = chosenColumns(columnsUntil(to), options)
    const { whenTrue } = await import('../history/when.ts')
    return withStore(options, io, 'read', async (store) => {
      await sayUnknownFields(question.fields, options, store, io)
      const spans: Span[] = []
      for await (const span of whenTrue(store, { condition: question.condition, ...from, to }))
        if (!options.now || span.until === undefined) spans.push(span)
      const shown = await writeList(spans.slice(0, limitOf(options, io)), columns, options, io)
      const coverage = await coverageOf(store, spans, silentBefore({ kind: 'moment', at: to }, io))
      if (formOf(options, io) === 'json') await io.stdout.write(jsonLine({ coverage }))
      await sayLimit(shown, spans.length, options, io)
      await sayCoverage(coverage, options, io, undefined, options.now ? 'match' : 'matched at some time')
      return spans.length > 0 ? 0 : 1
    })
  },
})

/** Of every known host, those with a span. */
async function coverageOf(store: Store, spans: readonly Span[], silence: number): Promise<Coverage> {
  const { coverage } = await store.hosts({ all: [], without: [], view: { kind: 'latest' }, silentBefore: silence })
  const matched = new Set(spans.map(({ host }) => host)).size
  return { ...coverage, matched, not_matched: coverage.asked - matched }
}

function columnsUntil(end: number): readonly Column<Span>[] {
  return [
    { name: 'host', kind: 'text', value: (row) => row.host, style: 'bold' },
    { name: 'since', kind: 'time', value: (row) => row.since },
    { name: 'until', kind: 'time', value: (row) => row.until },
    {
      name: 'lasted_ms',
      title: 'LASTED',
      kind: 'number',
      value: (row) => (row.until ?? end) - row.since,
      shown: (value) => duration(Number(value)),
    },
    { name: 'began', kind: 'text', value: (row) => row.began },
    { name: 'paths', kind: 'text', value: (row) => row.paths, style: 'dim' },
  ]
}
