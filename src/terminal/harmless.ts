// Makes text from anywhere safe to print: control characters, escape sequences and invisible formatting become visible escapes.

/** Which of the control characters that lay out text stay as they are. */
export type Keep = 'nothing' | 'tabs' | 'tabs and lines'

// Cc but for tab and line feed; Cf but for the Arabic and Kaithi signs that are visible; separators and fillers that nobody sees.
const hidden =
  '[[\\p{Cf}--[\\u0600-\\u0605\\u06dd\\u070f\\u0890\\u0891\\u08e2\\u{110bd}\\u{110cd}]]' +
  '\\p{Zl}\\p{Zp}\\p{Cs}\\u115f\\u1160\\u3164\\uffa0\\u{e0100}-\\u{e01ef}\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f'
const unsafe: Record<Keep, RegExp> = {
  nothing: new RegExp(`${hidden}\\t\\n]`, 'gv'),
  tabs: new RegExp(`${hidden}\\n]`, 'gv'),
  'tabs and lines': new RegExp(`${hidden}]`, 'gv'),
}
const plain = /^[\x20-\x7e]*$/
const short: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** The text with everything a terminal would obey or hide written out, as `\x1b` or `\u{202e}`. */
export function harmless(text: string, keep: Keep = 'nothing'): string {
  return plain.test(text) ? text : text.replace(unsafe[keep], visible)
}

function visible(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const digits = code.toString(16)
  return short[character] ?? (code < 256 ? `\\x${digits.padStart(2, '0')}` : `\\u{${digits}}`)
}
