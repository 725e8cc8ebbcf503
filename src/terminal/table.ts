// Aligned columns for a terminal: as wide as needed, and when the terminal is narrower the least needed are cut.
import type { Paint, Style } from './color.ts'
import { displayWidth, pad, truncate } from './width.ts'

export interface TableColumn {
  title: string
  align?: 'left' | 'right'
  style?: Style
  /** When the terminal is too narrow: before the others, down to its title, or only when these are down to a few characters. */
  cut?: 'first' | 'last'
}

const gap = 2
const narrowest = 6
const cutOrder: readonly TableColumn['cut'][] = ['first', undefined, 'last']

/** Heading and rows, one line each; cells must be harmless already. */
export function renderTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  options: { width: number; paint: Paint },
): string {
  const natural = columns.map((column, index) =>
    rows.reduce((widest, row) => Math.max(widest, displayWidth(row[index] ?? '')), displayWidth(column.title)),
  )
  const widths = fit(columns, natural, options.width)
  const line = (cells: readonly string[], style: (column: TableColumn) => Style | undefined) =>
    columns
      .map((column, index) => {
        const width = widths[index] ?? 0
        const text = truncate(cells[index] ?? '', width)
        const last = index === columns.length - 1 && column.align !== 'right'
        const filled = last ? text : pad(text, width, column.align)
        const chosen = style(column)
        return chosen ? options.paint(chosen, filled) : filled
      })
      .join(' '.repeat(gap))
      .trimEnd()
  const heading = line(
    columns.map((column) => column.title),
    () => 'bold',
  )
  return [heading, ...rows.map((row) => line(row, (column) => column.style))].map((text) => `${text}\n`).join('')
}

/** Takes off the widest of the columns that are cut next, until all fit; none gets narrower than a few characters. */
function fit(columns: readonly TableColumn[], natural: readonly number[], width: number): number[] {
  const widths = [...natural]
  let excess = widths.reduce((sum, each) => sum + each + gap, -gap) - width
  for (const turn of cutOrder) {
    const spare = columns.map(({ cut, title }, index) => {
      if (cut !== turn) return 0
      return (widths[index] ?? 0) - (turn === 'first' ? Math.max(narrowest, displayWidth(title)) : narrowest)
    })
    while (excess > 0 && spare.some((each) => each > 0)) {
      const current = Math.max(...widths.filter((_, index) => (spare[index] ?? 0) > 0))
      const widest = widths.findIndex((each, index) => each === current && (spare[index] ?? 0) > 0)
      widths[widest] = current - 1
      spare[widest] = (spare[widest] ?? 0) - 1
      excess--
    }
  }
  return widths
}
