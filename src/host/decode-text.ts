// Bytes of a file to text that a person can read, whatever they are.
import { isUtf8 } from 'node:buffer'
import { setImmediate as breathe } from 'node:timers/promises'

/** `mixed`: lines that are not UTF-8 are read as Latin-1. `binary`: no text. */
export type Encoding = 'utf-8' | 'utf-16' | 'mixed' | 'binary'

/** Work between two breaths of the event loop; about a millisecond a megabyte. */
const sliceBytes = 4 * 1024 * 1024

/** Text of `length` bytes in `chunks`, without a byte order mark. */
export async function decodeText(
  chunks: readonly Buffer[],
  length: number,
): Promise<{ text?: string; encoding: Encoding }> {
  const wide = utf16Label(chunks[0])
  if (wide !== undefined) {
    const text = decodeStream(chunks, wide)
    return text === undefined ? { encoding: 'binary' } : { text, encoding: 'utf-16' }
  }
  if (chunks.some((chunk) => chunk.includes(0))) return { encoding: 'binary' }
  if (length <= sliceBytes) {
    const bytes = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, length)
    if (isUtf8(bytes)) return { text: withoutMark(bytes.toString('utf8')), encoding: 'utf-8' }
    return { text: await decodeLines(bytes), encoding: 'mixed' }
  }
  const text = await decodeLongUtf8(chunks)
  if (text !== undefined) return { text, encoding: 'utf-8' }
  return { text: await decodeLines(Buffer.concat(chunks, length)), encoding: 'mixed' }
}

function utf16Label(start: Buffer | undefined): 'utf-16le' | 'utf-16be' | undefined {
  if (start === undefined || start.length < 2) return undefined
  const isUtf32 = start.length >= 4 && start[2] === 0 && start[3] === 0
  if (start[0] === 0xff && start[1] === 0xfe && !isUtf32) return 'utf-16le'
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be'
  return undefined
}

/** Undefined when it is no such text, or text of nothing but control characters. */
function decodeStream(chunks: readonly Buffer[], label: string): string | undefined {
  const decoder = new TextDecoder(label, { fatal: true })
  try {
    const text = chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join('') + decoder.decode()
    return text.includes('\0') ? undefined : text
  } catch {
    return undefined
  }
}

async function decodeLongUtf8(chunks: readonly Buffer[]): Promise<string | undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const parts: string[] = []
  let sinceBreath = 0
  try {
    for (const chunk of chunks) {
      parts.push(decoder.decode(chunk, { stream: true }))
      sinceBreath += chunk.length
      if (sinceBreath < sliceBytes) continue
      sinceBreath = 0
      await breathe()
    }
    parts.push(decoder.decode())
  } catch {
    return undefined
  }
  return parts.join('')
}

async function decodeLines(bytes: Buffer): Promise<string> {
  const parts: string[] = []
  let sinceBreath = 0
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(0x0a, start)
    const end = newline === -1 ? bytes.length : newline + 1
    const line = bytes.subarray(start, end)
    parts.push(line.toString(isUtf8(line) ? 'utf8' : 'latin1'))
    sinceBreath += end - start
    if (sinceBreath >= sliceBytes) {
      sinceBreath = 0
      await breathe()
    }
    start = end
  }
  return withoutMark(parts.join(''))
}

function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}
