// What a distribution says in numbers: least, quantiles, most and mean over hosts.
import type { ValueRow } from '../store/store.ts'

export interface Statistics {
  /** How many figures: each number counts once for each host that has it. */
  count: number
  /** Distinct values that are no numbers and are left out. */
  left_out: number
  min: number
  p5: number
  p50: number
  p95: number
  p99: number
  max: number
  mean: number
}

/**
 * Of every number in a whole distribution, exact: a quantile is the least value that at least so large a share of the
 * figures does not exceed (nearest rank), so it is one that some host has. Undefined where no value is a number.
 */
export function statisticsOf(values: readonly ValueRow[]): Statistics | undefined {
  const numbers = values.filter((row): row is ValueRow & { value: number } => typeof row.value === 'number')
  numbers.sort((a, b) => a.value - b.value)
  const [least, most] = [numbers[0], numbers.at(-1)]
  if (least === undefined || most === undefined) return undefined
  const count = numbers.reduce((sum, { hosts }) => sum + hosts, 0)
  const sum = numbers.reduce((total, { value, hosts }) => total + value * hosts, 0)
  const quantile = (percent: number) => {
    let left = Math.ceil((count * percent) / 100)
    for (const { value, hosts } of numbers) {
      left -= hosts
      if (left <= 0) return value
    }
    return most.value
  }
  return {
    count,
    left_out: values.length - numbers.length,
    min: least.value,
    p5: quantile(5),
    p50: quantile(50),
    p95: quantile(95),
    p99: quantile(99),
    max: most.value,
    // what lies beyond is the rounding of the sum
    mean: Number((sum / count).toPrecision(12)),
  }
}
