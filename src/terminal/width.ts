// How many columns of a terminal a text takes: East Asian wide characters and emoji two, combining marks none.

const ascii = /^[\x20-\x7e]*$/
const none = /[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff]/u
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18aff}\u{1aff0}-\u{1b2ff}\u{20000}-\u{3fffd}]|(?!\p{Regional_Indicator})\p{Emoji_Presentation}/u

/** Columns the text takes; it must hold no control characters. */
export function displayWidth(text: string): number {
  if (ascii.test(text)) return text.length
  let width = 0
  for (const character of text) width += widthOf(character)
  return width
}

/** The text cut to at most so many columns, with `…` in place of what is missing. */
export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  let kept = ''
  let used = 0
  for (const character of text) {
    used += widthOf(character)
    if (used > width - 1) break
    kept += character
  }
  return width < 1 ? '' : `${kept}…`
}

/** The text filled with spaces to so many columns; longer text is left as it is. */
export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const missing = ' '.repeat(Math.max(0, width - displayWidth(text)))
  return align === 'right' ? missing + text : text + missing
}

function widthOf(character: string): number {
  if (none.test(character)) return 0
  return wide.test(character) ? 2 : 1
}
