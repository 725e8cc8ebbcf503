// Samples of a source as columns of numbers over time, few enough to draw.
import { allOf, hasValue } from '../../history/conditions.ts'
import type { Condition } from '../../query/ast.ts'
import type { Store } from '../../store/store.ts'

export interface Samples {
  /** Milliseconds since the epoch, oldest first. */
  at: number[]
  /** A number for each time, or nothing. */
  columns: Map<string, (number | undefined)[]>
  /** Only the newest of them were read. */
  isCut: boolean
}

export interface Span {
  host: string
  from: number
  to: number
}

/** Documents read of one source at most. */
const mostRead = 20_000

/** The numbers of a source in a span of time. `fields` may end in `.*`. */
export async function samplesOf(
  store: Store,
  { host, from, to }: Span,
  source: Condition,
  fields: readonly string[],
): Promise<Samples> {
  const condition = allOf(hasValue('host.name', host), source)
  const rows: { at: number; values: Map<string, number> }[] = []
  let isCut = false
  const view = { kind: 'history', from, to } as const
  for await (const { names, values } of store.select({ condition, view, fields: ['@timestamp', ...fields] })) {
    if (rows.length >= mostRead) {
      isCut = true
      break
    }
    const numbers = new Map<string, number>()
    let at = Number.NaN
    for (const [index, name] of names.entries()) {
      const value = values[index]
      if (name === '@timestamp') at = Date.parse(String(value))
      else if (typeof value === 'number') numbers.set(name, value)
    }
    if (!Number.isNaN(at)) rows.push({ at, values: numbers })
  }
  rows.sort((one, other) => one.at - other.at)
  const names = new Set(rows.flatMap(({ values }) => [...values.keys()]))
  const columns = new Map(Array.from(names, (name) => [name, rows.map(({ values }) => values.get(name))]))
  return { at: rows.map(({ at }) => at), columns, isCut }
}

/** How fast a counter went up between two samples, per second; nothing where it began anew. */
export function ratesOf(at: readonly number[], values: readonly (number | undefined)[]): (number | undefined)[] {
  let last = -1
  return values.map((value, index) => {
    const before = values[last]
    const since = at[last] ?? 0
    if (value === undefined) return undefined
    last = index
    const seconds = ((at[index] ?? 0) - since) / 1000
    return before === undefined || value < before || seconds <= 0 ? undefined : (value - before) / seconds
  })
}

export interface Drawn {
  at: number[]
  columns: (number | undefined)[][]
  /** How many samples there were where not all of them are drawn. */
  thinnedFrom?: number
}

/** At most so many points: of each stretch of time the least and the most of each line, so that no peak is lost. */
export function thinned(
  at: readonly number[],
  columns: readonly (readonly (number | undefined)[])[],
  most = 800,
): Drawn {
  if (at.length <= most) return { at: [...at], columns: columns.map((column) => [...column]) }
  const size = Math.ceil(at.length / (most / 2))
  const drawn: Drawn = { at: [], columns: columns.map(() => []), thinnedFrom: at.length }
  for (let start = 0; start < at.length; start += size) {
    const end = Math.min(at.length, start + size)
    drawn.at.push(at[start] ?? 0)
    if (end - start > 1) drawn.at.push(at[end - 1] ?? 0)
    for (const [index, column] of columns.entries()) {
      const part = column.slice(start, end).filter((value) => value !== undefined)
      const [least, greatest] = part.length === 0 ? [] : [Math.min(...part), Math.max(...part)]
      const isRising = (column[start] ?? 0) <= (column[end - 1] ?? 0)
      drawn.columns[index]?.push(isRising ? least : greatest)
      if (end - start > 1) drawn.columns[index]?.push(isRising ? greatest : least)
    }
  }
  return drawn
}
