// A change as JSON tells it.
import type { Change } from '../history/change.ts'

/** A change without the text of its lines: of these, only how many there are. */
export function bareChange(change: Change): object {
  if (!('content' in change) || change.content?.kind !== 'lines') return change
  const { kind, removed, added, isCoarse } = change.content
  return { ...change, content: { kind, removed, added, isCoarse } }
}
