// The likeliest meaning of a field name that nothing carries.
import { editDistance } from './edit-distance.ts'

/** The known name nearest to a mistyped one: few edits away, or the only one that ends in the same part. */
export function suggestField(name: string, known: Iterable<string>): string | undefined {
  const names = [...known].filter((each) => each !== name)
  const wanted = name.toLowerCase()
  const limit = Math.max(1, Math.min(3, Math.floor(wanted.length / 3)))
  let best: string | undefined
  let fewest = limit + 1
  for (const each of names) {
    const edits = editDistance(Array.from(wanted), Array.from(each.toLowerCase()), limit)
    if (edits >= fewest) continue
    best = each
    fewest = edits
  }
  return best ?? sameEnding(wanted, names)
}

function sameEnding(wanted: string, names: readonly string[]): string | undefined {
  const last = lastPart(wanted)
  const alike = names.filter((each) => lastPart(each.toLowerCase()) === last)
  return alike.length > 0 ? alike.reduce((best, each) => (each.length < best.length ? each : best)) : undefined
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1)
}
