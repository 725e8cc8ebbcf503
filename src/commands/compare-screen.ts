// The side-by-side table of `mitra compare`: a column for each time, as many beside one another as the terminal is wide for.
import type { ComparedField, ComparedPath, Sample } from '../history/compare.ts'
import type { Paint } from '../terminal/color.ts'
import { change, figure } from '../terminal/figure.ts'
import { harmless } from '../terminal/harmless.ts'
import { renderTable } from '../terminal/table.ts'
import { clockBeside, localParts } from '../terminal/time.ts'
import { displayWidth, truncate } from '../terminal/width.ts'
import { textOf } from './listing.ts'

interface Screen {
  width: number
  paint: Paint
}

const widestText = 24
const widestLabel = 44
const scoreWidth = 5
const gap = 2

/** A heading with what all times share, then a table for each source with rows to show. */
export function comparisonScreen(host: string, compared: readonly ComparedPath[], screen: Screen): string {
  const asked = compared[0]?.samples.map((sample) => sample.asked) ?? []
  const { shared, labels } = timeLabels(asked)
  const tables = compared
    .filter(({ fields }) => fields.length > 0)
    .flatMap((each) => sourceTables(each, labels, screen))
  if (tables.length === 0) return ''
  return `${screen.paint('bold', [harmless(host), ...shared].join('  '))}\n${tables.join('\n')}`
}

function sourceTables({ path, samples, fields }: ComparedPath, labels: readonly string[], screen: Screen): string[] {
  const rows = fields.map((field) => ({
    label: labelOf(field),
    cells: samples.map((_, index) => cellOf(field, index)),
    score: field.score.toFixed(2),
  }))
  const sampled = samples.map(sampledLabel)
  const widths = labels.map((label, index) =>
    Math.max(...[label, sampled[index] ?? '', ...rows.map(({ cells }) => cells[index] ?? '')].map(displayWidth)),
  )
  const labelWidth = Math.min(widestLabel, Math.max(...[path, ...rows.map(({ label }) => label)].map(displayWidth)))
  return blocksOf(widths, screen.width - labelWidth - scoreWidth - gap).map(([from, to]) =>
    renderTable(
      [
        { title: harmless(path) },
        ...labels.slice(from, to).map((title) => ({ title, align: 'right' as const })),
        { title: 'SCORE', align: 'right', style: 'dim' },
      ],
      [
        ['sampled', ...sampled.slice(from, to), ''],
        ...rows.map(({ label, cells, score }) => [label, ...cells.slice(from, to), score]),
      ],
      screen,
    ),
  )
}

/** Columns that fit beside one another, at least one: from, and up to but without. */
function blocksOf(widths: readonly number[], room: number): [from: number, to: number][] {
  const blocks: [number, number][] = []
  let from = 0
  let used = 0
  for (const [index, width] of widths.entries()) {
    if (index > from && used + width + gap > room) {
      blocks.push([from, index])
      from = index
      used = 0
    }
    used += width + gap
  }
  return [...blocks, [from, widths.length]]
}

function labelOf({ field, unit, kind }: ComparedField): string {
  return harmless(unit === 'pages' && kind !== 'text' ? `${field} (pages)` : field)
}

function cellOf({ kind, unit, values, changes, resets }: ComparedField, index: number): string {
  const value = values[index]
  const went = changes[index]
  if (value === undefined) return '-'
  if (resets[index]) return `reset ${figure(Number(value), unit)}`
  if (kind === 'counter' && went !== undefined) return change(went, unit)
  return typeof value === 'number' ? figure(value, unit) : truncate(harmless(textOf(value)), widestText)
}

/** A time given to the second means the whole of it. */
const wholeSecond = /\.(?:000|999)$/

/** Headings for times, without the day and the offset that all of them share. */
function timeLabels(asked: readonly number[]): { shared: string[]; labels: string[] } {
  const times = asked.map(localParts)
  const isSame = (part: 'date' | 'zone') => times.every((time) => time[part] === times[0]?.[part])
  const [sameDate, sameZone] = [isSame('date'), isSame('zone')]
  const shared = [...(sameDate ? [times[0]?.date ?? ''] : []), ...(sameZone ? [times[0]?.zone ?? ''] : [])]
  const labels = times.map(({ date, clock, zone }) =>
    [sameDate ? '' : `${date} `, clock.replace(wholeSecond, ''), sameZone ? '' : zone].join(''),
  )
  return { shared, labels }
}

/** When the state under a time was observed; the day and the offset where they are others than those of the time. */
function sampledLabel({ asked, at, status }: Sample): string {
  if (at === undefined) return 'none before'
  if (status !== 'sample') return status
  return clockBeside(at, asked)
}
