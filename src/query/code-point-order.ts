// The order of texts in queries: by code point, as UTF-8 bytes sort in both stores (JavaScript compares UTF-16 units).
import type { Edge } from './ast.ts'

/** Negative, zero or positive as the first text stands before, with or after the second. */
export function compareCodePoints(left: string, right: string): number {
  const shared = Math.min(left.length, right.length)
  for (let index = 0; index < shared; index++) {
    const a = left.charCodeAt(index)
    const b = right.charCodeAt(index)
    if (a !== b) return rank(a) - rank(b)
  }
  return left.length - right.length
}

/** Surrogates stand for characters beyond U+FFFF, so they sort behind all other units. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}

/** A test whether a text stands between two edges. */
export function textWithin(lower: Edge | undefined, upper: Edge | undefined): (text: string) => boolean {
  return (text) => {
    const above = lower ? compareCodePoints(text, String(lower.value)) : 1
    const below = upper ? compareCodePoints(String(upper.value), text) : 1
    return (
      (above > 0 || (above === 0 && lower?.inclusive === true)) &&
      (below > 0 || (below === 0 && upper?.inclusive === true))
    )
  }
}
