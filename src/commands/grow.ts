// `mitra grow`: which hosts and processes grow, the fastest first.
import { ActionableError } from '../errors.ts'
import type { Growth } from '../history/growth.ts'
import { fieldMeaning } from '../query/field-meaning.ts'
import type { FieldValue } from '../snapshot/document.ts'
import type { Unit } from '../snapshot/field.ts'
import { change, figure } from '../terminal/figure.ts'
import { counted } from '../terminal/units.ts'
import { defineCommand } from './command.ts'
import { withStore } from './configured.ts'
import { type Column, chosenColumns, limitOf, sayLimit, textOf, writeList } from './listing.ts'
import { durationOf, moment } from './moment.ts'
import { listOptions, outputOptions, queryOptions, storeOptions } from './options.ts'
import { oneField, readQuestion } from './question.ts'
import { sayUnknownFields } from './unknown-fields.ts'

const usualField = 'process.memory.rss'

export const grow = defineCommand({
  description:
    'Ranks what grows: of each source of each host, how fast a number went up in a window of time, the largest growth first. A leak shows long before it hurts.\n\n' +
    'The slope is the median of the slopes between all readings (Theil and Sen), so a peak or one odd reading does not move it; PER_DAY is that slope, GROWTH what it makes of the time the source was watched. STEADY is near 100 % for what only goes up, and near 0 % for noise. Readings are compared only within one life: another process at the same path, a reboot, or a counter that began anew is a reset and no growth.\n\n' +
    'Any field with numbers can be asked. Those of processes are at `processes/NAME`; `mitra history HOST PATH --field FIELD` draws one of them.',
  arguments: {
    field: {
      completes: 'field',
      summary: `Name of a field with numbers; ${usualField} when not given.`,
    },
    query: { many: true, completes: 'query', summary: 'Look only at documents that match.' },
  },
  options: {
    window: { value: 'DURATION', default: '7d', summary: 'How far back to look, such as 12h, 7d or 4w.' },
    to: { value: 'TIME', summary: 'Where the window ends: ISO 8601, a date, `now-2h`.', defaultText: 'now' },
    steady: {
      value: 'PERCENT',
      number: true,
      summary: 'Only what is at least so steady, from 0 to 100.',
      defaultText: '50',
    },
    all: { summary: 'Show also what is not steady, stays as it is or shrinks.' },
    ...queryOptions,
    ...listOptions,
    ...outputOptions,
    ...storeOptions,
  },
  examples: [
    { asks: 'Which processes leak', line: 'mitra grow' },
    { asks: 'Whose heap grew this month', line: 'mitra grow process.memory.heap --window 30d' },
    { asks: 'Where does the kernel’s memory go on web servers', line: 'mitra grow meminfo.SUnreclaim labels.role:web' },
  ],
  async run(input, io) {
    const { options } = input
    if (options.steady !== undefined && (options.all || options.steady > 100))
      throw new ActionableError(
        options.all ? '--steady and --all exclude each other' : '--steady is a number from 0 to 100',
      )
    const { catalogue } = await import('./declared-fields.ts')
    const { name: field, unit, counter } = fieldMeaning(oneField(input.arguments.field ?? usualField), catalogue)
    const question = await readQuestion(input.arguments.query.join(' '), options, io)
    const to = options.to === undefined ? io.now() : moment(options.to, '--to', io, { roundUp: true })
    const window = durationOf(options.window, '--window')
    if (window === 0) throw new ActionableError('--window must be longer than nothing')
    const from = to - window
    const columns = chosenColumns(columnsIn(unit), options)
    const { growthOf } = await import('../history/growth.ts')
    return withStore(options, io, 'read', async (store) => {
      await sayUnknownFields([...question.fields, field], options, store, io)
      const request = { field, condition: question.condition, from, to, isCounter: counter === true }
      const all = await growthOf(store, request)
      const least = (options.steady ?? 50) / 100
      const growing = all.filter(({ growth, steadiness }) => growth > 0 && steadiness >= least)
      const found = options.all ? all : growing
      const shown = await writeList(found.slice(0, limitOf(options, io)), columns, options, io)
      await sayLimit(shown, found.length, options, io)
      if (!options.quiet) await io.stderr.write(`${coverage(all, growing)}\n`)
      return found.length > 0 ? 0 : 1
    })
  },
})

/** Whom the answer speaks of. */
function coverage(all: readonly Growth[], found: readonly Growth[]): string {
  const hosts = (of: readonly Growth[]) => new Set(of.map(({ host }) => host)).size
  if (all.length === 0) return 'no source had the field at least three times in that window'
  const grow = found.length === 1 ? 'grows' : 'grow'
  return `of ${counted(all.length, 'source')} on ${counted(hosts(all), 'host')}, ${found.length} on ${counted(hosts(found), 'host')} ${grow}`
}

function columnsIn(unit: Unit | undefined): readonly Column<Growth>[] {
  const asIs = (value: FieldValue) => (typeof value === 'number' ? figure(value, unit ?? 'count') : textOf(value))
  const moved = (value: FieldValue) => (typeof value === 'number' ? change(value, unit ?? 'count') : textOf(value))
  return [
    { name: 'host', kind: 'text', value: (row) => row.host, style: 'bold' },
    { name: 'path', kind: 'text', value: (row) => row.path },
    { name: 'growth', kind: 'number', value: (row) => row.growth, shown: moved, style: 'yellow' },
    { name: 'per_day', kind: 'number', value: (row) => row.per_day, shown: moved },
    { name: 'first', kind: 'number', value: (row) => row.first, shown: asIs },
    { name: 'last', kind: 'number', value: (row) => row.last, shown: asIs },
    { name: 'steady', kind: 'share', value: (row) => row.steadiness },
    { name: 'resets', kind: 'number', value: (row) => row.resets },
    { name: 'readings', kind: 'number', value: (row) => row.readings, style: 'dim' },
    { name: 'since', kind: 'time', value: (row) => row.since, style: 'dim' },
  ]
}
