// A small chart in text: one block of rows, as wide as the terminal, its lowest and highest value written beside it.

/** A value that held for a time; times in milliseconds since the epoch. */
export interface Span {
  from: number
  to: number
  value: number
}

export interface ChartForm {
  /** Columns of the terminal. */
  width: number
  rows: number
  /** How a value is written. */
  label(value: number): string
}

const blocks = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']

/** The rows, highest first, of spans in order of time; each column is the mean of its time, empty where nothing is known. */
export function chart(spans: readonly Span[], { width, rows, label }: ChartForm): string[] {
  const values = spans.map(({ value }) => value)
  const [low, high] = [least(values), -least(values.map((value) => -value))]
  const labels = [label(high), ...Array.from({ length: rows - 2 }, () => ''), label(low)]
  const margin = Math.max(...labels.map((text) => text.length))
  const means = meansOf(spans, Math.max(1, width - margin - 3))
  const levels = means.map((mean) => {
    if (mean === undefined) return 0
    const share = high === low ? 0.5 : (mean - low) / (high - low)
    return Math.max(1, Math.round(share * rows * 8))
  })
  return labels.map((text, row) => {
    const floor = (rows - 1 - row) * 8
    const cells = levels.map((level) => blocks[Math.max(0, Math.min(8, level - floor))])
    return `${text.padStart(margin)} │${cells.join('')}`.trimEnd()
  })
}

function least(values: readonly number[]): number {
  return values.reduce((smallest, value) => Math.min(smallest, value), Number.POSITIVE_INFINITY)
}

function meansOf(spans: readonly Span[], columns: number): (number | undefined)[] {
  const [first, last] = [spans[0]?.from ?? 0, spans.at(-1)?.to ?? 0]
  const length = Math.max(1, last - first) / columns
  let next = 0
  return Array.from({ length: columns }, (_, column) => {
    const from = first + column * length
    const to = from + length
    let [sum, weight] = [0, 0]
    for (let index = next; index < spans.length; index++) {
      const span = spans[index]
      if (!span || span.from >= to) break
      if (span.to <= from) {
        next = index + 1
        continue
      }
      const overlap = Math.min(to, span.to) - Math.max(from, span.from)
      sum += span.value * overlap
      weight += overlap
    }
    return weight > 0 ? sum / weight : undefined
  })
}
