// The one row of figures: what is queued and what became of the rest.
import { DamagedError, type OutboxFile } from './outbox-file.ts'

/** Sums over what is queued, and counters since the file was made. */
export interface Tally {
  documents: number
  footprint: number
  delivered_total: number
  rejected_total: number
  dropped_total: number
}

export function readTally(file: OutboxFile): Tally {
  const row = file.get<Tally>(
    'SELECT documents, footprint, delivered_total, rejected_total, dropped_total FROM figures',
  )
  if (!row) throw new DamagedError('its figures are missing')
  return row
}

/** Runs `work` on the figures in a transaction; what it makes of them is kept with what it does. */
export function tallied<Result>(
  file: OutboxFile,
  options: { durable: boolean },
  work: (tally: Tally) => Result,
): Result {
  return file.transaction(() => {
    const tally = readTally(file)
    const before = { ...tally }
    const result = work(tally)
    if (Object.entries(before).some(([name, value]) => tally[name as keyof Tally] !== value)) saveTally(file, tally)
    return result
  }, options)
}

function saveTally(file: OutboxFile, { documents, footprint, ...totals }: Tally): void {
  file.run(
    'UPDATE figures SET documents = ?, footprint = ?, delivered_total = ?, rejected_total = ?, dropped_total = ?',
    documents,
    footprint,
    totals.delivered_total,
    totals.rejected_total,
    totals.dropped_total,
  )
}
