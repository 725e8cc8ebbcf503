// Opens the SQLite file and turns what SQLite says into errors a person can act on.
import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { ActionableError, messageOf } from '../../errors.ts'
import { prepareSchema } from './schema.ts'

// SQLite result codes, https://www.sqlite.org/rescode.html
const busy = 5
const readOnly = 8
const ioError = 10
const corrupt = 11
const full = 13
const cannotOpen = 14
const notADatabase = 26

/** How long a writer waits for another writer before it gives up. */
const lockPatienceMs = 30_000

/** A SQLite database with prepared statements kept, and its errors explained. */
export class Database {
  readonly path: string
  readonly #handle: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  /** One handle holds one transaction at a time. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(path: string, handle: DatabaseSync) {
    this.path = path
    this.#handle = handle
  }

  prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (!statement) {
      statement = this.#handle.prepare(sql)
      if (this.#statements.size > 500) this.#statements.clear()
      this.#statements.set(sql, statement)
    }
    return statement
  }

  get<Row>(sql: string, ...parameters: SQLInputValue[]): Row | undefined {
    return this.explain(() => this.prepare(sql).get(...parameters)) as Row | undefined
  }

  all<Row>(sql: string, ...parameters: SQLInputValue[]): Row[] {
    return this.explain(() => this.prepare(sql).all(...parameters)) as Row[]
  }

  /** Rows one by one, on a statement of its own so that the caller may ask other things meanwhile. */
  *iterate<Row>(sql: string, ...parameters: SQLInputValue[]): Iterable<Row> {
    const rows = this.explain(() => this.#handle.prepare(sql).iterate(...parameters))
    for (;;) {
      const next = this.explain(() => rows.next())
      if (next.done) return
      yield next.value as Row
    }
  }

  run(sql: string, ...parameters: SQLInputValue[]): { changes: number; lastInsertRowid: number } {
    const { changes, lastInsertRowid } = this.explain(() => this.prepare(sql).run(...parameters))
    return { changes: Number(changes), lastInsertRowid: Number(lastInsertRowid) }
  }

  exec(sql: string): void {
    this.explain(() => this.#handle.exec(sql))
  }

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
      if (this.#handle.isTransaction) this.#handle.exec('ROLLBACK')
      throw error
    }
  }

  close(): void {
    this.#statements.clear()
    if (this.#handle.isOpen) this.#handle.close()
  }

  async #begin(): Promise<void> {
    const deadline = Date.now() + lockPatienceMs
    for (let wait = 5; ; wait = Math.min(wait * 2, 200)) {
      try {
        this.#handle.exec('BEGIN IMMEDIATE')
        return
      } catch (error) {
        if (codeOf(error) !== busy) throw explained(error, this.path)
        if (Date.now() > deadline) {
          throw new ActionableError(
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

  private explain<Result>(work: () => Result): Result {
    try {
      return work()
    } catch (error) {
      throw explained(error, this.path)
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
    throw new ActionableError(`there is no store at "${path}" yet`, {
      next: '`mitra index` takes a first snapshot of this host',
    })
  }
  const umask = process.umask(0o077)
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
    return new Database(path, handle)
  } catch (error) {
    throw explained(error, path)
  } finally {
    process.umask(umask)
  }
}

/** Read and write where possible (SQLite's WAL needs it even for readers), else read only. */
function openHandle(Constructor: typeof DatabaseSync, path: string): DatabaseSync {
  try {
    const handle = new Constructor(path)
    handle.prepare('SELECT count(*) FROM sqlite_schema').get()
    return handle
  } catch (error) {
    if (codeOf(error) !== readOnly && codeOf(error) !== cannotOpen) throw error
    if (!existsSync(path)) throw error
    return new Constructor(path, { readOnly: true })
  }
}

/** SQLite's primary result code of an error, or undefined for errors of another kind. */
function codeOf(error: unknown): number | undefined {
  const code = (error as { errcode?: number }).errcode
  return typeof code === 'number' ? code & 0xff : undefined
}

function explained(error: unknown, path: string): unknown {
  if (error instanceof ActionableError) return error
  const code = codeOf(error)
  const said = messageOf(error)
  switch (code) {
    case full:
      return new ActionableError(`failed to write the store "${path}": the disk is full`, {
        next: 'free some space, or shorten retention and run `mitra prune`; what was stored before is safe',
        cause: error,
      })
    case corrupt:
    case notADatabase:
      return new ActionableError(`the store "${path}" is damaged: ${said}`, {
        next: `move it away (mv "${path}" "${path}.damaged") and mitra starts a new one; \`sqlite3 "${path}.damaged" .recover\` may save its content`,
        cause: error,
      })
    case busy:
      return new ActionableError(`the store "${path}" is locked by another program`, {
        next: 'try again in a moment',
        cause: error,
      })
    case readOnly:
      return noPermission(path, error)
    case cannotOpen:
    case ioError:
      if (obstacleAt(path) === denied) return noPermission(path, error)
      return new ActionableError(`failed to open the store "${path}": ${obstacleAt(path) ?? said}`, {
        next: 'name another file with --store or store.embedded.path, or run as a user that may read and write this one',
        cause: error,
      })
  }
  const system = (error as NodeJS.ErrnoException).code
  if (system === 'EACCES' || system === 'EPERM' || system === 'ENOTDIR' || system === 'EROFS' || system === 'ENOSPC') {
    return new ActionableError(`failed to open the store "${path}": ${said}`, {
      next: 'name another file with --store or store.embedded.path, or run as a user that may write there',
      cause: error,
    })
  }
  return error
}

/** The log that readers and the writer share is why reading needs more than the right to read. */
function noPermission(path: string, cause?: unknown): ActionableError {
  return new ActionableError(`failed to open the store "${path}": ${denied}`, {
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
