// Phrases whose words may move: Lucene's sloppy phrase. A match gives every word of the phrase a position of its own so that the
// shifts (position in the text less position in the phrase) differ by at most `slop`. Two words swapped cost two moves.

/** Positions of every match, one array a match, ordered as the phrase is; matches begin further and further right. */
export function* sloppyMatches(
  textWords: readonly string[],
  phrase: readonly string[],
  slop: number,
): Generator<number[], undefined> {
  const places = placesOf(textWords, phrase)
  if (!places) return undefined
  const slots = phrase.map((word) => places.get(word) ?? [])
  const shifts = new Set(slots.flatMap((positions, index) => positions.map((position) => position - index)))
  for (const shift of [...shifts].sort((a, b) => a - b)) {
    const chosen = choose(phrase, slots, shift, slop)
    if (chosen) yield chosen
  }
  return undefined
}

/** Where the words of a phrase stand; nothing when one of them is missing. */
function placesOf(textWords: readonly string[], phrase: readonly string[]): Map<string, number[]> | undefined {
  const places = new Map<string, number[]>(phrase.map((word) => [word, []]))
  for (const [position, word] of textWords.entries()) places.get(word)?.push(position)
  for (const positions of places.values()) if (positions.length === 0) return undefined
  return places
}

/**
 * Positions within the window that starts at a shift. Both ends of the windows of equal words grow along the phrase, so the first
 * free position is always the best one.
 */
function choose(
  phrase: readonly string[],
  slots: readonly (readonly number[])[],
  shift: number,
  slop: number,
): number[] | undefined {
  const last = new Map<string, number>()
  const chosen: number[] = []
  for (const [index, word] of phrase.entries()) {
    const from = Math.max(shift + index, (last.get(word) ?? -1) + 1)
    const position = firstFrom(slots[index]!, from)
    if (position === undefined || position > shift + slop + index) return undefined
    last.set(word, position)
    chosen.push(position)
  }
  return chosen
}

/** The first of ascending numbers that is not below another. */
function firstFrom(ascending: readonly number[], least: number): number | undefined {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (ascending[middle]! < least) low = middle + 1
    else high = middle
  }
  return ascending[low]
}
