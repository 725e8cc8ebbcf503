// How an outbox is, seen from outside: what `mitra doctor` says about it, while an agent may be using it.
import { existsSync, readFileSync, statSync } from 'node:fs'
import { messageOf } from '../errors.ts'
import type { Check } from '../store/check.ts'
import { claimOf } from '../store/embedded/health.ts'

export interface OutboxPlace {
  path: string
  deadLetters: string
  /** Bytes it may take. */
  maxBytes: number
}

interface Seen {
  documents: number
  footprint: number
  delivered_total: number
  rejected_total: number
  dropped_total: number
  /** Of the oldest parcel, milliseconds since the epoch. */
  queued_at: number | null
}

/** Sending takes seconds; whatever waits longer waits for something. */
const lateAfterMs = 15 * 60_000
const nearlyFull = 0.8

/** Looks at an outbox without changing it. `now`: milliseconds since the epoch. */
export async function outboxChecks(place: OutboxPlace, now: number): Promise<Check[]> {
  const { path } = place
  if (!existsSync(path))
    return [
      { check: 'outbox', status: 'ok', detail: `no agent of this host has made one at "${path}"` },
      ...letters(place),
    ]
  return [await queueCheck(place, now), ...letters(place), await agentCheck(path)]
}

/** `mitra index` now and then needs no agent, so that none is there is no fault by itself. */
async function agentCheck(path: string): Promise<Check> {
  const check = 'agent'
  const claim = await claimOf(path)
  if (claim.status === 'unknown') return { check, status: 'unknown', detail: claim.reason }
  return {
    check,
    status: 'ok',
    detail: claim.status === 'held' ? `runs: ${claim.agent}` : 'none runs on this host now',
  }
}

async function queueCheck({ path, maxBytes }: OutboxPlace, now: number): Promise<Check> {
  const check = 'outbox'
  let seen: Seen
  try {
    seen = await seenIn(path)
  } catch (error) {
    return {
      check,
      status: 'problem',
      detail: `failed to read "${path}": ${messageOf(error)}`,
      next: 'run this as the user the agent runs as; if that one fails too, the agent sets a damaged file aside when it starts',
    }
  }
  const { documents, footprint, delivered_total, dropped_total, queued_at } = seen
  const waits = queued_at === null ? 0 : Math.max(0, now - queued_at)
  const queue =
    documents === 0
      ? 'empty'
      : `${documents} waiting, ${(footprint / 1e6).toFixed(1)} MB, the oldest for ${Math.round(waits / 60_000)} min`
  const lost = dropped_total === 0 ? '' : `, ${dropped_total} dropped for want of room`
  const detail = `${queue}; ${delivered_total} delivered${lost}`
  if (waits > lateAfterMs)
    return {
      check,
      status: 'warning',
      detail,
      next: 'see that the agent runs; its log, and the checks above, may say why Elasticsearch does not take them',
    }
  if (dropped_total > 0 || footprint > maxBytes * nearlyFull)
    return { check, status: 'warning', detail, next: 'raise delivery.maxsize, or read the largest sources less often' }
  return { check, status: 'ok', detail }
}

async function seenIn(path: string): Promise<Seen> {
  const { DatabaseSync } = await import('node:sqlite')
  const database = new DatabaseSync(path, { readOnly: true, timeout: 2000 })
  try {
    const row = database
      .prepare(
        `SELECT documents, footprint, delivered_total, rejected_total, dropped_total,
           (SELECT queued_at FROM parcel ORDER BY id LIMIT 1) AS queued_at
         FROM figures`,
      )
      .get()
    if (row === undefined) throw new Error('its figures are missing')
    return row as unknown as Seen
  } finally {
    database.close()
  }
}

const newline = 10

/** Documents that were refused for good: in the file and the one before it. */
function letters({ deadLetters }: OutboxPlace): Check[] {
  const check = 'dead letters'
  const files = [deadLetters, `${deadLetters}.1`].filter(
    (file) => (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0,
  )
  if (files.length === 0) return [{ check, status: 'ok', detail: 'none' }]
  try {
    const count = files.reduce(
      (sum, file) => sum + readFileSync(file).reduce((lines, byte) => lines + +(byte === newline), 0),
      0,
    )
    return [
      {
        check,
        status: 'warning',
        detail: `${count} ${count === 1 ? 'document was' : 'documents were'} refused for good, see ${files.join(' and ')}`,
        next: 'each line says why; remove the file when it is dealt with',
      },
    ]
  } catch (error) {
    return [{ check, status: 'unknown', detail: messageOf(error) }]
  }
}
