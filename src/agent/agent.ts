// One run of the agent: a first cycle at once, then cycles on schedule and single files as they change, until it is told to stop.
import type { DeliveryFigures } from '../delivery/delivery.ts'
import { messageOf } from '../errors.ts'
import { hostName } from '../host/identity.ts'
import { Root } from '../host/root.ts'
import type { Document } from '../snapshot/document.ts'
import { configuredFormats } from '../sources/config-formats.ts'
import type { AgentFigures, Pass } from '../sources/source.ts'
import type { PruneAnswer, PruneTurn, Retention, Store } from '../store/store.ts'
import { type BurstRule, type BurstSettings, Bursts } from './bursts.ts'
import { type CycleContext, type CycleReport, type Job, runCycle } from './cycle.ts'
import { createJobs, fileDatasets, type Jobs, sourceJobs } from './jobs.ts'
import type { Log } from './log.ts'
import { Memory } from './memory.ts'
import { ownVersion } from './own-version.ts'
import { ProblemLog } from './problems.ts'
import { fleetSpreadSeconds, Pruning } from './pruning.ts'
import { type RoundsReport, type RoundsRequest, takeRounds } from './rounds.ts'
import { type Clock, runSchedule, systemClock } from './schedule.ts'
import type { AgentSettings, Frequency } from './settings.ts'
import { Turns } from './turns.ts'

/** Where documents go: a store, or a delivery to one. */
export interface AgentStore extends Pick<Store, 'write' | 'paths' | 'claim'> {
  /** Absent where what is too old is removed by others. */
  prune?: Store['prune']
  /** Of the outbox, where there is one. */
  figures?(): DeliveryFigures
}

export interface AgentOptions {
  settings: AgentSettings
  store: AgentStore
  log: Log
  /** Ends the run: the document in hand is finished, what is collected is written. */
  signal: AbortSignal
  /** What a prune keeps; no prune when absent, or when there is no way to. */
  retention?: Retention | undefined
  /** When to prune, in place of once a day. */
  pruneCron?: string | undefined
  /** For a store that many agents share and each writes to on its own. */
  pruneForFleet?: ((turn: PruneTurn) => Promise<PruneAnswer>) | undefined
  /** None when absent. */
  bursts?: BurstSettings | undefined
  clock?: Clock
  onProgress?: (progress: { source: string; documents: number }) => void
}

/** Rounds of chosen sources, by hand. Throws what the store throws. */
export async function runRounds(
  options: AgentOptions,
  request: { sources: readonly string[] } & Pick<
    RoundsRequest,
    'interval_ms' | 'for_ms' | 'name' | 'spend' | 'onRound'
  >,
): Promise<RoundsReport> {
  const { settings, signal, clock = systemClock } = options
  const run = await Run.begin(options)
  return takeRounds({ ...request, jobs: sourceJobs(settings, request.sources), signal, clock }, run.context)
}

/** One cycle over everything. Throws what the store throws. */
export async function runOnce(options: AgentOptions): Promise<CycleReport> {
  const run = await Run.begin(options)
  return run.cycle(run.jobs.jobs)
}

/**
 * Claims the store, runs the first cycle, then goes on until `options.signal`; resolves when the work in hand has ended, or a
 * moment after the signal when it does not. Throws when the store is another agent's, or when the first cycle cannot be stored.
 */
export async function runAgent(
  options: AgentOptions & { onFirstCycle?: (report: CycleReport) => Promise<void> },
): Promise<void> {
  const { settings, store, signal, log, onFirstCycle } = options
  await store.claim(`mitra agent, process ${process.pid}, since ${new Date().toISOString()}`)
  const run = await Run.begin(options)
  const problems = new ProblemLog(log)
  run.context.problems = problems
  run.context.onDocument = (document) => run.bursts?.offer(document)
  const first = await untilStopped(run.cycle(run.jobs.jobs), signal)
  if (first === undefined) return
  log.info('first cycle', { documents: first.documents, stored: first.stored, ms: first.ms })
  await onFirstCycle?.(first)
  const running = groupByFrequency(run.jobs.jobs).map(({ frequency, jobs }) =>
    runSchedule(run.context.host, frequency, () => run.scheduled(jobs, problems), {
      signal,
      log,
      clock: options.clock ?? systemClock,
      ...('seconds' in settings.frequency && { rolloverSeconds: settings.frequency.seconds }),
    }),
  )
  const watching = settings.watch && !signal.aborted ? run.watch(problems) : undefined
  const bursts = run.bursts?.watch()
  await untilStopped(Promise.all([...running, watching, bursts, run.pruneOnSchedule(problems)]), signal)
  await untilStopped(run.idle(), signal)
}

/** What the work gives, or undefined when the signal came and the work did not end soon after. */
async function untilStopped<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result | undefined> {
  let timer: NodeJS.Timeout | undefined
  let onAbort = () => {}
  const stopped = new Promise<undefined>((resolve) => {
    onAbort = () => {
      timer = setTimeout(() => resolve(undefined), patienceMs)
    }
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort)
  })
  try {
    return await Promise.race([work, stopped])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
    work.catch(() => {})
  }
}

/** For a read that hangs when the agent is told to stop: two of these are less than two seconds. */
const patienceMs = 700

class Run {
  readonly context: CycleContext
  readonly jobs: Jobs
  readonly #options: AgentOptions
  readonly #figures: AgentFigures
  /** A store takes one batch after the other. */
  readonly #writes = new Turns()
  readonly #work = new Set<Promise<unknown>>()
  #replaced = 0
  readonly #pruning: Pruning | undefined
  readonly bursts: Bursts | undefined
  #watchFolders: () => Promise<void> = async () => {}

  static async begin(options: AgentOptions): Promise<Run> {
    const { settings, store } = options
    const root = new Root(settings.root)
    const host = hostName(root, settings.host)
    const known = await Promise.all(fileDatasets().map((dataset) => store.paths(host, dataset)))
    const formats = await configuredFormats(settings.formats)
    return new Run(options, root, host, createJobs(settings, known.flat(), formats))
  }

  constructor(options: AgentOptions, root: Root, host: string, jobs: Jobs) {
    const { settings, log, clock = systemClock, onProgress } = options
    this.#options = options
    this.#figures = {
      version: ownVersion(),
      cycle_ms: 0,
      cpu_ms: 0,
      rss_bytes: 0,
      errors_total: 0,
      documents_total: 0,
    }
    this.jobs = jobs
    const store = { write: (documents: readonly Document[]) => this.#writes.take(() => options.store.write(documents)) }
    this.context = { host, root, labels: settings.labels, store, memory: new Memory(), log, now: clock.now, onProgress }
    this.#pruning = this.#pruningOf(options)
    this.bursts = this.#burstsOf(options)
  }

  /** Runs jobs, and keeps count of it. */
  async cycle(jobs: readonly Job[]): Promise<CycleReport> {
    this.#figures.rss_bytes = process.memoryUsage.rss()
    this.#lookAtOutbox()
    const work = runCycle(jobs, { ...this.context, figures: this.#figures }, this.#options.signal)
    this.#work.add(work)
    try {
      const report = await work
      // The figures are those of the cycle that the host document belongs to, not of a source with a pace of its own.
      const { ms: cycle_ms, cpu_ms } = report
      if (jobs.some(({ name }) => name === 'host')) Object.assign(this.#figures, { cycle_ms, cpu_ms })
      this.#figures.errors_total += report.errors.length
      this.#figures.documents_total += report.documents
      return report
    } finally {
      this.#work.delete(work)
    }
  }

  /** A cycle of the schedule: what fails is told, and the agent goes on. */
  async scheduled(jobs: readonly Job[], problems: ProblemLog): Promise<void> {
    const { log } = this.#options
    await this.#told(problems, async () => {
      const { documents, stored, ms, cpu_ms } = await this.cycle(jobs)
      log.debug('cycle', { documents, stored, ms, cpu_ms })
      await this.#watchFolders()
      await this.#pruneDaily()
    })
  }

  /** Looks again at what lies in folders where something changed; the folders follow what each cycle finds. */
  async watch(problems: ProblemLog): Promise<void> {
    const { signal, log } = this.#options
    const files = this.jobs.files
    if (files.length === 0) return
    const { FolderWatcher } = await import('../host/watch.ts')
    if (signal.aborted) return
    const watcher = new FolderWatcher(this.context.root, {
      onChange: (changes) =>
        this.#told(problems, async () => {
          const looks = files.map(({ job, collector }) => ({
            ...job,
            collect: (pass: Pass) => collector.look(changes, pass),
          }))
          const { documents, stored, ms } = await this.cycle(looks)
          log.debug('files changed', { documents, stored, ms })
          await this.#watchFolders()
        }),
      onNotice: (message, fields) => log.warn(message, fields),
    })
    signal.addEventListener('abort', () => void watcher.close(), { once: true })
    this.#watchFolders = () => watcher.set(files.flatMap(({ collector }) => [...collector.folders()]))
    await this.#watchFolders()
  }

  /** Resolves when nothing is collected or written. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#work)
    await this.bursts?.idle()
    await this.#writes.idle()
  }

  #lookAtOutbox(): void {
    const figures = this.#options.store.figures?.()
    if (!figures) return
    // what was accepted may be lost with a damaged outbox: every state is brought again
    if (figures.replaced !== this.#replaced) this.context.memory = new Memory()
    this.#replaced = figures.replaced
    const { queued_documents, queued_bytes, oldest_ms, dropped_total, rejected_total } = figures
    this.#figures.outbox = {
      documents: queued_documents,
      bytes: queued_bytes,
      age_s: oldest_ms / 1000,
      dropped_total,
      rejected_total,
    }
  }

  async #told(problems: ProblemLog, work: () => Promise<void>): Promise<void> {
    try {
      await work()
      problems.tellStore(undefined)
    } catch (error) {
      problems.tellStore(messageOf(error))
    }
  }

  #burstsOf({ bursts, settings, log, signal, clock = systemClock }: AgentOptions): Bursts | undefined {
    if (!bursts || bursts.rules.length === 0) return undefined
    const jobsOf = (rule: BurstRule) => sourceJobs(settings, rule.sources)
    const made = new Bursts({ settings: bursts, jobsOf, context: () => this.context, log, signal, clock })
    this.#figures.burst = made.figures
    return made
  }

  #pruningOf({ retention, store, pruneForFleet, log, signal }: AgentOptions): Pruning | undefined {
    if (!retention || !(store.prune || pruneForFleet)) return undefined
    const prune = store.prune?.bind(store)
    const { host, now } = this.context
    return new Pruning({
      host,
      retention,
      ...(prune && { prune: (...request) => this.#writes.take(() => prune(...request)) }),
      pruneForFleet,
      log,
      now,
      signal,
    })
  }

  /** The prune of a fleet takes as long as it takes: cycles go on beside it. */
  async #pruneDaily(): Promise<void> {
    const { pruneCron, pruneForFleet } = this.#options
    if (!this.#pruning || pruneCron !== undefined) return
    const work = this.#pruning.daily()
    if (!pruneForFleet) return work
    this.#work.add(work)
    void work.finally(() => this.#work.delete(work))
  }

  /** Prunes by the expression of the configuration, for ever; at once nothing to do where there is none. */
  async pruneOnSchedule(problems: ProblemLog): Promise<void> {
    const { pruneCron, pruneForFleet, signal, log, clock = systemClock } = this.#options
    const pruning = this.#pruning
    if (!pruning || pruneCron === undefined) return
    await runSchedule(this.context.host, { cron: pruneCron }, () => this.#told(problems, () => pruning.now()), {
      signal,
      log,
      clock,
      ...(pruneForFleet && { spreadSeconds: fleetSpreadSeconds }),
    })
  }
}

function groupByFrequency(jobs: readonly Job[]): { frequency: Frequency; jobs: Job[] }[] {
  const groups = new Map<string, { frequency: Frequency; jobs: Job[] }>()
  for (const job of jobs) {
    const key = JSON.stringify(job.frequency)
    const group = groups.get(key) ?? { frequency: job.frequency, jobs: [] }
    group.jobs.push(job)
    groups.set(key, group)
  }
  return [...groups.values()]
}
