// Which levels and counters of a source went farthest from their own behaviour in the window before.
import type { Unit } from '../snapshot/field.ts'
import { type Deviation, deviationOf, type Reading } from './deviation.ts'
import type { Amount } from './figures.ts'
import type { SourceSamples } from './samples.ts'

export interface Move extends Deviation {
  path: string
  field: string
  unit?: Unit
  /** Of a counter every figure is a rate per second. */
  kind: 'level' | 'counter'
}

/** Seconds below which a rate says more about the clock than about the host. */
const shortestInterval = 0.01

/** The moves of one source. `boots`: when the host booted; `start`: where the window begins and the time before it ends. */
export function movesOf(
  { path, series }: SourceSamples,
  { start, boots, amountOf }: { start: number; boots: readonly number[]; amountOf: (field: string) => Amount },
): Move[] {
  const moves: Move[] = []
  for (const [field, readings] of series) {
    if (series.has(field.replace(/^(\w+)_rate\./, '$1.')) && /^\w+_rate\./.test(field)) continue
    const { unit, isCounter } = amountOf(field)
    const figures = isCounter ? ratesOf(readings, boots) : readings
    const split = figures.findIndex(({ at }) => at >= start)
    if (split === -1) continue
    const kind = isCounter ? 'counter' : 'level'
    const deviation = deviationOf(figures.slice(0, split), figures.slice(split), unit)
    if (deviation) moves.push({ path, field, ...(unit !== undefined && { unit }), kind, ...deviation })
  }
  return moves
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
