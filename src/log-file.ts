// The log's file: appended to synchronously, rotated by size to `.1`, `.2` and so on. Winston's own file transport loses
// lines and spins without end when a full file cannot be renamed.
import { closeSync, constants, existsSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { ActionableError, messageOf } from './errors.ts'

export interface LogFile {
  /** Appends a line, its end included. Never throws. */
  write(line: string): void
  close(): void
}

export type Trouble = (message: string, fields: Record<string, unknown>) => void

const keptFiles = 5
const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK

/**
 * Opens or creates the file; throws ActionableError where that cannot be, or where its folder does not exist. `trouble` is
 * told once when writing or rotating begins to fail, and when it works again; lines are dropped meanwhile.
 */
export function openLogFile(path: string, maxBytes: number, trouble: Trouble): LogFile {
  let { descriptor, size } = openFirst(path)
  let unrotatable = false
  let dropped = 0
  let torn = false

  const rotate = () => {
    try {
      for (let number = keptFiles - 1; number > 0; number--)
        renameIfPresent(number === 1 ? path : `${path}.${number - 1}`, `${path}.${number}`)
      const fresh = openSync(path, flags, 0o640)
      closeSync(descriptor)
      descriptor = fresh
      unrotatable = false
    } catch (cause) {
      if (!unrotatable) trouble('log file cannot be rotated', { file: path, cause })
      unrotatable = true
    }
    // Also after a failure: the next try comes when as much has been written again, not at every line.
    size = 0
  }

  const append = (line: string) => {
    const bytes = Buffer.from(torn ? `\n${line}` : line)
    let written = 0
    try {
      while (written < bytes.length) written += writeSync(descriptor, bytes, written)
      torn = false
    } finally {
      if (written > 0 && written < bytes.length) torn = true
      size += written
    }
  }

  return {
    write(line) {
      if (size > 0 && size + Buffer.byteLength(line) > maxBytes) rotate()
      try {
        append(line)
        if (dropped > 0) trouble('log file is written again', { file: path, dropped })
        dropped = 0
      } catch (cause) {
        if (dropped === 0) trouble('log file cannot be written', { file: path, cause })
        dropped++
      }
    },
    close() {
      closeSync(descriptor)
    },
  }
}

/** What is wrong with a log file whose folder does not exist. It is not made: nobody would look into that of a mistyped path. */
export function missingFolder(path: string): ActionableError | undefined {
  const folder = dirname(path)
  if (existsSync(folder)) return undefined
  return new ActionableError(`failed to open log file "${path}": its folder does not exist`, {
    next: `create "${folder}", or set log.file to a file in a folder that is there`,
  })
}

function openFirst(path: string): { descriptor: number; size: number } {
  const missing = missingFolder(path)
  if (missing) throw missing
  try {
    const descriptor = openSync(path, flags, 0o640)
    const stat = fstatSync(descriptor)
    if (stat.isFile()) return { descriptor, size: stat.size }
    closeSync(descriptor)
    throw new Error('it is not a regular file')
  } catch (cause) {
    throw new ActionableError(`failed to open log file "${path}": ${messageOf(cause)}`, {
      next: 'set log.file to a file this user may write, or leave it out',
      cause,
    })
  }
}

function renameIfPresent(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
