// The lines of a stream of bytes, in constant memory, with their numbers.
import { isUtf8 } from 'node:buffer'

export interface Line {
  /** From 1. */
  number: number
  /** Without its line end; undefined when its bytes are not UTF-8. */
  text: string | undefined
}

const longest = 256 * 1024 * 1024

/** The lines of each chunk at once: one by one would cost more than parsing them. Throws on a line over 256 MB. */
export async function* lineGroups(input: AsyncIterable<Uint8Array>): AsyncGenerator<Line[]> {
  let rest: Uint8Array[] = []
  let restBytes = 0
  let number = 1
  for await (const chunk of input) {
    const end = chunk.lastIndexOf(0x0a)
    if (end === -1) {
      rest.push(chunk)
      restBytes += chunk.length
      if (restBytes > longest) throw new Error(`line ${number} is longer than ${longest / 1024 / 1024} MB`)
      continue
    }
    const group = split(Buffer.concat([...rest, chunk.subarray(0, end)]), number)
    rest = [chunk.subarray(end + 1)]
    restBytes = chunk.length - end - 1
    number += group.length
    yield group
  }
  if (restBytes > 0) yield split(Buffer.concat(rest), number)
}

function split(bytes: Buffer, first: number): Line[] {
  if (isUtf8(bytes))
    return bytes
      .toString()
      .split('\n')
      .map((text, index) => ({ number: first + index, text }))
  const lines: Line[] = []
  for (let start = 0; start <= bytes.length; ) {
    const found = bytes.indexOf(0x0a, start)
    const end = found === -1 ? bytes.length : found
    const line = bytes.subarray(start, end)
    lines.push({ number: first + lines.length, text: isUtf8(line) ? line.toString() : undefined })
    start = end + 1
  }
  return lines
}
