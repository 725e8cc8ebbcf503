// One open SQLite file: statements are kept, and what SQLite throws is explained by whoever opened it.
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'

const mostStatements = 500

export class SqliteFile {
  readonly path: string
  protected readonly handle: DatabaseSync
  readonly #explained: (error: unknown, path: string) => unknown
  readonly #statements = new Map<string, StatementSync>()

  /** `explained` makes of what SQLite threw the error that is thrown on. */
  constructor(path: string, handle: DatabaseSync, explained: (error: unknown, path: string) => unknown) {
    this.path = path
    this.handle = handle
    this.#explained = explained
  }

  get<Row>(sql: string, ...parameters: SQLInputValue[]): Row | undefined {
    return this.explain(() => this.prepare(sql).get(...parameters)) as Row | undefined
  }

  all<Row>(sql: string, ...parameters: SQLInputValue[]): Row[] {
    return this.explain(() => this.prepare(sql).all(...parameters)) as Row[]
  }

  /** Rows one by one, on a statement of its own so that the caller may ask other things meanwhile, or stop early. */
  *iterate<Row>(sql: string, ...parameters: SQLInputValue[]): Iterable<Row> {
    const rows = this.explain(() => this.handle.prepare(sql).iterate(...parameters))
    try {
      for (;;) {
        const next = this.explain(() => rows.next())
        if (next.done) return
        yield next.value as Row
      }
    } finally {
      rows.return?.()
    }
  }

  run(sql: string, ...parameters: SQLInputValue[]): { changes: number; lastInsertRowid: number } {
    const { changes, lastInsertRowid } = this.explain(() => this.prepare(sql).run(...parameters))
    return { changes: Number(changes), lastInsertRowid: Number(lastInsertRowid) }
  }

  exec(sql: string): void {
    this.explain(() => this.handle.exec(sql))
  }

  close(): void {
    this.#statements.clear()
    if (this.handle.isOpen) this.handle.close()
  }

  /** A statement that is kept for the next time. */
  prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (!statement) {
      statement = this.handle.prepare(sql)
      if (this.#statements.size > mostStatements) this.#statements.clear()
      this.#statements.set(sql, statement)
    }
    return statement
  }

  protected explain<Result>(work: () => Result): Result {
    try {
      return work()
    } catch (error) {
      throw this.#explained(error, this.path)
    }
  }
}
