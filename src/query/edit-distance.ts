// Edit distance with transpositions (optimal string alignment) by code points, as Lucene's fuzzy queries count it.

/** A test whether a text is at most so many edits away: insertions, removals, replacements, swaps of neighbours. */
export function withinDistance(source: string, distance: number): (text: string) => boolean {
  const points = Array.from(source)
  return (text) => text === source || editDistance(points, Array.from(text), distance) <= distance
}

/** The number of edits between two sequences of characters, or something above `limit` when there are more. */
export function editDistance(from: readonly string[], to: readonly string[], limit: number): number {
  if (Math.abs(from.length - to.length) > limit) return limit + 1
  let beforePrevious: number[] = []
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    let least = row
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1]
      let edits = Math.min(previous[column]! + 1, current[column - 1]! + 1, previous[column - 1]! + (same ? 0 : 1))
      if (row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]) {
        edits = Math.min(edits, beforePrevious[column - 2]! + 1)
      }
      current.push(edits)
      if (edits < least) least = edits
    }
    // a swap reaches back two rows, so one bad row alone proves nothing
    if (least > limit && Math.min(...previous) > limit) return limit + 1
    beforePrevious = previous
    previous = current
  }
  return previous[to.length]!
}
