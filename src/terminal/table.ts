// Aligned columns for a terminal: as wide as needed, the widest cut first when the terminal is narrower.
import type { Paint, Style } from './color.ts'
import { displayWidth, pad, truncate } from './width.ts'

export interface TableColumn {
  title: string
  align?: 'left' | 'right'
  style?: Style
}

const gap = 2
const narrowest = 6

/** Heading and rows, one line each; cells must be harmless already. */
export function renderTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  options: { width: number; paint: Paint },
): string {
  const natural = columns.map((column, index) =>
    rows.reduce((widest, row) => Math.max(widest, displayWidth(row[index] ?? '')), displayWidth(column.title)),
  )
  const widths = fit(natural, options.width)
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

/** Takes columns off the widest until all fit; none gets narrower than a few characters. */
function fit(natural: readonly number[], width: number): number[] {
  const widths = [...natural]
  let excess = widths.reduce((sum, each) => sum + each + gap, -gap) - width
  while (excess > 0) {
    const widest = widths.indexOf(Math.max(...widths))
    const current = widths[widest] ?? 0
    if (current <= narrowest) break
    widths[widest] = current - 1
    excess--
  }
  return widths
}
