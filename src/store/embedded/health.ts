// How an embedded store is: what `mitra doctor` says about it.
import { existsSync, statSync } from 'node:fs'
import { messageOf } from '../../errors.ts'
import { dayOf } from '../../snapshot/document.ts'
import { type Check, daysText, isKeptTooLong, problemOf } from '../check.ts'
import { type Database, openDatabase } from './database.ts'
import { schemaVersion } from './schema.ts'

const busy = 5

/** Looks at a store's file. Throws nothing that is the store's fault: that is a problem it reports. */
export async function healthOf(
  path: string,
  { now, kept }: { now: number; kept: { days?: number } },
): Promise<Check[]> {
  let database: Database
  try {
    database = await openDatabase(path, { mustExist: true })
  } catch (error) {
    return [problemOf('store', error)]
  }
  const checks: readonly [check: string, look: () => Check | Promise<Check>][] = [
    ['store', () => fileCheck(database)],
    ['integrity', () => integrityCheck(database)],
    ['days', () => dayCheck(database, kept.days, now)],
    ['agent', () => agentCheck(path)],
  ]
  const found: Check[] = []
  try {
    for (const [check, look] of checks) {
      try {
        found.push(await look())
      } catch (error) {
        found.push(problemOf(check, error))
      }
    }
  } finally {
    database.close()
  }
  return found
}

function fileCheck(database: Database): Check {
  const size = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0
  const megabytes = (size(database.path) + size(`${database.path}-wal`)) / 1e6
  const { hosts } = database.get<{ hosts: number }>('SELECT count(*) AS hosts FROM host')!
  const { documents } = database.get<{ documents: number }>(
    'SELECT count(*) AS documents FROM entry WHERE latest IS NOT NULL',
  )!
  const { user_version: layout } = database.get<{ user_version: number }>('PRAGMA user_version')!
  return {
    check: 'store',
    // an older one is brought up to date when it is opened by someone who may write it
    status: layout < schemaVersion ? 'warning' : 'ok',
    detail: `"${database.path}", ${megabytes.toFixed(1)} MB, ${hosts} ${hosts === 1 ? 'host' : 'hosts'}, ${documents} newest ${documents === 1 ? 'state' : 'states'}`,
    ...(layout < schemaVersion && { next: 'it has an older layout: run any command once as the user that owns it' }),
  }
}

/** Reads the whole file: its pages, its rows, its indices. */
function integrityCheck(database: Database): Check {
  const check = 'integrity'
  const found = database.all<{ quick_check: string }>('PRAGMA quick_check(3)').map((row) => row.quick_check)
  if (found.join() === 'ok') return { check, status: 'ok', detail: 'the file is whole' }
  return {
    check,
    status: 'problem',
    detail: `the file is damaged: ${found.join('; ').replace(/\s+/g, ' ').slice(0, 200)}`,
    next: `stop the agent and move it away (mv "${database.path}" "${database.path}.damaged"): mitra starts a new one; \`sqlite3 "${database.path}.damaged" .recover\` may save its content`,
  }
}

function dayCheck(database: Database, keptDays: number | undefined, now: number): Check {
  const check = 'days'
  const { first, last, days } = database.get<{ first: number | null; last: number | null; days: number }>(
    'SELECT min(day) AS first, max(day) AS last, count(DISTINCT day) AS days FROM day',
  )!
  if (first === null || last === null) return { check, status: 'ok', detail: 'nothing is stored yet' }
  const detail = daysText(days, first, last)
  if (!isKeptTooLong(first, keptDays, dayOf(now))) return { check, status: 'ok', detail }
  return {
    check,
    status: 'warning',
    detail: `${detail}: older than the ${keptDays} days that are to be kept`,
    next: 'run `mitra prune`; the agent does so once a day unless retention.prune is false',
  }
}

/** Who has claimed the store, as far as it can be seen. */
async function agentCheck(path: string): Promise<Check> {
  const check = 'agent'
  const claim = await claimOf(path)
  switch (claim.status) {
    case 'held':
      return { check, status: 'ok', detail: `kept by ${claim.agent}` }
    case 'free':
      return { check, status: 'ok', detail: 'no agent keeps it now' }
    case 'unknown':
      return { check, status: 'unknown', detail: claim.reason }
    default:
      return claim satisfies never
  }
}

export type Claim = { status: 'held'; agent: string } | { status: 'free' } | { status: 'unknown'; reason: string }

/** Whether an agent has claimed a store or an outbox, without claiming it. */
export async function claimOf(path: string): Promise<Claim> {
  const file = `${path}-agent`
  if (!existsSync(file)) return { status: 'free' }
  const { DatabaseSync } = await import('node:sqlite')
  let handle: InstanceType<typeof DatabaseSync> | undefined
  try {
    handle = new DatabaseSync(file)
    const holder = handle.prepare('SELECT name FROM holder').get() as { name: string } | undefined
    try {
      // the claim is this lock; taken for an instant it is in nobody's way
      handle.exec('BEGIN IMMEDIATE; ROLLBACK')
      return { status: 'free' }
    } catch (error) {
      if (((error as { errcode?: number }).errcode ?? 0) % 256 !== busy) throw error
      return { status: 'held', agent: holder?.name ?? 'an agent without a name' }
    }
  } catch (error) {
    return { status: 'unknown', reason: `failed to look at "${file}": ${messageOf(error)}` }
  } finally {
    handle?.close()
  }
}
