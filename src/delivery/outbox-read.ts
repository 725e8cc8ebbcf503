// Reading the queue: which parcels go next, and taking them out when they have been answered for.
import { inflateSync } from 'node:zlib'
import type { Document } from '../snapshot/document.ts'
import type { Parcel } from '../store/store.ts'
import type { Tally } from './outbox-figures.ts'
import { DamagedError, type OutboxFile } from './outbox-file.ts'

/** A parcel in the queue, not unpacked yet. */
export interface WaitingParcel {
  id: number
  pathId: number
  version: number
  unchanged: boolean
}

/** A parcel in the queue. */
export interface QueuedParcel extends Parcel, WaitingParcel {}

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

/** The oldest within the limits. */
export function chooseOldest(file: OutboxFile, { maxBytes, maxParcels, busy }: ReadLimits): WaitingParcel[] {
  const chosen: WaitingParcel[] = []
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
    const { id, path_id: pathId, version } = row
    chosen.push({ id, pathId, version, unchanged: row.unchanged === 1 })
    paths.add(row.path_id)
  }
  return chosen
}

/** Without those that another process has taken out meanwhile. Throws DamagedError when one cannot be read. */
export function unpacked(file: OutboxFile, parcels: readonly WaitingParcel[]): QueuedParcel[] {
  return parcels.flatMap((parcel) => {
    const { id, version } = parcel
    const row = file.get<{ data: Uint8Array; unchanged: number }>(
      'SELECT data, unchanged FROM parcel WHERE id = ? AND version = ?',
      id,
      version,
    )
    // the mark may have gone since it was chosen: a store that was replaced has nothing to be the same as
    return row ? [{ ...parcel, unchanged: row.unchanged === 1, document: documentOf(id, row.data) }] : []
  })
}

function documentOf(id: number, data: Uint8Array): Document {
  try {
    return JSON.parse(inflateSync(data).toString()) as Document
  } catch (cause) {
    throw new DamagedError(`parcel ${id} cannot be read`, { cause })
  }
}

/** Takes a parcel out if it is still there; its version tells it from one of a file made anew. Gives how many went. */
export function takeOut(file: OutboxFile, { id, version }: WaitingParcel, tally: Tally): number {
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
