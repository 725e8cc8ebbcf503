// Which levels, flags and counters of a source went farthest from their own behaviour in the window before.
import type { Unit } from '../snapshot/field.ts'
import { type Deviation, deviationOf, type Reading } from './deviation.ts'
import type { Amount } from './figures.ts'
import type { SourceSamples } from './samples.ts'

export interface Move extends Deviation {
  path: string
  field: string
  unit?: Unit
  /** Of a flag every figure is 0 or 1, of a counter a rate per second. */
  kind: 'level' | 'flag' | 'counter'
}

interface MoveOptions {
  /** Where the window begins and the time before it ends; milliseconds since the epoch, as the times of the boots. */
  start: number
  boots: readonly number[]
  amountOf(field: string): Amount
}

/** Steps of a level by its unit that never matter; of a counter, per second. */
const trifles: Readonly<Record<Unit, number>> = {
  bytes: 2 ** 20,
  pages: 256,
  ms: 10,
  s: 1,
  per_second: 1,
  percent: 1,
  count: 1,
}

/** Seconds below which a rate says more about the clock than about the host. */
const shortestInterval = 0.01

/**
 * The moves of one source, in no order, scored as `deviationOf` says. The trifle is 1 MiB, 256 pages, 10 ms or 1 of another
 * unit, of a counter as much a second, and of a level at least a thousandth of the widest move of its unit at the source.
 */
export function movesOf({ path, series, flags }: SourceSamples, { start, boots, amountOf }: MoveOptions): Move[] {
  const candidates = [...series].flatMap(([field, readings]) => {
    if (isRateOf(field, series)) return []
    const { unit, isCounter } = amountOf(field)
    const kind: Move['kind'] = flags.has(field) ? 'flag' : isCounter ? 'counter' : 'level'
    const figures = kind === 'counter' ? ratesOf(readings, boots) : readings
    const split = figures.findIndex(({ at }) => at >= start)
    if (split === -1) return []
    const trifle = kind === 'flag' ? 0 : trifles[unit ?? 'count']
    const about = { path, field, ...(unit !== undefined && { unit }), kind }
    return [{ about, before: figures.slice(0, split), window: figures.slice(split), trifle }]
  })
  const widest = new Map<Unit | undefined, number>()
  for (const { about, before, window } of candidates) {
    const found = about.kind === 'level' ? deviationOf(before, window, 0) : undefined
    if (found) widest.set(about.unit, Math.max(widest.get(about.unit) ?? 0, Math.abs(found.farthest - found.usual)))
  }
  return candidates.flatMap(({ about, before, window, trifle }) => {
    const beside = about.kind === 'level' ? (widest.get(about.unit) ?? 0) / 1000 : 0
    const deviation = deviationOf(before, window, Math.max(trifle, beside))
    return deviation ? [{ ...about, ...deviation }] : []
  })
}

/** `netstat_rate.…` beside `netstat.…`: the counter itself tells more. */
function isRateOf(field: string, series: ReadonlyMap<string, unknown>): boolean {
  const counter = field.replace(/^(\w+)_rate\./, '$1.')
  return counter !== field && series.has(counter)
}

/** Rates per second from reading to reading, each at its later end; none across a reboot or where the counter went down. */
function ratesOf(readings: readonly Reading[], boots: readonly number[]): Reading[] {
  const rates: Reading[] = []
  for (const [index, { at, value }] of readings.entries()) {
    const before = readings[index - 1]
    if (!before || value < before.value || boots.some((boot) => boot > before.at && boot <= at)) continue
    const elapsed = (at - before.at) / 1000
    if (elapsed >= shortestInterval) rates.push({ at, value: (value - before.value) / elapsed })
  }
  return rates
}
