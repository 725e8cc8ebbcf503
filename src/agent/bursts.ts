// Bursts: when a condition holds, chosen sources are taken many times a second for a while, so that the evidence is there when
// people come. Then the rule rests, and a day has a size: a condition that comes and goes fills no disk.
import type { Document } from '../snapshot/document.ts'
import type { BurstFigures } from '../sources/source.ts'
import { type CycleContext, type Job, runCycle } from './cycle.ts'
import { DayBudget } from './day-budget.ts'
import type { Log } from './log.ts'
import { Memory } from './memory.ts'
import { takeRounds } from './rounds.ts'
import { type Clock, sleep } from './schedule.ts'
import { Turns } from './turns.ts'

/** When to take what, and how often. */
export interface BurstRule {
  name: string
  /** The condition, of one document. */
  matches(document: Document): boolean
  /** Names of the registry. */
  sources: readonly string[]
  interval_ms: number
  for_ms: number
  /** From the end of a burst. */
  rest_ms: number
  /** How often its sources are read for the condition alone, beside the cycles. */
  look_ms: number
}

export interface BurstSettings {
  rules: readonly BurstRule[]
  /** Of all bursts of a UTC day, documents as JSON. */
  maxBytesPerDay: number
  /** Where the bytes of the day are counted over restarts. */
  dayFile?: string | undefined
}

export interface BurstsOptions {
  settings: BurstSettings
  /** Readers for a rule, which no cycle shares. */
  jobsOf(rule: BurstRule): readonly Job[]
  context(): CycleContext
  log: Log
  signal: AbortSignal
  clock: Clock
}

interface RuleState {
  rule: BurstRule
  jobs: readonly Job[]
  status: 'idle' | 'taking'
  /** Rests from then on. */
  endedAt: number
}

export class Bursts {
  readonly figures: BurstFigures = { total: 0, documents_total: 0, bytes_total: 0, refused_total: 0 }
  readonly #options: BurstsOptions
  readonly #states: RuleState[]
  readonly #turns = new Turns()
  readonly #work = new Set<Promise<void>>()
  readonly #budget: DayBudget
  /** Whether it was told that the bytes of the day are used up. */
  #isTold = false

  constructor(options: BurstsOptions) {
    const { settings, clock } = options
    this.#options = options
    this.#budget = new DayBudget({ maxBytes: settings.maxBytesPerDay, file: settings.dayFile, now: clock.now })
    this.#states = settings.rules.map((rule) => ({
      rule,
      jobs: options.jobsOf(rule),
      status: 'idle',
      endedAt: Number.NEGATIVE_INFINITY,
    }))
  }

  /** Takes a document of a cycle: whatever rule it fulfils begins. */
  offer(document: Document): void {
    for (const state of this.#states)
      if (this.#isReady(state) && state.rule.matches(document)) this.#begin(state, document)
  }

  /** Looks at the sources of each rule as often as it says, until the signal; resolves when the last burst has ended. */
  async watch(): Promise<void> {
    await Promise.all(this.#states.map((state) => this.#look(state)))
    await this.idle()
  }

  /** Resolves when no burst is taken. */
  async idle(): Promise<void> {
    while (this.#work.size > 0) await Promise.allSettled(this.#work)
  }

  async #look(state: RuleState): Promise<void> {
    const { signal, clock } = this.#options
    while (!signal.aborted) {
      await sleep(state.rule.look_ms, signal, clock)
      if (signal.aborted || !this.#isReady(state)) continue
      const found = await this.#turns.take(() => this.#firstMatch(state))
      if (found && this.#isReady(state)) this.#begin(state, found)
    }
  }

  /** Nothing of a look is stored. */
  async #firstMatch({ rule, jobs }: RuleState): Promise<Document | undefined> {
    const { signal, clock } = this.#options
    let found: Document | undefined
    const store: CycleContext['store'] = {
      write: async (documents) => {
        found ??= documents.find((document) => rule.matches(document))
        return documents.map(() => ({ status: 'stored' }))
      },
    }
    const context = {
      ...this.#options.context(),
      store,
      memory: new Memory(),
      problems: undefined,
      onDocument: undefined,
    }
    await runCycle(jobs, { ...context, now: clock.now }, signal)
    return found
  }

  #isReady({ rule, status, endedAt }: RuleState): boolean {
    const rested = this.#options.clock.now() - endedAt
    // a clock that was set back makes no rest of years
    return status === 'idle' && (rested >= rule.rest_ms || rested < 0)
  }

  #begin(state: RuleState, because: Document): void {
    const { log, clock } = this.#options
    const { rule } = state
    if (this.#budget.left <= 0) {
      this.figures.refused_total++
      state.endedAt = clock.now()
      if (!this.#isTold)
        log.warn('bursts have reached their size of the day', { rule: rule.name, bytes: this.#budget.spent })
      this.#isTold = true
      return
    }
    this.#isTold = false
    const { name, sources, interval_ms, for_ms } = rule
    log.info('burst began', {
      rule: name,
      because: because['file.path'],
      sources: sources.join(' '),
      interval_ms,
      for_ms,
    })
    state.status = 'taking'
    const work = this.#take(state).finally(() => {
      state.status = 'idle'
      state.endedAt = clock.now()
      this.#budget.keep()
      this.#work.delete(work)
    })
    this.#work.add(work)
  }

  async #take({ rule, jobs }: RuleState): Promise<void> {
    const { log, signal, clock } = this.#options
    const { name, interval_ms, for_ms } = rule
    this.figures.total++
    this.figures.rule = name
    this.figures.began = new Date(clock.now()).toISOString()
    const request = {
      jobs,
      interval_ms,
      for_ms,
      name,
      signal,
      clock,
      turns: this.#turns,
      spend: (bytes: number) => this.#spend(bytes),
    }
    try {
      const context = { ...this.#options.context(), onDocument: undefined }
      const { errors, documents, ...report } = await takeRounds(request, context)
      this.figures.documents_total += documents
      const failed = errors.size === 0 ? {} : { errors: [...errors.values()].reduce((sum, count) => sum + count, 0) }
      log.info('burst ended', { rule: name, documents, ...report, ...failed })
    } catch (error) {
      log.error('burst failed', { rule: name, cause: error instanceof Error ? error.message : String(error) })
    }
  }

  /** Of several bursts at once each ends when all together have reached the size. */
  #spend(bytes: number): boolean {
    this.#budget.spend(bytes)
    this.figures.bytes_total += bytes
    return this.#budget.left > 0
  }
}
