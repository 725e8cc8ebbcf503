// How far a series went from its own earlier behaviour.

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

/**
 * Score: the greatest distance of a reading from the median of the window before, over the greatest usual distance there: the
 * 95th percentile of the distances of the readings before from their median, but at least a hundredth of the larger of the
 * median and the farthest reading, and at least `trifle`, so that a series without noise makes no alarm of a small step. It
 * is 100 where all of it went or came (200 across zero). Readings oldest first; undefined when there are none, or fewer than
 * three before.
 */
export function deviationOf(
  before: readonly Reading[],
  window: readonly Reading[],
  trifle: number,
): Deviation | undefined {
  const [first] = window
  if (first === undefined || before.length < fewestReadings) return undefined
  const usual = quantile(
    before.map(({ value }) => value),
    50,
  )
  const distance = ({ value }: Reading) => Math.abs(value - usual)
  const farthest = window.reduce((best, reading) => (distance(reading) > distance(best) ? reading : best), first)
  const large = Math.max(Math.abs(usual), Math.abs(farthest.value))
  const noise = Math.max(quantile(before.map(distance), 95), large / 100, trifle)
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
