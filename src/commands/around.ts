// `mitra around`: what happened on a host around a time.
import { ActionableError } from '../errors.ts'
import type { Around } from '../history/around.ts'
import { hasValue } from '../history/conditions.ts'
import type { Store } from '../store/store.ts'
import { harmless } from '../terminal/harmless.ts'
import type { Io } from '../terminal/io.ts'
import { jsonLine } from '../terminal/ndjson.ts'
import { localTime } from '../terminal/time.ts'
import { aroundScreen } from './around-screen.ts'
import { aroundSections, jsonRows, type Section } from './around-sections.ts'
import { defineCommand } from './command.ts'
import { withStore } from './configured.ts'
import { paintOf, sayLimit } from './listing.ts'
import { durationOf, moment } from './moment.ts'
import { absence, hostNamed } from './named-source.ts'
import { hostArgument, outputOptions, storeOptions } from './options.ts'

const limitAtTerminal = 10

export const around = defineCommand({
  description:
    'Gathers what happened on a host from one window before TIME to one window after it: reboots, sources that fell silent or could no longer be read, changed files, packages and kernel settings, and the levels and counters that went farthest from their own behaviour in the same length of time just before.\n\n' +
    'The score of a level, a flag or a counter (by its rate per second) is the greatest distance of a sample from the median before, over the greatest usual distance before (95th percentile), which counts as at least a hundredth of the larger of both figures, as 1 MiB, 256 pages, 10 ms or 1 of another unit, and of a level as a thousandth of the widest move of its unit at the source. It is 100 where all of it went or came; under 2 is everyday and left out. SINCE is when a move was first half as far. A source with fewer than three samples before is not judged, and named.\n\n' +
    'With --json each row has its `section`: window, reboot, outage, file, package, sysctl, level, counter, unjudged.',
  arguments: {
    host: hostArgument,
    time: { required: true, summary: 'When it was: ISO 8601, or `now-2h`.' },
  },
  options: {
    window: { value: 'DURATION', default: '10m', summary: 'How long before and after, such as 90s, 10m or 1h.' },
    json: { summary: 'One JSON object a line, times in UTC.' },
    limit: {
      value: 'N',
      number: true,
      summary: 'At most so many rows of a section; 0 for all.',
      defaultText: `${limitAtTerminal} at a terminal, else all`,
    },
    ...outputOptions,
    ...storeOptions,
  },
  examples: [
    { asks: 'What happened to this host when it stalled', line: 'mitra around . now-1h' },
    { asks: 'Half an hour on either side', line: 'mitra around db1 2026-11-17T14:03:07+01:00 --window 30m' },
  ],
  async run(input, io) {
    const { options } = input
    const at = moment(input.arguments.time, 'TIME', io)
    const window = durationOf(options.window, '--window')
    if (window === 0) throw new ActionableError('--window must be longer than nothing')
    const host = await hostNamed(input.arguments.host, options, io)
    const [{ around: askAround }, { catalogue }] = await Promise.all([
      import('../history/around.ts'),
      import('./declared-fields.ts'),
    ])
    return withStore(options, io, 'read', async (store) => {
      const found = await askAround(store, { host, at, window, now: io.now(), catalogue })
      const sections = aroundSections(found)
      const total = rowCount(sections)
      if (total === 0 && found.samples + found.samples_before === 0) {
        await io.stderr.write(`${harmless(await nothingKept(store, found))}\n`)
        return 1
      }
      const limit =
        options.limit === undefined && io.stdout.isTerminal && !options.json ? limitAtTerminal : options.limit
      const shown = sections.map((each) => ({ ...each, rows: limit ? each.rows.slice(0, limit) : each.rows }))
      await write(found, at, shown, options, io)
      await sayLimit(rowCount(shown), total, { ...options, csv: false, fields: undefined, limit: undefined }, io)
      return total > 0 ? 0 : 1
    })
  },
})

function rowCount(sections: readonly Section[]): number {
  return sections.reduce((sum, { rows }) => sum + rows.length, 0)
}

async function nothingKept(store: Store, { host, before, to }: Around): Promise<string> {
  const condition = hasValue('host.name', host)
  if ((await store.count({ condition, view: { kind: 'latest' } })) === 0) return absence(store, host, 'host')
  return `nothing is kept of ${host} between ${localTime(before)} and ${localTime(to)}`
}

async function write(
  found: Around,
  at: number,
  sections: readonly Section[],
  options: { json: boolean; color: string },
  io: Io,
): Promise<void> {
  if (options.json) {
    for (const row of jsonRows(found, at, sections)) await io.stdout.write(jsonLine(row))
    return
  }
  if (io.stdout.isTerminal) {
    await io.stdout.write(aroundScreen(found, at, sections, { width: io.stdout.columns, paint: paintOf(options, io) }))
    return
  }
  for (const { name, rows } of sections)
    for (const { time, subject, text } of rows)
      await io.stdout.write(
        `${[name, localTime(time, { milliseconds: true }), harmless(subject), harmless(text)].join('\t')}\n`,
      )
}
