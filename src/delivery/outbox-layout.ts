// The tables of the outbox; what holds between them is said in outbox.ts.
import type { DatabaseSync } from 'node:sqlite'

/** Goes up with every change of the tables. */
export const layoutVersion = 1

// path    one host + path ever observed. `state`: hash of its last state, null when that was a sample or is not to be relied on.
//         `in_history`: the store has that state in its history, or will have from the queue. `day`: UTC day it was last
//         queued for. `newest`: id of the last parcel queued, which may be gone.
// parcel  one document on its way. `follows`: id of the one before it of its path, where it is unchanged since. `bytes` as JSON;
//         `footprint`: what it takes of the file; `data`: JSON, zlib (its checksum tells a damaged one). Ids are
//         never used twice: a sender in another process may still hold one.
// figures one row: sums over parcel, counters since the file was made, what the file was when it was last opened, which
//         store `told_to` it was last delivered to, null before the first time.
const tables = `
CREATE TABLE path (id INTEGER PRIMARY KEY, host TEXT NOT NULL, path TEXT NOT NULL, dataset TEXT NOT NULL,
  is_there INTEGER NOT NULL, state BLOB, in_history INTEGER NOT NULL, day INTEGER NOT NULL, version INTEGER NOT NULL,
  newest INTEGER NOT NULL, UNIQUE (host, path));
CREATE TABLE parcel (id INTEGER PRIMARY KEY AUTOINCREMENT, path_id INTEGER NOT NULL, version INTEGER NOT NULL,
  queued_at INTEGER NOT NULL, metric INTEGER NOT NULL, unchanged INTEGER NOT NULL, follows INTEGER, bytes INTEGER NOT NULL,
  footprint INTEGER NOT NULL, data BLOB NOT NULL);
CREATE INDEX parcel_drop ON parcel (metric, id, path_id);
CREATE INDEX parcel_path ON parcel (path_id, id);
CREATE TABLE figures (id INTEGER PRIMARY KEY CHECK (id = 1), documents INTEGER NOT NULL DEFAULT 0,
  footprint INTEGER NOT NULL DEFAULT 0, delivered_total INTEGER NOT NULL DEFAULT 0,
  rejected_total INTEGER NOT NULL DEFAULT 0, dropped_total INTEGER NOT NULL DEFAULT 0,
  pruned_day INTEGER NOT NULL DEFAULT 0, file_mark TEXT, told_to TEXT);
INSERT INTO figures (id) VALUES (1);
`

/** Makes the tables in an empty file, inside a transaction of the caller; another process may have made them meanwhile. */
export function createTables(database: DatabaseSync): void {
  const { objects } = database.prepare('SELECT count(*) AS objects FROM sqlite_schema').get() as { objects: number }
  if (objects === 0) database.exec(tables)
}

const pageBytes = 4096
/** A row that is larger than this spills to pages of its own. */
const largestInPage = 4000
/** Columns, index entries and the page's own bookkeeping. */
const rowOverhead = 120

/** What a parcel of so many packed bytes takes of the file. */
export function footprintOf(packedBytes: number): number {
  if (packedBytes <= largestInPage) return packedBytes + rowOverhead
  return Math.ceil(packedBytes / (pageBytes - 4)) * pageBytes + rowOverhead
}
