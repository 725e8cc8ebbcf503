// The order of values in a distribution: numbers as numbers, everything else as text.
import type { Scalar } from '../snapshot/document.ts'

/** For `sort`; never 0 for two different values. */
export function compareScalars(one: Scalar, other: Scalar): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other
  return compareTexts(String(one), String(other)) || compareTexts(typeof one, typeof other)
}

function compareTexts(one: string, other: string): number {
  if (one === other) return 0
  return one < other ? -1 : 1
}
