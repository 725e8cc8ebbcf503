// The outbox: documents accepted and not yet taken by the store, in one SQLite file.
//
// Invariants
//   1. What `write` has returned as stored or unchanged survives kill -9 and power loss, until the store has taken or refused it
//      or the limit has dropped it (5).
//   2. Ids grow with the order of writing and are never used twice. Of one path, a lower id has a lower version.
//   3. A version is the time of observation in milliseconds, or one more than the path's version before where the clock does
//      not grow: it only ever grows for a path, over restarts and steps of the clock.
//   4. A parcel is marked unchanged only when its state is that of the parcel before it, and that one was or will be delivered.
//      All that is remembered as told, the store was told that the queue was last delivered to.
//   5. The newest parcel of a path is never dropped. So the file may exceed its limit by what those take.
//
// Write   one durable transaction a call (WAL, synchronous = FULL). A state that equals the last one of its path is not
//         queued on the same UTC day, and queued as unchanged on another. Over the limit, the oldest superseded samples
//         go, then the oldest superseded states: with each its loss is handed on to the next of its path, which then counts as
//         changed.
// Read    oldest first. An unchanged parcel is not read together with one before it of the same path: only when that one has
//         been settled is it known what the mark says.
// Delete  when the store has answered for a parcel. Not durable by itself: after a power loss it may be sent again, which its
//         version makes harmless. Freed pages are used again, and given back when nothing is queued.
//
// A damaged file is set aside with what can be read of it taken over; so that nothing is taken for told that got lost, every
// state then counts as changed once. So it does when the file turns out to be a copy that was put back. When the store is another
// than before, or was emptied, what is no longer queued counts as changed, and so does what follows on it in the queue.
import { hash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { deflateSync } from 'node:zlib'
import { ActionableError } from '../errors.ts'
import { type Document, dayOf, timeOf } from '../snapshot/document.ts'
import { problemOf } from '../store/document-problem.ts'
import type { Outcome } from '../store/store.ts'
import type { DeliveryLog } from './log.ts'
import { readTally, type Tally, tallied } from './outbox-figures.ts'
import { DamagedError, type OutboxFile, openOutboxFile, setAside } from './outbox-file.ts'
import { footprintOf } from './outbox-layout.ts'
import { dropSuperseded, handOnLoss } from './outbox-limit.ts'
import { fileMark, isSameFile } from './outbox-mark.ts'
import {
  chooseOldest,
  giveBackPages,
  type QueuedParcel,
  type ReadLimits,
  takeOut,
  unpacked,
  type WaitingParcel,
} from './outbox-read.ts'
import { salvage } from './outbox-salvage.ts'
import { noteStore } from './outbox-told.ts'

export interface OutboxOptions {
  path: string
  /** Of the file, without its write-ahead log (4 MB) and some 200 bytes for each path. */
  maxBytes: number
  log: DeliveryLog
  now: () => number
}

export interface QueueFigures {
  queued_documents: number
  /** Of the file. */
  queued_bytes: number
  /** Age of the oldest one queued; 0 when there is none. */
  oldest_ms: number
  /** These three since the file was made. */
  delivered_total: number
  rejected_total: number
  dropped_total: number
  /** How often since it was opened the file was damaged and made anew, or the store another: what was accepted before may be lost. */
  replaced: number
}

interface PathRow {
  id: number
  state: Uint8Array | null
  in_history: number
  day: number
  version: number
  newest: number
}

/** Where a document stands in the queue. */
interface Place {
  pathId: number
  version: number
  isMetric: boolean
  /** Id of the parcel whose state it still is. */
  follows: number | undefined
}

/** Days after which a path whose file is gone is forgotten. */
const forgottenAfterDays = 30

/** Opens the queue, making its file; throws ActionableError when it cannot be used. */
export async function openOutbox(options: OutboxOptions): Promise<Outbox> {
  const { DatabaseSync } = await import('node:sqlite')
  return new Outbox(DatabaseSync, options)
}

export class Outbox {
  readonly #options: OutboxOptions
  readonly #Constructor: typeof DatabaseSync
  #file: OutboxFile
  #replacements = 0

  constructor(Constructor: typeof DatabaseSync, options: OutboxOptions) {
    this.#Constructor = Constructor
    this.#options = options
    let file: OutboxFile | undefined
    try {
      file = openOutboxFile(Constructor, options.path)
      this.#noticeCopy(file)
    } catch (error) {
      file?.close()
      if (!(error instanceof DamagedError)) throw error
      file = this.#replaced(error)
    }
    this.#file = file
  }

  /** Queues documents, all of them or none. Throws ActionableError when they cannot be kept, as on a full disk. */
  write(documents: readonly Document[]): Outcome[] {
    return this.#whole((file) =>
      tallied(file, { durable: true }, (tally) => {
        this.#forgetPaths(file)
        return documents.map((document) => this.#put(file, document, tally))
      }),
    )
  }

  /** Paths of a host whose last observation found something there. */
  paths(host: string, dataset: string): string[] {
    const rows = this.#whole((file) =>
      file.all<{ path: string }>(
        'SELECT path FROM path WHERE host = ? AND dataset = ? AND is_there = 1 ORDER BY path',
        host,
        dataset,
      ),
    )
    return rows.map(({ path }) => path)
  }

  /** The oldest parcels within the limits, in order; at least one if there is any whose path is not busy. */
  oldest(limits: ReadLimits): WaitingParcel[] {
    return this.#whole((file) => chooseOldest(file, limits))
  }

  /** The same with their documents, which takes a while for many; without those that are no longer there. */
  read(parcels: readonly WaitingParcel[]): QueuedParcel[] {
    return this.#whole((file) => unpacked(file, parcels))
  }

  /** Deletes what the store has answered for. */
  settle(delivered: readonly WaitingParcel[], rejected: readonly WaitingParcel[]): void {
    if (delivered.length + rejected.length === 0) return
    this.#whole((file) => {
      const left = tallied(file, { durable: false }, (tally) => {
        for (const parcel of delivered) tally.delivered_total += takeOut(file, parcel, tally)
        for (const parcel of rejected) {
          tally.rejected_total += takeOut(file, parcel, tally)
          if (!parcel.unchanged) handOnLoss(file, parcel.pathId, parcel.id)
        }
        return tally.documents
      })
      if (left === 0) giveBackPages(file)
    })
  }

  /**
   * Takes note of the store that the queue is delivered to. True when it was another before, which was told what this one was
   * not: every state counts as untold that does not wait in the queue.
   */
  meet(store: string): boolean {
    const isOther = this.#whole((file) => noteStore(file, store))
    if (!isOther) return false
    this.#replacements++
    const { log, path } = this.#options
    log.info('store is another than before or was emptied, every state is sent again', { outbox: path })
    return true
  }

  figures(): QueueFigures {
    return this.#whole((file) => {
      const { documents, footprint, ...totals } = readTally(file)
      const oldest = file.get<{ queued_at: number }>('SELECT queued_at FROM parcel ORDER BY id LIMIT 1')
      return {
        queued_documents: documents,
        queued_bytes: footprint,
        // a clock that was set back makes nothing younger than now
        oldest_ms: oldest ? Math.max(0, this.#options.now() - oldest.queued_at) : 0,
        ...totals,
        replaced: this.#replacements,
      }
    })
  }

  close(): void {
    this.#file.close()
  }

  #put(file: OutboxFile, document: Document, tally: Tally): Outcome {
    const at = timeOf(document)
    const reason = problemOf(document, at)
    if (reason) return { status: 'rejected', reason }
    const host = document['host.name']
    const path = document['file.path']
    const isMetric = document['event.kind'] === 'metric'
    const state = isMetric ? null : stateOf(document)
    const known = file.get<PathRow>(
      'SELECT id, state, in_history, day, version, newest FROM path WHERE host = ? AND path = ?',
      host,
      path,
    )
    const day = dayOf(at)
    const isSame = state !== null && known?.state != null && state.equals(known.state)
    if (isSame && known.day === day) return { status: 'unchanged' }
    const follows = isSame && known.in_history === 1 ? known.newest : undefined
    const pathId =
      known?.id ??
      file.run(
        `INSERT INTO path (host, path, dataset, is_there, state, in_history, day, version, newest)
         VALUES (?, ?, '', 0, NULL, 0, 0, 0, 0)`,
        host,
        path,
      ).lastInsertRowid
    const version = Math.max(1, Math.floor(at), (known?.version ?? 0) + 1)
    const id = this.#queue(file, document, { pathId, version, isMetric, follows }, tally)
    file.run(
      'UPDATE path SET dataset = ?, is_there = ?, state = ?, in_history = 1, day = ?, version = ?, newest = ? WHERE id = ?',
      document['event.dataset'],
      document['file.exists'] === false ? 0 : 1,
      state,
      day,
      version,
      id,
      pathId,
    )
    dropSuperseded(file, this.#options.maxBytes, tally)
    return { status: follows === undefined ? 'stored' : 'unchanged' }
  }

  #queue(file: OutboxFile, document: Document, { pathId, version, isMetric, follows }: Place, tally: Tally): number {
    const json = Buffer.from(JSON.stringify(document))
    const data = deflateSync(json, { level: 1 })
    const footprint = footprintOf(data.length)
    const { lastInsertRowid } = file.run(
      `INSERT INTO parcel (path_id, version, queued_at, metric, unchanged, follows, bytes, footprint, data)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      pathId,
      version,
      Math.floor(this.#options.now()),
      isMetric ? 1 : 0,
      follows === undefined ? 0 : 1,
      follows ?? null,
      json.length,
      footprint,
      data,
    )
    tally.documents++
    tally.footprint += footprint
    return lastInsertRowid
  }

  /** Once a day: paths whose file has been gone for long, and whose tombstone was delivered. */
  #forgetPaths(file: OutboxFile): void {
    const today = dayOf(this.#options.now())
    const { pruned_day } = file.get<{ pruned_day: number }>('SELECT pruned_day FROM figures') ?? { pruned_day: today }
    if (pruned_day >= today) return
    file.run(
      `DELETE FROM path WHERE is_there = 0 AND day < ?
       AND NOT EXISTS (SELECT 1 FROM parcel WHERE parcel.path_id = path.id)`,
      today - forgottenAfterDays,
    )
    file.run('UPDATE figures SET pruned_day = ?', today)
  }

  /** A copy put back knows an older past: what it takes for told may have been replaced at the store since. */
  #noticeCopy(file: OutboxFile): void {
    const mark = fileMark(file.path)
    const before = file.get<{ file_mark: string | null }>('SELECT file_mark FROM figures')?.file_mark
    if (before === mark) return
    const isCopy = before !== null && before !== undefined && !isSameFile(before, mark)
    file.transaction(
      () => {
        if (isCopy) file.run('UPDATE path SET state = NULL')
        file.run('UPDATE figures SET file_mark = ?', mark)
      },
      { durable: true },
    )
    if (isCopy) this.#options.log.warn('outbox is a copy put back, every state is sent again', { outbox: file.path })
  }

  /** Works with a whole file: a damaged one is set aside first. */
  #whole<Result>(work: (file: OutboxFile) => Result): Result {
    try {
      return work(this.#file)
    } catch (error) {
      if (!(error instanceof DamagedError)) throw error
      this.#file.close()
      this.#file = this.#replaced(error)
      this.#replacements++
    }
    try {
      return work(this.#file)
    } catch (error) {
      if (!(error instanceof DamagedError)) throw error
      throw new ActionableError(`the outbox "${this.#options.path}" is damaged again: ${error.message}`, {
        next: 'look after the disk, or name another file for the outbox',
        cause: error,
      })
    }
  }

  #replaced(damage: DamagedError): OutboxFile {
    const { path, log, now } = this.#options
    const aside = setAside(path, now(), damage)
    const file = openOutboxFile(this.#Constructor, path)
    const saved = salvage(this.#Constructor, aside, file)
    file.run('UPDATE figures SET file_mark = ?', fileMark(path))
    log.error('outbox was damaged, a new one is made', { cause: damage.message, aside, ...saved })
    return file
  }
}

/** Hash of all that makes a state, in an order of its own: of everything but the time. */
function stateOf(document: Document): Buffer {
  const names = Object.keys(document).sort()
  const parts = names.filter((name) => name !== '@timestamp').map((name) => [name, document[name]])
  return hash('sha256', JSON.stringify(parts), 'buffer')
}
