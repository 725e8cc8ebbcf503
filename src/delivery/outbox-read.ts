// Reading the queue: which parcels go next, and taking them out when they have been answered for.
import { inflateSync } from 'node:zlib'
import type { Document } from '../snapshot/document.ts'
import type { Parcel } from '../store/store.ts'
import type { Tally } from './outbox-figures.ts'
import { DamagedError, type OutboxFile } from './outbox-file.ts'

/** A parcel in the queue. */
export interface QueuedParcel extends Parcel {
  id: number
  pathId: number
}

/** What one read of the queue may hold. */
export interface ReadLimits {
  /** Of JSON; one parcel may have more. */
  maxBytes: number
  maxParcels: number
  /** Paths that are left out, by `pathId`. */
  busy: ReadonlySet<number>
}

interface ParcelRow {
  id: number
  path_id: number
  version: number
  unchanged: number
  bytes: number
}

/** Rows looked at for each that a read may take, when paths are busy. */
const readAhead = 4

/** The oldest within the limits. Throws DamagedError when one cannot be read. */
export function readOldest(file: OutboxFile, limits: ReadLimits): QueuedParcel[] {
  return chooseOldest(file, limits).flatMap(({ id, path_id, version, unchanged }) => {
    const document = documentOf(file, id)
    return document === undefined ? [] : [{ id, pathId: path_id, version, unchanged: unchanged === 1, document }]
  })
}

function chooseOldest(file: OutboxFile, { maxBytes, maxParcels, busy }: ReadLimits): ParcelRow[] {
  const chosen: ParcelRow[] = []
  const paths = new Set<number>()
  let bytes = 0
  const rows = file.iterate<ParcelRow>(
    'SELECT id, path_id, version, unchanged, bytes FROM parcel ORDER BY id LIMIT ?',
    maxParcels * readAhead,
  )
  for (const row of rows) {
    if (busy.has(row.path_id)) continue
    bytes += row.bytes
    const isFull = chosen.length === maxParcels || (chosen.length > 0 && bytes > maxBytes)
    // what its mark says is known when the one before it has been answered for
    if (isFull || (row.unchanged === 1 && paths.has(row.path_id))) break
    chosen.push(row)
    paths.add(row.path_id)
  }
  return chosen
}

/** Undefined when another process has taken it out meanwhile. */
function documentOf(file: OutboxFile, id: number): Document | undefined {
  const row = file.get<{ data: Uint8Array }>('SELECT data FROM parcel WHERE id = ?', id)
  if (!row) return undefined
  try {
    return JSON.parse(inflateSync(row.data).toString()) as Document
  } catch (cause) {
    throw new DamagedError(`parcel ${id} cannot be read`, { cause })
  }
}

/** Takes a parcel out if it is still there; its version tells it from one of a file made anew. Gives how many went. */
export function takeOut(file: OutboxFile, { id, version }: QueuedParcel, tally: Tally): number {
  const row = file.get<{ footprint: number }>(
    'DELETE FROM parcel WHERE id = ? AND version = ? RETURNING footprint',
    id,
    version,
  )
  if (!row) return 0
  tally.documents--
  tally.footprint -= row.footprint
  return 1
}

/** After a backlog the file shrinks again, some pages at a time so that nothing waits for it. */
export function giveBackPages(file: OutboxFile): void {
  const free = file.get<{ freelist_count: number }>('PRAGMA freelist_count')?.freelist_count ?? 0
  if (free > 512) file.exec('PRAGMA incremental_vacuum(5000)')
}
