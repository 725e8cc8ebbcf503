// One JSON value a line. What a terminal would obey or hide is written as a JSON escape: the value stays the same.

const hidden = /[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu

/** The value as one line of JSON with its line feed, harmless to print and equal when read again. */
export function jsonLine(value: unknown): string {
  return `${JSON.stringify(value).replace(hidden, escaped)}\n`
}

function escaped(character: string): string {
  let text = ''
  for (let index = 0; index < character.length; index++)
    text += `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`
  return text
}
