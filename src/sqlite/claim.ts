// One agent a store: a lock of the operating system on a small file beside it, which goes with the process however it ends.
import type { DatabaseSync as Handle } from 'node:sqlite'
import { ActionableError, messageOf } from '../errors.ts'

/** What is claimed, for errors: `store`, and how an agent gets one of its own. */
export interface Claimed {
  what: string
  another: string
}

/**
 * Holds the claim until the returned function is called. The file is a SQLite database whose write lock is the claim: SQLite
 * is the only way to an advisory lock that Node has without native code. Throws ActionableError naming the holder, or what
 * keeps the file from being written.
 */
export async function claimStore(
  path: string,
  agent: string,
  { what, another }: Claimed = { what: 'store', another: 'a store of its own with --store' },
): Promise<() => void> {
  const { DatabaseSync } = await import('node:sqlite')
  const file = `${path}-agent`
  let handle: Handle | undefined
  try {
    handle = new DatabaseSync(file)
    handle.exec('CREATE TABLE IF NOT EXISTS holder (id INTEGER PRIMARY KEY CHECK (id = 1), name TEXT NOT NULL)')
    handle.prepare('INSERT OR REPLACE INTO holder (id, name) VALUES (1, ?)').run(agent)
    // in rollback mode this is a reserved lock: others still read who holds it
    handle.exec('BEGIN IMMEDIATE')
  } catch (error) {
    const holder = holderOf(handle)
    handle?.close()
    if (((error as { errcode?: number }).errcode ?? 0) % 256 !== 5) {
      throw new ActionableError(`failed to claim the ${what} "${path}": ${messageOf(error)}`, {
        next: `the claim is the file "${file}": make room for it and let this user write it, or remove it if it is damaged`,
        cause: error,
      })
    }
    throw new ActionableError(`another agent keeps the ${what} "${path}": ${holder}`, {
      next: `stop that one first, or give this one ${another}`,
      cause: error,
    })
  }
  return () => handle?.close()
}

function holderOf(handle: Handle | undefined): string {
  try {
    return (handle?.prepare('SELECT name FROM holder').get() as { name: string } | undefined)?.name ?? 'unknown'
  } catch {
    return 'unknown'
  }
}
