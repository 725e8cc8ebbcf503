// The lease of a job that one agent of the fleet does at a time: a document that says who has it and until when. A holder that
// died loses it by the time; one that lives renews it. Times are of the agents' own clocks: should two be so far apart that both
// work, they do the same work twice, which harms nothing.
import type { Client } from '@elastic/elasticsearch'
import { failureOf } from '../connection/failure.ts'
import { ownMeta } from '../mapping/index-template.ts'

/** The index of leases. */
export function leaseIndex(prefix: string): string {
  return `${prefix}lease`
}

/** How long a lease lasts from its last renewal. */
export const leaseMs = 10 * 60_000
/** Clocks of a fleet are closer together than this; what lies further in the future is not believed. */
const clocksMs = 60 * 60_000

interface LeaseDocument {
  holder: string
  /** Milliseconds since the epoch; `expires` is 0 once it was given back. */
  taken: number
  expires: number
  /** When the newest work began that came to its end. */
  done?: number
}

interface Found {
  document: LeaseDocument
  seq_no: number
  primary_term: number
}

/** Why a lease is not to be had. */
export type Refusal = { status: 'done'; at: number } | { status: 'held'; holder: string; until: number }

export interface LeaseRequest {
  /** Name of the job. */
  job: string
  /** Who asks. */
  holder: string
  /** Work that began since then, in milliseconds since the epoch, need not be done again. */
  since: number
}

/**
 * Takes a lease, or says why not; a single read where there is nothing to do. Throws what the client throws, for a login without
 * the right to read or write it too.
 */
export async function takeLease(
  client: Client,
  prefix: string,
  { job, holder, since }: LeaseRequest,
  now: () => number,
): Promise<Lease | Refusal> {
  const index = leaseIndex(prefix)
  const found = await read(client, index, job)
  const at = now()
  if (found !== undefined) {
    const { done, holder: other, expires } = found.document
    if (done !== undefined && done >= since && done <= at + clocksMs) return { status: 'done', at: done }
    if (expires > at && expires <= at + leaseMs + clocksMs) return { status: 'held', holder: other, until: expires }
  }
  if (found === undefined) await makeIndex(client, index)
  const lease = new Lease(client, { index, job, holder, taken: at, done: found?.document.done, now })
  if (await lease.take(found)) return lease
  const winner = await read(client, index, job)
  const { holder: other = 'another agent', expires: until = at + leaseMs } = winner?.document ?? {}
  return { status: 'held', holder: other, until }
}

interface Terms {
  index: string
  job: string
  holder: string
  /** Milliseconds since the epoch. */
  taken: number
  done: number | undefined
  now: () => number
}

/** A lease that was taken. */
export class Lease {
  readonly status = 'taken'
  readonly #client: Client
  readonly #terms: Terms
  #seen: { seq_no: number; primary_term: number } | undefined

  constructor(client: Client, terms: Terms) {
    this.#client = client
    this.#terms = terms
  }

  /** Writes the lease over what was found; false when somebody else has written since. */
  async take(found: { seq_no: number; primary_term: number } | undefined): Promise<boolean> {
    this.#seen = found
    return this.#write({ expires: this.#terms.now() + leaseMs })
  }

  /** Makes it last on; false when it was lost. */
  async renew(): Promise<boolean> {
    return this.#write({ expires: this.#terms.now() + leaseMs })
  }

  /** Gives it back, with the work done or not. */
  async release({ done }: { done: boolean }): Promise<void> {
    await this.#write({ expires: 0, ...(done && { done: this.#terms.taken }) })
  }

  /**
   * Works while the lease is renewed, and gives it back: with the work done unless it throws. The signal of the work is aborted
   * when the lease is lost.
   */
  async during<Result>(
    work: (signal: AbortSignal) => Promise<Result>,
    { signal, everyMs = leaseMs / 5 }: { signal: AbortSignal; everyMs?: number },
  ): Promise<Result> {
    const lost = new AbortController()
    let lastsUntil = this.#terms.now() + leaseMs
    let renewing = Promise.resolve()
    const timer = setInterval(() => {
      renewing = renewing.then(async () => {
        const at = this.#terms.now()
        try {
          if (await this.renew()) lastsUntil = at + leaseMs
          else lost.abort()
        } catch {
          // no answer for a moment is no loss
          if (at >= lastsUntil) lost.abort()
        }
      })
    }, everyMs)
    let done = false
    try {
      const result = await work(AbortSignal.any([signal, lost.signal]))
      done = true
      return result
    } finally {
      clearInterval(timer)
      await renewing
      // not given back it passes on by itself, and what was done is done
      await this.release({ done }).catch(() => {})
    }
  }

  async #write(change: { expires: number; done?: number }): Promise<boolean> {
    const { index, job, holder, taken, done } = this.#terms
    const before = done === undefined ? {} : { done }
    const document: LeaseDocument = { holder, taken, ...before, ...change }
    const condition = this.#seen
      ? { if_seq_no: this.#seen.seq_no, if_primary_term: this.#seen.primary_term }
      : { op_type: 'create' as const }
    try {
      const { _seq_no, _primary_term } = await this.#client.index({ index, id: job, document, ...condition })
      this.#seen = { seq_no: _seq_no ?? 0, primary_term: _primary_term ?? 1 }
      return true
    } catch (error) {
      if (isConflict(error)) return false
      throw error
    }
  }
}

function isConflict(error: unknown): boolean {
  const failure = failureOf(error)
  return failure.kind === 'server' && failure.status === 409
}

/** In real time: it sees what was written a moment ago. */
async function read(client: Client, index: string, job: string): Promise<Found | undefined> {
  const { found, _source, _seq_no, _primary_term } = await client.get<LeaseDocument>(
    { index, id: job },
    { ignore: [404] },
  )
  if (!found || _source === undefined) return undefined
  return { document: _source, seq_no: _seq_no ?? 0, primary_term: _primary_term ?? 1 }
}

/** Made by name, for a write would make it with a guessed mapping; hidden from questions to all indices of mitra. */
async function makeIndex(client: Client, index: string): Promise<void> {
  const time = { type: 'date', format: 'epoch_millis' } as const
  await client.indices.create(
    {
      index,
      settings: { index: { hidden: true, number_of_shards: 1, auto_expand_replicas: '0-1' } },
      mappings: {
        dynamic: false,
        _meta: ownMeta,
        properties: { holder: { type: 'keyword' }, taken: time, expires: time, done: time },
      },
    },
    // it is there: another agent was faster, or it held other leases
    { ignore: [400] },
  )
}
