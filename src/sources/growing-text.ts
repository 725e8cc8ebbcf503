// Bytes that grow at their end and keep their memory when cleared: a text made anew every pass costs no garbage.

export class GrowingText {
  #buffer = Buffer.allocUnsafe(128 * 1024)
  #length = 0

  clear(): void {
    this.#length = 0
  }

  get length(): number {
    return this.#length
  }

  /** The text, as a view that the next change may write over. */
  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }

  append(bytes: Buffer): void {
    this.#length += bytes.copy(this.#reserve(bytes.length), this.#length)
  }

  /**
   * Lets `fill` write up to `most` bytes of a value behind the end, then appends it as one line that begins with `prefix`, or
   * as several when it has several lines; an empty value appends nothing. Control characters become blanks.
   */
  appendValue(prefix: Buffer, most: number, fill: (buffer: Buffer, start: number) => number): void {
    const buffer = this.#reserve(prefix.length + most + 1)
    const start = this.#length + prefix.length
    const length = fill(buffer, start)
    if (length === 0) return
    let end = start + length
    while (end > start && isLineEnd(buffer[end - 1])) end--
    if (makeHarmless(buffer, start, end)) {
      const lines = buffer.toString('latin1', start, end).split('\n')
      for (const line of lines) this.append(Buffer.concat([prefix, Buffer.from(`${line}\n`, 'latin1')]))
      return
    }
    prefix.copy(buffer, this.#length)
    buffer[end] = newline
    this.#length = end + 1
  }

  /** The memory behind the text, with at least so much room after its end. */
  #reserve(room: number): Buffer {
    if (this.#length + room > this.#buffer.length)
      this.#buffer = Buffer.concat([this.bytes()], 2 * this.#buffer.length + room)
    return this.#buffer
  }
}

const newline = 10

/** Control characters to blanks, in place; whether there is a line feed among them, which stays. */
function makeHarmless(buffer: Buffer, start: number, end: number): boolean {
  let hasNewline = false
  for (let index = start; index < end; index++) {
    const byte = buffer[index] ?? 0
    if ((byte >= 32 && byte !== 127) || byte === 9) continue
    if (byte === newline) hasNewline = true
    else buffer[index] = 32
  }
  return hasNewline
}

function isLineEnd(byte: number | undefined): boolean {
  return byte === newline || byte === 13 || byte === 0
}
