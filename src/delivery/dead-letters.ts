// Documents the store will never take, with the reason: lines of JSON in a file that is bounded and rotated once to `.1`.
import { closeSync, fstatSync, fsyncSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Document } from '../snapshot/document.ts'

const defaultMaxBytes = 10 * 1024 * 1024

export interface DeadLetters {
  /** Appends one, on disk when it returns. Throws what the file system throws. */
  add(time: number, reason: string, document: Document): void
}

/** Opens the file at each use: rejections are rare, and another program may rotate it too. Readable by its owner only. */
export function createDeadLetters(path: string, maxBytes = defaultMaxBytes): DeadLetters {
  return {
    add(time, reason, document) {
      const line = lineOf(time, reason, document, maxBytes)
      mkdirSync(dirname(path), { recursive: true })
      let file = openSync(path, 'a', 0o600)
      try {
        const { size } = fstatSync(file)
        if (size > 0 && size + line.length > maxBytes) {
          renameSync(path, `${path}.1`)
          closeSync(file)
          file = openSync(path, 'a', 0o600)
        }
        for (let written = 0; written < line.length; ) written += writeSync(file, line, written)
        fsyncSync(file)
      } finally {
        closeSync(file)
      }
    },
  }
}

/** A document that alone is larger than the file may be is noted without its fields: a reason without it is better than none. */
function lineOf(time: number, reason: string, document: Document, maxBytes: number): Buffer {
  const at = new Date(time).toISOString()
  const line = Buffer.from(`${JSON.stringify({ time: at, reason, document })}\n`)
  if (line.length <= maxBytes) return line
  const { '@timestamp': timestamp, 'host.name': host, 'file.path': path } = document
  const named = { '@timestamp': timestamp, 'host.name': host, 'file.path': path }
  return Buffer.from(`${JSON.stringify({ time: at, reason, document: named, omitted_bytes: line.length })}\n`)
}
