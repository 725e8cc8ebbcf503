// How far a series went from its own earlier behaviour.
import type { Unit } from '../snapshot/field.ts'

export interface Reading {
  /** Milliseconds since the epoch. */
  at: number
  value: number
}

export interface Deviation {
  /** See `deviationOf`; 1 is as far as it went before. */
  score: number
  /** Median of the window before. */
  usual: number
  /** The value farthest from it, and when that was read. */
  farthest: number
  at: number
  /** The first reading on that side at least half as far off: where the move began. */
  since: number
  /** Readings of the window, and of the window before. */
  samples: number
  samples_before: number
}

/** Fewer readings than these say nothing of how a series behaves. */
export const fewestReadings = 3

/** Moves below these are none, whatever the series did before: a series without noise must not make an alarm of a trifle. */
const trifles: Readonly<Record<Unit, number>> = {
  bytes: 2 ** 20,
  pages: 256,
  ms: 10,
  s: 1,
  per_second: 1,
  percent: 1,
  count: 1,
}

/**
 * Score: the greatest distance of a reading from the median of the window before, over the greatest usual distance there:
 * the 95th percentile of the distances of the readings before from their median, at least a hundredth of that median and at
 * least a trifle of the unit (1 MiB, 256 pages, 1 of anything else, 1 a second). Readings oldest first; undefined when there
 * are none, or fewer than three before.
 */
export function deviationOf(
  before: readonly Reading[],
  window: readonly Reading[],
  unit: Unit | undefined,
): Deviation | undefined {
  const [first] = window
  if (first === undefined || before.length < fewestReadings) return undefined
  const usual = quantile(
    before.map(({ value }) => value),
    50,
  )
  const distance = ({ value }: Reading) => Math.abs(value - usual)
  const noise = Math.max(quantile(before.map(distance), 95), Math.abs(usual) / 100, trifles[unit ?? 'count'])
  const farthest = window.reduce((best, reading) => (distance(reading) > distance(best) ? reading : best), first)
  const side = Math.sign(farthest.value - usual)
  const began = window.find((reading) => (reading.value - usual) * side >= distance(farthest) / 2)
  return {
    score: distance(farthest) / noise,
    usual,
    farthest: farthest.value,
    at: farthest.at,
    since: (began ?? farthest).at,
    samples: window.length,
    samples_before: before.length,
  }
}

/** The least value that at least so many percent do not exceed. */
function quantile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? Number.NaN
}
