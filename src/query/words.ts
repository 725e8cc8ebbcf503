// The one analyzer of text: runs of letters and digits, lower-cased. Both stores and the query use it, so they agree.

/** Longer runs are cut to this many UTF-16 units, at index and at query time (base64 blobs would break an inverted index). */
export const longestWord = 255

const run = /[\p{L}\p{N}]+/gu

/** The words of a text, in order. `net.core.somaxconn=128` gives net, core, somaxconn, 128. */
export function wordsOf(text: string): string[] {
  return (text.match(run) ?? []).map(foldWord)
}

/** Lower case character by character (no context rules, no change of length), cut at `longestWord`. */
export function foldWord(word: string): string {
  const cut = word.length > longestWord ? word.slice(0, longestWord) : word
  return isAscii(cut) ? cut.toLowerCase() : Array.from(cut, foldCharacter).join('')
}

function foldCharacter(character: string): string {
  const lower = character.toLowerCase()
  return lower.length === character.length ? lower : (Array.from(lower)[0] ?? character)
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 127) return false
  return true
}
