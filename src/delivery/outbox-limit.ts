// What the outbox drops when it is full: what a newer observation of the same path has superseded, samples before states.
import type { Tally } from './outbox-figures.ts'
import type { OutboxFile } from './outbox-file.ts'

interface Victim {
  id: number
  path_id: number
  footprint: number
  metric: number
}

/** Drops the oldest superseded parcels until the rest fits or none is left. */
export function dropSuperseded(file: OutboxFile, maxBytes: number, tally: Tally): void {
  let left = tally.footprint - maxBytes
  if (left <= 0) return
  const victims: Victim[] = []
  for (const metric of [1, 0]) {
    if (left <= 0) break
    for (const victim of superseded(file, metric)) {
      victims.push(victim)
      left -= victim.footprint
      if (left <= 0) break
    }
  }
  for (const { id, path_id, footprint, metric } of victims) {
    // asked for now: the victim before it may have handed its change on
    const row = file.get<{ unchanged: number }>('DELETE FROM parcel WHERE id = ? RETURNING unchanged', id)
    if (metric === 0 && row?.unchanged === 0) handOnLoss(file, path_id, id)
    tally.documents--
    tally.footprint -= footprint
    tally.dropped_total++
  }
}

function superseded(file: OutboxFile, metric: number): Iterable<Victim> {
  return file.iterate<Victim>(
    `SELECT parcel.id, path_id, footprint, metric FROM parcel INDEXED BY parcel_drop
     CROSS JOIN path ON path.id = parcel.path_id
     WHERE metric = ? AND parcel.id <> path.newest ORDER BY parcel.id`,
    metric,
  )
}

/** A change that never reaches the store: the next parcel of its path brings it, or the next one written. */
export function handOnLoss(file: OutboxFile, pathId: number, id: number): void {
  const next = file.get<{ id: number; unchanged: number }>(
    'SELECT id, unchanged FROM parcel WHERE path_id = ? AND id > ? ORDER BY id LIMIT 1',
    pathId,
    id,
  )
  if (!next) file.run('UPDATE path SET in_history = 0 WHERE id = ? AND newest = ?', pathId, id)
  else if (next.unchanged === 1) file.run('UPDATE parcel SET unchanged = 0 WHERE id = ?', next.id)
}
