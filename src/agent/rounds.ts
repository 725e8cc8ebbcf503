// Rounds in quick succession: every source of a burst at one time stamp, then the next, within bounds of time, size and load.
import type { Document } from '../snapshot/document.ts'
import type { Outcome } from '../store/store.ts'
import { type CycleContext, type Job, runCycle } from './cycle.ts'
import { Memory } from './memory.ts'
import { type Clock, sleep } from './schedule.ts'
import { Turns } from './turns.ts'

export interface RoundsRequest {
  /** With readers of their own: their rates are those between two rounds. */
  jobs: readonly Job[]
  interval_ms: number
  for_ms: number
  /** Told of the bytes of each round, of documents as JSON; false when no more may follow. */
  spend(bytes: number): boolean
  /** Every sample has it as `event.burst`. */
  name: string
  signal: AbortSignal
  clock: Clock
  /** Rounds of different bursts take turns. */
  turns?: Turns
  onRound?(report: RoundsReport): void
}

export interface RoundsReport {
  rounds: number
  /** Rounds left out because the one before took too long. */
  skipped: number
  documents: number
  bytes: number
  /** Failed readings by their message. */
  errors: Map<string, number>
  ms: number
  /** Why they came to an end: the time was over, the size was reached, or the run was stopped. */
  ended: 'time' | 'size' | 'stopped'
}

/** What is written at once: so much time, and so many bytes, may be lost with the process. */
const writeEvery_ms = 1000
const writeBytes = 512 * 1024

/**
 * Takes rounds until the time is over or a bound is reached. Each is followed by a rest as long as itself: no more than half a core
 * goes into them. Throws what the store throws.
 */
export async function takeRounds(request: RoundsRequest, context: CycleContext): Promise<RoundsReport> {
  const { jobs, interval_ms, for_ms, spend, signal, clock, turns = new Turns(), onRound } = request
  const report: RoundsReport = {
    rounds: 0,
    skipped: 0,
    documents: 0,
    bytes: 0,
    errors: new Map(),
    ms: 0,
    ended: 'time',
  }
  const gathered = new Gathered(context.store)
  const own: CycleContext = {
    ...context,
    store: gathered,
    memory: new Memory(),
    sampleFields: { 'event.burst': request.name },
  }
  const started = clock.now()
  let written = started
  /** Of the grid that began with the first round. */
  let slot = 0
  let mayGoOn = true
  try {
    while (!signal.aborted) {
      await turns.take(async () => {
        const stamp = clock.now()
        const { documents, errors } = await runCycle(jobs, { ...own, now: () => stamp }, signal)
        report.rounds++
        report.documents += documents
        const bytes = gathered.takeBytes()
        report.bytes += bytes
        mayGoOn = spend(bytes)
        for (const { message } of errors) report.errors.set(message, (report.errors.get(message) ?? 0) + 1)
        report.ms = clock.now() - started
        onRound?.(report)
        await sleep(clock.now() - stamp, signal, clock)
      })
      const now = clock.now()
      if (now - written >= writeEvery_ms || gathered.bytes >= writeBytes) {
        await gathered.flush()
        written = clock.now()
      }
      if (!mayGoOn) return ended('size')
      // a clock that was set back must not make them last
      const elapsed = Math.max(0, clock.now() - started)
      const next = Math.max(slot + 1, Math.ceil(elapsed / interval_ms))
      if (next * interval_ms >= for_ms || now < started) return ended('time')
      report.skipped += next - slot - 1
      slot = next
      await sleep(started + next * interval_ms - clock.now(), signal, clock)
    }
    return ended('stopped')
  } finally {
    await gathered.flush()
  }

  function ended(why: RoundsReport['ended']): RoundsReport {
    return { ...report, ended: why, ms: Math.max(0, clock.now() - started) }
  }
}

/** Documents of a few rounds, written together: a transaction for each would be more work than the readings. */
class Gathered {
  readonly #store: CycleContext['store']
  #documents: Document[] = []
  /** Of what is not written yet. */
  bytes = 0
  #taken = 0

  constructor(store: CycleContext['store']) {
    this.#store = store
  }

  /** Takes them as stored: each is of a time of its own, so that none can be unchanged. */
  async write(documents: readonly Document[]): Promise<Outcome[]> {
    for (const document of documents) {
      const bytes = JSON.stringify(document).length
      this.bytes += bytes
      this.#taken += bytes
      this.#documents.push(document)
    }
    return documents.map(() => ({ status: 'stored' }))
  }

  /** Bytes written since the last call. */
  takeBytes(): number {
    const taken = this.#taken
    this.#taken = 0
    return taken
  }

  async flush(): Promise<void> {
    const documents = this.#documents
    this.#documents = []
    this.bytes = 0
    if (documents.length > 0) await this.#store.write(documents)
  }
}
