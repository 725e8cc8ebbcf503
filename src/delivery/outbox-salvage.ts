// What can still be read of a damaged outbox, taken over into a new one.
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { inflateSync } from 'node:zlib'
import type { OutboxFile } from './outbox-file.ts'

type Row = Record<string, SQLInputValue>

/**
 * Copies paths and parcels until the damage, from both ends. Versions go on growing from what was found; no state counts as
 * told. What was queued and is not saved counts as dropped. Gives how many parcels were saved. Never throws for what it cannot read.
 */
export function salvage(Constructor: typeof DatabaseSync, from: string, into: OutboxFile): { saved: number } {
  let damaged: DatabaseSync | undefined
  try {
    damaged = new Constructor(from, { defensive: false })
    // without it SQLite refuses a file that is shorter than it says
    damaged.exec('PRAGMA writable_schema = ON')
    const paths = readBothWays(damaged, 'path')
    const parcels = readBothWays(damaged, 'parcel').filter(({ data }) => isReadable(data))
    const [figures] = readBothWays(damaged, 'figures')
    return into.transaction(() => copy(into, { paths, parcels, figures }), { durable: true })
  } catch {
    return { saved: 0 }
  } finally {
    damaged?.close()
  }
}

function readBothWays(database: DatabaseSync, table: 'path' | 'parcel' | 'figures'): Row[] {
  const found = new Map<unknown, Row>()
  for (const order of ['ASC', 'DESC']) {
    try {
      const rows = database.prepare(`SELECT * FROM ${table} NOT INDEXED ORDER BY id ${order}`).iterate()
      for (const row of rows) {
        if (found.has(row['id'])) break
        found.set(row['id'], row)
      }
    } catch {
      // This is where the damage is.
    }
  }
  return [...found.values()].sort((one, other) => Number(one['id']) - Number(other['id']))
}

interface Found {
  paths: readonly Row[]
  parcels: readonly Row[]
  figures: Row | undefined
}

function copy(into: OutboxFile, { paths, parcels, figures = {} }: Found): { saved: number } {
  const newest = new Map<unknown, Row>()
  for (const parcel of parcels) newest.set(parcel['path_id'], parcel)
  const known = new Set<unknown>()
  for (const { id = null, host = null, path = null, dataset = null, is_there = 1, day = 0, version = 0 } of paths) {
    const last = newest.get(id)
    const { changes } = into.run(
      `INSERT OR IGNORE INTO path (id, host, path, dataset, is_there, state, in_history, day, version, newest)
       VALUES (?, ?, ?, ?, ?, NULL, 0, ?, ?, ?)`,
      id,
      host,
      path,
      dataset,
      is_there,
      day,
      Math.max(Number(version), Number(last?.['version'] ?? 0)),
      last?.['id'] ?? 0,
    )
    if (changes === 1) known.add(id)
  }
  let saved = 0
  for (const row of parcels) {
    if (!known.has(row['path_id'])) continue
    const { id, path_id, version, queued_at, metric, bytes, footprint, data } = row
    // what was before it may be lost: none of them is taken for unchanged
    const values = [id, path_id, version, queued_at, metric, 0, null, bytes, footprint, data].map(
      (value) => value ?? null,
    )
    saved += into.run('INSERT OR IGNORE INTO parcel VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)', ...values).changes
  }
  const { documents = 0, delivered_total = 0, rejected_total = 0, dropped_total = 0 } = figures
  into.run(
    `UPDATE figures SET documents = (SELECT count(*) FROM parcel),
     footprint = (SELECT coalesce(sum(footprint), 0) FROM parcel), delivered_total = ?, rejected_total = ?, dropped_total = ?`,
    delivered_total,
    rejected_total,
    Number(dropped_total) + Math.max(0, Number(documents) - saved),
  )
  return { saved }
}

function isReadable(data: SQLInputValue | undefined): boolean {
  try {
    JSON.parse(inflateSync(data as Uint8Array).toString())
    return true
  } catch {
    return false
  }
}
