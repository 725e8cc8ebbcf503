// Prune: drops what is older than it need be, then what nothing refers to any more. In slices, so that an agent stays responsive.
import { statSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { dayOf } from '../../snapshot/document.ts'
import type { PruneReport, Retention } from '../store.ts'
import type { Database } from './database.ts'

const dayMs = 86_400_000
const sliceRows = 2000

/** A version may go when no view needs it: not the newest, on no day kept, and not in force when the kept history begins. */
const superseded = `v.at < ? AND NOT EXISTS (SELECT 1 FROM entry e WHERE e.id = v.entry_id AND e.latest = v.id)
  AND NOT EXISTS (SELECT 1 FROM day d WHERE d.version_id = v.id AND d.day >= ?)
  AND (v.kind = 1 OR EXISTS (SELECT 1 FROM version n WHERE n.entry_id = v.entry_id AND n.at > v.at AND n.at <= ?))`

/** Removes what `retention` does not keep; with `dryRun` only counts. Sizes are the file's, in bytes. */
export async function prune(
  database: Database,
  retention: Retention,
  now: number,
  dryRun: boolean,
): Promise<PruneReport> {
  const before = sizeOf(database)
  const hosts = forgottenHosts(database, retention, now)
  const firstDay = retention.days === undefined ? -1e9 : dayOf(now) - retention.days
  const firstAt = retention.history === undefined ? -8.64e15 : now - retention.history * dayMs
  const days = database.get<{ n: number }>('SELECT count(*) AS n FROM day WHERE day < ?', firstDay)?.n ?? 0
  const versions =
    database.get<{ n: number }>(`SELECT count(*) AS n FROM version v WHERE ${superseded}`, firstAt, firstDay, firstAt)
      ?.n ?? 0
  const report = { days, versions, hosts: hosts.map(({ name }) => name), bytes_before: before, bytes_after: before }
  if (dryRun) return report

  for (const { id } of hosts) await forgetHost(database, id)
  await inSlices(
    database,
    `DELETE FROM day WHERE (entry_id, day) IN (SELECT entry_id, day FROM day WHERE day < ? LIMIT ${sliceRows})`,
    firstDay,
  )
  await inSlices(
    database,
    `DELETE FROM version WHERE id IN (SELECT v.id FROM version v WHERE ${superseded} LIMIT ${sliceRows})`,
    firstAt,
    firstDay,
    firstAt,
  )
  await inSlices(
    database,
    `DELETE FROM sighting WHERE (version_id, at) IN (SELECT version_id, at FROM sighting WHERE at < ? LIMIT ${sliceRows})`,
    Math.max(firstAt, firstDay * dayMs),
  )
  await collectGarbage(database)
  await shrink(database)
  database.get('PRAGMA wal_checkpoint(TRUNCATE)')
  return { ...report, bytes_after: sizeOf(database) }
}

function forgottenHosts(database: Database, retention: Retention, now: number): { id: number; name: string }[] {
  if (retention.hosts === undefined) return []
  return database.all('SELECT id, name FROM host WHERE seen < ? ORDER BY name', now - retention.hosts * dayMs)
}

async function forgetHost(database: Database, hostId: number): Promise<void> {
  const ofHost = 'SELECT id FROM entry WHERE host_id = ?'
  await inSlices(
    database,
    `DELETE FROM day WHERE (entry_id, day) IN (SELECT entry_id, day FROM day WHERE entry_id IN (${ofHost}) LIMIT ${sliceRows})`,
    hostId,
  )
  await database.transaction(() => {
    database.run(`DELETE FROM version WHERE entry_id IN (${ofHost})`, hostId)
    database.run('DELETE FROM entry WHERE host_id = ?', hostId)
    database.run('DELETE FROM host WHERE id = ?', hostId)
  })
}

/** What nothing refers to any more, in the order of reference. */
async function collectGarbage(database: Database): Promise<void> {
  const unused = (table: string, test: string) => `SELECT t.id FROM ${table} t WHERE ${test} LIMIT ${sliceRows}`
  await inSlices(
    database,
    `DELETE FROM text WHERE id IN (${unused('text', 'NOT EXISTS (SELECT 1 FROM version v WHERE v.text_id = t.id)')})`,
  )
  const noText = unused('words', 'NOT EXISTS (SELECT 1 FROM text x WHERE x.words_id = t.id)')
  await whileFound(database, noText, (ids) => {
    database.run('DELETE FROM word_index WHERE rowid IN (SELECT value FROM json_each(?))', ids)
    database.run('DELETE FROM words WHERE id IN (SELECT value FROM json_each(?))', ids)
  })
  const noVersion = `SELECT t.id FROM field_set t WHERE NOT EXISTS (SELECT 1 FROM version v WHERE v.typed_set = t.id)
    AND NOT EXISTS (SELECT 1 FROM version v WHERE v.meta_set = t.id)`
  // in one transaction: ids are used again, and a posting left behind would answer for another set
  await database.transaction(() => {
    database.exec('CREATE TEMP TABLE gone (id INTEGER PRIMARY KEY)')
    const { changes } = database.run(`INSERT INTO gone ${noVersion}`)
    if (changes > 0) {
      database.run('DELETE FROM posting WHERE set_id IN (SELECT id FROM gone)')
      database.run('DELETE FROM field_set WHERE id IN (SELECT id FROM gone)')
    }
    database.run('DELETE FROM value WHERE NOT EXISTS (SELECT 1 FROM posting p WHERE p.value_id = value.id)')
    database.exec('DROP TABLE gone')
  })
  await nextTurn()
  await database.transaction(() => {
    database.run('DELETE FROM shape WHERE NOT EXISTS (SELECT 1 FROM field_set s WHERE s.shape_id = shape.id)')
    database.run('DELETE FROM shape_field WHERE shape_id NOT IN (SELECT id FROM shape)')
    database.run('DELETE FROM path_shape WHERE shape_id NOT IN (SELECT id FROM shape)')
    database.run('DELETE FROM field WHERE id NOT IN (SELECT field_id FROM shape_field)')
    database.run('DELETE FROM path WHERE id NOT IN (SELECT path_id FROM entry)')
    database.run('DELETE FROM path_shape WHERE path_id NOT IN (SELECT id FROM path)')
    database.run(`DELETE FROM dictionary WHERE id NOT IN
      (SELECT dictionary_id FROM text WHERE dictionary_id IS NOT NULL UNION SELECT dictionary_id FROM field_set WHERE dictionary_id IS NOT NULL)`)
  })
}

async function inSlices(database: Database, sql: string, ...parameters: (string | number)[]): Promise<void> {
  for (;;) {
    const { changes } = await database.transaction(() => database.run(sql, ...parameters))
    if (changes < sliceRows) return
    await nextTurn()
  }
}

/** Looks and works in one transaction: between two, another process may have come to need what was found. */
async function whileFound(database: Database, select: string, work: (ids: string) => void): Promise<void> {
  for (;;) {
    const found = await database.transaction(() => {
      const ids = database.all<{ id: number }>(select).map(({ id }) => id)
      if (ids.length > 0) work(JSON.stringify(ids))
      return ids.length
    })
    if (found < sliceRows) return
    await nextTurn()
  }
}

/** Gives free pages back to the file system. */
async function shrink(database: Database): Promise<void> {
  for (let left = Number.POSITIVE_INFINITY; ; ) {
    const free = await database.transaction(() => {
      database.exec(`PRAGMA incremental_vacuum(${sliceRows})`)
      return database.get<{ freelist_count: number }>('PRAGMA freelist_count')?.freelist_count ?? 0
    })
    if (free === 0 || free >= left) return
    left = free
    await nextTurn()
  }
}

function sizeOf({ path }: Database): number {
  return [path, `${path}-wal`].reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0)
}
