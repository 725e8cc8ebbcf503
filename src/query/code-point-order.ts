// The order of texts in queries: by code point, as UTF-8 bytes sort in both stores (JavaScript compares UTF-16 units).

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
