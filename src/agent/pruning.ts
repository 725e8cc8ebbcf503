// When the agent removes what is too old: its own store once a day after a cycle, the store of a whole fleet at a time of its own,
// where no other agent does it; or as a cron expression says.
import { messageOf } from '../errors.ts'
import { dayOf } from '../snapshot/document.ts'
import type { PruneAnswer, PruneReport, PruneTurn, Retention, Store } from '../store/store.ts'
import type { Log } from './log.ts'
import { nextBeat } from './schedule.ts'

/** A prune that failed is tried again before the day is over, though not in every cycle: it may be long work. */
const retryMs = 15 * 60_000
const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** Days of a fleet's prune begin two hours after midnight UTC, when the day before has its last documents and can be merged. */
const dayBeginsMs = 2 * hourMs
/** So long the agents of a fleet spread what a cron expression asks of all of them at once. */
export const fleetSpreadSeconds = 600
/** Clocks of a fleet differ: what another agent did at this beat may seem to lie so long before it. */
const clocksMs = 90_000

export interface PruningOptions {
  host: string
  retention: Retention
  /** Of the agent's own store. */
  prune?: Store['prune'] | undefined
  /** Of a store that many agents share. */
  pruneForFleet?: ((turn: PruneTurn) => Promise<PruneAnswer>) | undefined
  log: Log
  now: () => number
  signal: AbortSignal
}

export class Pruning {
  readonly #options: PruningOptions
  /** The day it was done on, or another agent had done it. */
  #doneOn = -1
  #notBefore = Number.NEGATIVE_INFINITY
  #isAtWork = false
  #hasFailed = false

  constructor(options: PruningOptions) {
    this.#options = options
  }

  /** Once a day. Throws what the agent's own store throws. */
  async daily(): Promise<void> {
    const { now, host, pruneForFleet } = this.#options
    const at = now()
    if (at < this.#notBefore) return
    if (!pruneForFleet) {
      if (this.#doneOn === dayOf(at)) return
      this.#notBefore = at + retryMs
      await this.now()
      this.#doneOn = dayOf(at)
      return
    }
    // the last of its times, of yesterday too: a host that is off at night has its turn when it starts
    const due = nextBeat(host, dayMs / 1000, at) - dayMs
    const day = dayOf(due - dayBeginsMs)
    if (this.#doneOn === day) return
    const since = day * dayMs + dayBeginsMs
    if (await this.#forFleet(pruneForFleet, since)) this.#doneOn = day
  }

  /** At a time the configuration names. Throws what the agent's own store throws. */
  async now(): Promise<void> {
    const { retention, prune, pruneForFleet, now, signal } = this.#options
    const at = now()
    if (prune) this.#tell(await prune(retention, at, { dryRun: false, signal }))
    else if (pruneForFleet && at >= this.#notBefore)
      await this.#forFleet(pruneForFleet, at - fleetSpreadSeconds * 1000 - clocksMs)
  }

  /** Whether the fleet is pruned. What fails is told here and tried again: documents go their own way all the same. */
  async #forFleet(pruneForFleet: (turn: PruneTurn) => Promise<PruneAnswer>, since: number): Promise<boolean> {
    if (this.#isAtWork) return false
    const { host, retention, log, now, signal } = this.#options
    this.#isAtWork = true
    try {
      const answer = await pruneForFleet({ retention, holder: `${host}, process ${process.pid}`, since, now, signal })
      this.#hasFailed = false
      return this.#hear(answer)
    } catch (error) {
      this.#notBefore = now() + retryMs
      if (signal.aborted) return false
      log[this.#hasFailed ? 'debug' : 'warn']('prune failed', { cause: messageOf(error) })
      this.#hasFailed = true
      return false
    } finally {
      this.#isAtWork = false
    }
  }

  #hear(answer: PruneAnswer): boolean {
    const { log, now } = this.#options
    switch (answer.status) {
      case 'pruned':
        this.#tell(answer.report)
        return true
      case 'done':
        return true
      case 'held':
        log.debug('another agent prunes', { holder: answer.holder })
        this.#notBefore = now() + hourMs
        return false
      case 'forbidden':
        log.debug('pruning is for others: the login lacks the rights')
        this.#notBefore = now() + dayMs
        return false
      default:
        return answer satisfies never
    }
  }

  #tell({ days, versions, hosts, removed = [], moved = [], merged = [], problems = [] }: PruneReport): void {
    const { log } = this.#options
    const indices = { removed: removed.length, moved: moved.length, merged: merged.length }
    const isSomething = days + versions + hosts.length + removed.length + moved.length + merged.length > 0
    const told = Object.fromEntries(Object.entries(indices).filter(([, count]) => count > 0))
    if (isSomething) log.info('pruned', { days, versions, hosts: hosts.length, ...told })
    for (const cause of problems) log.warn('prune is not complete', { cause })
  }
}
