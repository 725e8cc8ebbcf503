// One field of one source over time: a list of its values with their differences, and at a terminal a chart.

import { hasValue } from '../history/conditions.ts'
import type { SeriesPoint } from '../history/series.ts'
import { seriesOf } from '../history/series.ts'
import { fieldMeaning } from '../query/field-meaning.ts'
import type { Unit } from '../snapshot/field.ts'
import type { Store } from '../store/store.ts'
import { chart, type Span } from '../terminal/chart.ts'
import { change, figure, rate } from '../terminal/figure.ts'
import { harmless } from '../terminal/harmless.ts'
import type { Io } from '../terminal/io.ts'
import { localTime } from '../terminal/time.ts'
import { withStore } from './configured.ts'
import { catalogue } from './declared-fields.ts'
import { nothing } from './history.ts'
import { type Column, chosenColumns, formOf, type ListOptions, limitOf, paintOf, writeList } from './listing.ts'
import { oneField } from './question.ts'
import { sayUnknownFields } from './unknown-fields.ts'

interface Asked {
  host: string
  path: string
  field: string
  from?: number
  to?: number
}

const chartRows = 8

/** Lists the field, oldest first; a limit keeps the newest. Returns the exit status. */
export async function writeSeries(
  asked: Asked,
  options: ListOptions & { config: string | undefined; store: string | undefined },
  io: Io,
): Promise<number> {
  const { name: field, unit, counter } = fieldMeaning(oneField(asked.field), catalogue)
  const chosen = chosenColumns(columnsOf(unit, counter === true), options)
  return withStore(options, io, 'read', async (store) => {
    const points = await seriesOf(store, { ...asked, field, isCounter: counter === true })
    if (points.length === 0) {
      const text = (await store.get(asked.host, asked.path, asked.to))
        ? `no version of "${asked.path}" of ${asked.host} kept in that time has a field "${field}"${await below(store, asked, field)}`
        : await nothing(store, asked)
      await io.stderr.write(`${harmless(text)}\n`)
      await sayUnknownFields([field], options, store, io)
      return 1
    }
    if (formOf(options, io) === 'table' && options.fields === undefined)
      await writeChart(points, { isRate: counter === true, unit }, options, io)
    const limit = limitOf(options, io)
    const shown = limit === undefined ? points : points.slice(-limit)
    await writeList(shown, chosen, options, io)
    if (shown.length < points.length && !options.quiet)
      await io.stderr.write(`the last ${shown.length} of ${points.length} shown; --limit 0 for all\n`)
    return 0
  })
}

/** What one source tells of all, the ones below it tell of each: `processes` and `processes/mysqld`. */
async function below(store: Store, { host, path }: Asked, field: string): Promise<string> {
  const condition = hasValue('host.name', host)
  const holders: string[] = []
  for await (const document of store.search({ condition, view: { kind: 'latest' }, withoutContent: true }))
    if (document['file.path'].startsWith(`${path}/`) && document[field] !== undefined)
      holders.push(document['file.path'])
  if (holders.length === 0) return ''
  const [some, more] = [holders.sort().slice(0, 3), holders.length - 3]
  return `; ${some.join(', ')}${more > 0 ? ` and ${more} more` : ''} ${holders.length === 1 ? 'has' : 'have'} it`
}

/** Only a counter has a rate, and may begin anew. */
function columnsOf(unit: Unit | undefined, isCounter: boolean): readonly Column<SeriesPoint>[] {
  const amount = (text: (value: number, unit: Unit | undefined) => string) => ({
    shown: (value: unknown) => (typeof value === 'number' ? text(value, unit) : harmless(String(value))),
  })
  const all: readonly Column<SeriesPoint>[] = [
    { name: 'time', kind: 'time', milliseconds: true, value: (point) => point.at, style: 'dim' },
    { name: 'value', kind: 'number', value: (point) => point.value, ...amount(figure) },
    { name: 'difference', kind: 'number', value: (point) => point.difference, ...amount(change) },
    { name: 'rate', kind: 'number', value: (point) => point.rate, ...amount(rate) },
    { name: 'reset', kind: 'flag', value: (point) => point.isReset },
  ]
  return isCounter ? all : all.slice(0, 3)
}

/** Of a counter its rate is drawn, of a level its value; nothing of what is no number. */
async function writeChart(
  points: readonly SeriesPoint[],
  { isRate, unit }: { isRate: boolean; unit: Unit | undefined },
  options: ListOptions,
  io: Io,
): Promise<void> {
  const spans = isRate ? rateSpans(points) : levelSpans(points)
  const [first, last] = [spans[0], spans.at(-1)]
  if (!first || !last || spans.length < 2) return
  const label = (value: number) => (isRate ? rate(value, unit) : figure(value, unit))
  const rows = chart(spans, { width: io.stdout.columns, rows: chartRows, label })
  const paint = paintOf(options, io)
  const times = `${localTime(first.from)} to ${localTime(points.at(-1)?.at ?? last.to)}${isRate ? ', per second' : ''}`
  await io.stdout.write(`${paint('dim', times)}\n${rows.map((row) => paint('cyan', row)).join('\n')}\n\n`)
}

/** A rate is that of the time before its sample. */
function rateSpans(points: readonly SeriesPoint[]): Span[] {
  return points.flatMap((point, index) => {
    const from = points[index - 1]?.at
    return point.rate === undefined || from === undefined ? [] : [{ from, to: point.at, value: point.rate }]
  })
}

/** A level holds until the next sample; the newest gets a column of its own. */
function levelSpans(points: readonly SeriesPoint[]): Span[] {
  const [first, last] = [points[0], points.at(-1)]
  const least = first && last ? Math.max(1, (last.at - first.at) / 60) : 1
  return points.flatMap(({ at, value }, index) =>
    typeof value === 'number' ? [{ from: at, to: points[index + 1]?.at ?? at + least, value }] : [],
  )
}
