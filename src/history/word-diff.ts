// Which words differ between two passages.
import { diffWordsWithSpace } from 'diff'

export interface WordPiece {
  sign: ' ' | '-' | '+'
  text: string
}

/** Passages longer than this, or further apart, are one whole change: nobody reads them word by word. */
const longest = 100_000
const mostEdits = 2000

/** The pieces of both passages in order; what was removed stands before what was added in its place. */
export function diffWords(removed: string, added: string): WordPiece[] {
  const isShort = removed.length + added.length <= longest
  const changes = isShort ? diffWordsWithSpace(removed, added, { maxEditLength: mostEdits }) : undefined
  const pieces: WordPiece[] = changes
    ? changes.map((change) => ({ sign: change.removed ? '-' : change.added ? '+' : ' ', text: change.value }))
    : [
        { sign: '-', text: removed },
        { sign: '+', text: added },
      ]
  return pieces.filter(({ text }) => text !== '')
}
