// Opens the SQLite file and turns what SQLite says into errors a person can act on.
import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { ActionableError, messageOf, UnavailableError } from '../../errors.ts'
import {
  busy,
  cannotOpen,
  corrupt,
  full,
  ioError,
  notADatabase,
  readOnly,
  resultCode,
} from '../../sqlite/result-code.ts'
import { SqliteFile } from '../../sqlite/sqlite-file.ts'
import { prepareSchema } from './schema.ts'

/** How long a writer waits for another writer before it gives up. */
const lockPatienceMs = 30_000

/** The store's database: one write transaction at a time. */
export class Database extends SqliteFile {
  /** One handle holds one transaction at a time. */
  #last: Promise<unknown> = Promise.resolve()

  /** Runs `work` in one write transaction, after those asked for before; waits for other writers without blocking the event loop. */
  transaction<Result>(work: () => Result): Promise<Result> {
    const result = this.#last.then(() => this.#transact(work))
    this.#last = result.catch(() => {})
    return result
  }

  async #transact<Result>(work: () => Result): Promise<Result> {
    await this.#begin()
    try {
      const result = work()
      this.exec('COMMIT')
      return result
    } catch (error) {
      if (this.handle.isTransaction) this.handle.exec('ROLLBACK')
      throw error
    }
  }

  async #begin(): Promise<void> {
    const deadline = Date.now() + lockPatienceMs
    for (let wait = 5; ; wait = Math.min(wait * 2, 200)) {
      try {
        this.handle.exec('BEGIN IMMEDIATE')
        return
      } catch (error) {
        if (resultCode(error) !== busy) throw explained(error, this.path)
        if (Date.now() > deadline) {
          throw new UnavailableError(
            `the store "${this.path}" has been locked by another writer for ${lockPatienceMs / 1000} s`,
            {
              next: 'wait for the other import, index or prune to end, then try again',
              cause: error,
            },
          )
        }
        await sleep(wait)
      }
    }
  }
}

/**
 * Opens the store's file, making it (readable by its owner only: file content may be secret) unless `mustExist`.
 * Throws ActionableError for a missing, foreign, newer or damaged file, and for missing permissions.
 */
export async function openDatabase(path: string, options: { mustExist: boolean }): Promise<Database> {
  const { DatabaseSync } = await import('node:sqlite')
  if (options.mustExist && !existsSync(path)) {
    if (obstacleAt(path) === denied) throw noPermission(path)
    throw new UnavailableError(`there is no store at "${path}" yet`, {
      next: '`mitra index` takes a first snapshot of this host',
    })
  }
  // files beside one that exists take its permissions; and threads have no umask to set
  const umask = options.mustExist ? undefined : process.umask(0o077)
  try {
    mkdirSync(dirname(path), { recursive: true })
    const handle = openHandle(DatabaseSync, path)
    try {
      handle.exec('PRAGMA busy_timeout = 2000; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY')
      prepareSchema(handle, path)
      // from here on waiting is done by #begin, which does not hold the event loop
      handle.exec('PRAGMA busy_timeout = 0')
    } catch (error) {
      handle.close()
      throw error
    }
    return new Database(path, handle, explained)
  } catch (error) {
    throw explained(error, path)
  } finally {
    if (umask !== undefined) process.umask(umask)
  }
}

/** Read and write where possible (SQLite's WAL needs it even for readers), else read only. */
function openHandle(Constructor: typeof DatabaseSync, path: string): DatabaseSync {
  try {
    const handle = new Constructor(path)
    handle.prepare('SELECT count(*) FROM sqlite_schema').get()
    return handle
  } catch (error) {
    if (resultCode(error) !== readOnly && resultCode(error) !== cannotOpen) throw error
    if (!existsSync(path)) throw error
    return new Constructor(path, { readOnly: true })
  }
}

function explained(error: unknown, path: string): unknown {
  if (error instanceof ActionableError) return error
  const code = resultCode(error)
  const said = messageOf(error)
  switch (code) {
    case full:
      return new UnavailableError(`failed to write the store "${path}": the disk is full`, {
        next: 'free some space, or shorten retention and run `mitra prune`; what was stored before is safe',
        cause: error,
      })
    case notADatabase:
      // it may be any file that somebody named by mistake: nothing here says to move it
      return new UnavailableError(`the store "${path}" is damaged: ${said}`, {
        next: 'name another file with --store if this never was a store of mitra; if it was, its beginning is lost: with it moved away mitra starts a new one',
        cause: error,
      })
    case corrupt:
      return new UnavailableError(`the store "${path}" is damaged: ${said}`, {
        next: `move it away (mv "${path}" "${path}.damaged") and mitra starts a new one; \`sqlite3 "${path}.damaged" .recover\` may save its content`,
        cause: error,
      })
    case busy:
      return new UnavailableError(`the store "${path}" is locked by another program`, {
        next: 'try again in a moment',
        cause: error,
      })
    case readOnly:
      return noPermission(path, error)
    case cannotOpen:
    case ioError:
      if (obstacleAt(path) === denied) return noPermission(path, error)
      return new UnavailableError(`failed to open the store "${path}": ${obstacleAt(path) ?? said}`, {
        next: 'name another file with --store or store.embedded.path, or run as a user that may read and write this one',
        cause: error,
      })
  }
  const system = (error as NodeJS.ErrnoException).code
  if (system === 'EACCES' || system === 'EPERM' || system === 'ENOTDIR' || system === 'EROFS' || system === 'ENOSPC') {
    return new UnavailableError(`failed to open the store "${path}": ${said}`, {
      next: 'name another file with --store or store.embedded.path, or run as a user that may write there',
      cause: error,
    })
  }
  return error
}

/** The log that readers and the writer share is why reading needs more than the right to read. */
function noPermission(path: string, cause?: unknown): ActionableError {
  return new UnavailableError(`failed to open the store "${path}": ${denied}`, {
    next: 'run as the user that owns it (sudo), let this one read and write the file and its folder (readers must be able to write too: SQLite keeps a log beside it), or name another file with --store',
    cause,
  })
}

const denied = 'permission denied'

/** Why a file cannot be opened, where looking at it tells; SQLite has the same few words for all reasons. */
function obstacleAt(path: string): string | undefined {
  try {
    if (statSync(path).isDirectory()) return 'it is a directory'
    accessSync(path, constants.R_OK | constants.W_OK)
    accessSync(dirname(path), constants.W_OK)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'EACCES') return denied
    if (code === 'ENOENT') return `no file can be made in "${dirname(path)}"`
  }
  return undefined
}
