// Sets of code points as sorted, disjoint inclusive ranges, flat: [first, last, first, last, …].

export type CharacterSet = readonly number[]

export const lastCodePoint = 0x10ffff
export const anyCharacter: CharacterSet = [0, lastCodePoint]

export function setOf(...ranges: readonly (readonly [first: number, last: number])[]): CharacterSet {
  const sorted = [...ranges].sort((a, b) => a[0] - b[0])
  const merged: number[] = []
  for (const [first, last] of sorted) {
    const previous = merged.at(-1)
    if (previous !== undefined && first <= previous + 1) merged[merged.length - 1] = Math.max(previous, last)
    else merged.push(first, last)
  }
  return merged
}

export function unionOf(...sets: readonly CharacterSet[]): CharacterSet {
  return setOf(...sets.flatMap(rangesOf))
}

export function complementOf(set: CharacterSet): CharacterSet {
  const inverted: number[] = []
  let next = 0
  for (const [first, last] of rangesOf(set)) {
    if (first > next) inverted.push(next, first - 1)
    next = last + 1
  }
  if (next <= lastCodePoint) inverted.push(next, lastCodePoint)
  return inverted
}

export function rangesOf(set: CharacterSet): [first: number, last: number][] {
  const ranges: [number, number][] = []
  for (let index = 0; index < set.length; index += 2) ranges.push([set[index]!, set[index + 1]!])
  return ranges
}

export function contains(set: CharacterSet, codePoint: number): boolean {
  for (let index = 0; index < set.length; index += 2) {
    if (codePoint <= set[index + 1]!) return codePoint >= set[index]!
  }
  return false
}
