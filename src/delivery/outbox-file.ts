// The outbox's SQLite file: opened or made, checked, and set aside when it is damaged. What SQLite says becomes errors a person
// can act on.
import { closeSync, existsSync, mkdirSync, openSync, readSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { ActionableError, messageOf } from '../errors.ts'
import { busy, cannotOpen, corrupt, full, ioError, notADatabase, readOnly, resultCode } from '../sqlite/result-code.ts'
import { SqliteFile } from '../sqlite/sqlite-file.ts'
import { createTables, layoutVersion } from './outbox-layout.ts'

/** `mito` in ASCII: tells an outbox from any other SQLite file, a store of mitra included. */
const applicationId = 0x6d69746f

/** Transactions are short: whoever waits longer than this meets a program that hangs. */
const lockPatienceMs = 5000

/** An open outbox file. Everything thrown is an ActionableError, or `DamagedError`. */
export class OutboxFile extends SqliteFile {
  #durable = true

  /** Runs `work` in one transaction, all or nothing. `durable`: it survives power loss once this has returned. */
  transaction<Result>(work: () => Result, { durable }: { durable: boolean }): Result {
    if (durable !== this.#durable) this.exec(`PRAGMA synchronous = ${durable ? 'FULL' : 'NORMAL'}`)
    this.#durable = durable
    this.exec('BEGIN IMMEDIATE')
    try {
      const result = work()
      this.exec('COMMIT')
      return result
    } catch (error) {
      this.#rollBack()
      throw error
    }
  }

  #rollBack(): void {
    try {
      if (this.handle.isTransaction) this.handle.exec('ROLLBACK')
    } catch {
      // What went wrong before it says more.
    }
  }
}

/** The file's content contradicts itself: nothing more can be asked of it. */
export class DamagedError extends Error {
  override name = 'DamagedError'
}

/**
 * Opens the file, making it (readable by its owner only: file content may be secret). Throws DamagedError for a damaged one,
 * ActionableError for a foreign or newer one and for missing permissions.
 */
export function openOutboxFile(Constructor: typeof DatabaseSync, path: string): OutboxFile {
  const umask = process.umask(0o077)
  let handle: DatabaseSync | undefined
  try {
    mkdirSync(dirname(path), { recursive: true })
    handle = new Constructor(path)
    handle.exec(`PRAGMA busy_timeout = ${lockPatienceMs}; PRAGMA temp_store = MEMORY; PRAGMA synchronous = FULL`)
    prepareTables(handle, path)
    // after a large transaction the log gives back what it took
    handle.exec('PRAGMA journal_size_limit = 4194304')
    return new OutboxFile(path, handle, explained)
  } catch (error) {
    handle?.close()
    throw explained(error, path)
  } finally {
    process.umask(umask)
  }
}

/**
 * Renames a damaged file and its log to `<path>.damaged-<time>`, so that a new one can be made; gives the new name. Throws
 * ActionableError when the file looks like none of ours: a wrong path in the configuration must not move what is there.
 */
export function setAside(path: string, now: number, damage: DamagedError): string {
  if (!looksLikeOutbox(path)) {
    throw new ActionableError(`"${path}" is not an outbox of mitra: ${damage.message}`, {
      next: 'name another file for the outbox, or move this one away',
      cause: damage,
    })
  }
  const aside = `${path}.damaged-${new Date(now).toISOString().replace(/[-:]|\.\d+/g, '')}`
  try {
    for (const suffix of ['-wal', '']) if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix)
    rmSync(`${path}-shm`, { force: true })
  } catch (cause) {
    throw new ActionableError(`the outbox "${path}" is damaged and cannot be moved away: ${messageOf(cause)}`, {
      next: 'move it away by hand; mitra then makes a new one',
      cause,
    })
  }
  return aside
}

/** The start of every SQLite file, or what a power loss leaves of it, or the traces beside it. */
function looksLikeOutbox(path: string): boolean {
  if (existsSync(`${path}-wal`) || existsSync(`${path}-agent`)) return true
  const start = Buffer.alloc(16)
  const file = openSync(path, 'r')
  try {
    readSync(file, start, 0, 16, 0)
  } finally {
    closeSync(file)
  }
  return start.toString('latin1') === 'SQLite format 3\0' || start.every((byte) => byte === 0)
}

function prepareTables(handle: DatabaseSync, path: string): void {
  const { application_id } = handle.prepare('PRAGMA application_id').get() as { application_id: number }
  const { user_version } = handle.prepare('PRAGMA user_version').get() as { user_version: number }
  const { objects } = handle.prepare('SELECT count(*) AS objects FROM sqlite_schema').get() as { objects: number }
  if (objects === 0 && user_version === 0) {
    handle.exec('PRAGMA auto_vacuum = INCREMENTAL')
    handle.exec('PRAGMA journal_mode = WAL')
    handle.exec('BEGIN IMMEDIATE')
    try {
      createTables(handle)
      handle.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${layoutVersion}; COMMIT`)
    } catch (error) {
      handle.exec('ROLLBACK')
      throw error
    }
    return
  }
  if (application_id !== applicationId) {
    throw new ActionableError(`"${path}" is a database, but not an outbox of mitra`, {
      next: 'name another file for the outbox',
    })
  }
  if (user_version > layoutVersion) {
    throw new ActionableError(
      `the outbox "${path}" was written by a newer mitra (layout ${user_version}, this one knows ${layoutVersion})`,
      { next: 'update mitra on this machine; what is queued stays until then' },
    )
  }
}

function explained(error: unknown, path: string): unknown {
  if (error instanceof ActionableError || error instanceof DamagedError) return error
  const { code: system } = error as { code?: string }
  const said = messageOf(error)
  switch (resultCode(error)) {
    case full:
      return fullDisk(path, error)
    case corrupt:
    case notADatabase:
      return new DamagedError(said, { cause: error })
    case busy:
      return new ActionableError(`the outbox "${path}" is locked by another program`, {
        next: 'end what keeps it open (`fuser` names it), or give this agent an outbox of its own',
        cause: error,
      })
    case readOnly:
      return new ActionableError(`no permission to write the outbox "${path}"`, {
        next: 'run as the user that owns it, or name another file for the outbox',
        cause: error,
      })
    case cannotOpen:
    case ioError:
      return new ActionableError(
        `failed to open the outbox "${path}": ${isFolder(path) ? 'it is a directory' : said}`,
        {
          next: 'name another file for the outbox, or run as a user that may read and write this one',
          cause: error,
        },
      )
  }
  if (system === 'ENOSPC') return fullDisk(path, error)
  if (system === 'EACCES' || system === 'EPERM' || system === 'ENOTDIR' || system === 'EEXIST' || system === 'EROFS') {
    return new ActionableError(`failed to open the outbox "${path}": ${said}`, {
      next: 'name another file for the outbox, or run as a user that may write there',
      cause: error,
    })
  }
  return error
}

function fullDisk(path: string, cause: unknown): ActionableError {
  return new ActionableError(`failed to write the outbox "${path}": the disk is full`, {
    next: 'free some space; what was accepted before is safe',
    cause,
  })
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
