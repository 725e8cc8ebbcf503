// One run of the agent: a first cycle at once, then cycles on schedule and single files as they change, until it is told to stop.
import { messageOf } from '../errors.ts'
import { hostName } from '../host/identity.ts'
import { Root } from '../host/root.ts'
import { dayOf } from '../snapshot/document.ts'
import type { AgentFigures } from '../sources/source.ts'
import type { Retention, Store } from '../store/store.ts'
import { type CycleContext, type CycleReport, type Job, runCycle } from './cycle.ts'
import { createJobs, type Jobs } from './jobs.ts'
import type { Log } from './log.ts'
import { Memory } from './memory.ts'
import { ProblemLog } from './problems.ts'
import { type Clock, runSchedule, systemClock } from './schedule.ts'
import type { AgentSettings, Frequency } from './settings.ts'

export interface AgentOptions {
  settings: AgentSettings
  store: Store
  log: Log
  /** Ends the run: the document in hand is finished, what is collected is written. */
  signal: AbortSignal
  /** What the daily prune keeps; no prune when absent. */
  retention?: Retention | undefined
  clock?: Clock
  onProgress?: (progress: { source: string; documents: number }) => void
}

/** One cycle over everything. Throws what the store throws. */
export async function runOnce(options: AgentOptions): Promise<CycleReport> {
  const run = await Run.begin(options)
  return run.cycle(run.jobs.jobs)
}

/**
 * Claims the store, runs the first cycle, then goes on until `options.signal`; resolves when the cycle in hand has ended.
 * Throws when the store is another agent's, or when the first cycle cannot be stored.
 */
export async function runAgent(
  options: AgentOptions & { onFirstCycle?: (report: CycleReport) => Promise<void> },
): Promise<void> {
  const { settings, store, signal, log, onFirstCycle } = options
  await store.claim(`mitra agent, process ${process.pid}, since ${new Date().toISOString()}`)
  const run = await Run.begin(options)
  const first = await run.cycle(run.jobs.jobs)
  log.info('first cycle', { documents: first.documents, stored: first.stored, ms: first.ms })
  await onFirstCycle?.(first)
  const running = groupByFrequency(run.jobs.jobs).map(({ frequency, jobs }) =>
    runSchedule(run.context.host, frequency, () => run.scheduled(jobs), {
      signal,
      log,
      clock: options.clock ?? systemClock,
    }),
  )
  if (settings.watch && !signal.aborted) await run.watch()
  await Promise.all(running)
  await run.idle()
}

class Run {
  readonly context: CycleContext
  readonly jobs: Jobs
  readonly #options: AgentOptions
  readonly #problems: ProblemLog
  readonly #figures: AgentFigures = { cycle_ms: 0, cpu_ms: 0, rss_bytes: 0, errors_total: 0, documents_total: 0 }
  /** Cycles run one after the other, whoever asks for them: an older snapshot never overtakes a newer one. */
  #last: Promise<unknown> = Promise.resolve()
  #prunedOn = -1
  #watchFolders: () => Promise<void> = async () => {}

  static async begin(options: AgentOptions): Promise<Run> {
    const root = new Root(options.settings.root)
    const host = hostName(root, options.settings.host)
    const known = await options.store.paths(host, 'mitra.file')
    return new Run(options, root, host, known)
  }

  constructor(options: AgentOptions, root: Root, host: string, known: readonly string[]) {
    const { settings, store, log, clock = systemClock, onProgress } = options
    this.#options = options
    this.#problems = new ProblemLog(log)
    this.jobs = createJobs(settings, known)
    this.context = { host, root, labels: settings.labels, store, memory: new Memory(), log, now: clock.now, onProgress }
  }

  /** Runs jobs when those before have ended. */
  cycle(jobs: readonly Job[]): Promise<CycleReport> {
    const next = this.#last.then(async () => {
      this.#figures.rss_bytes = process.memoryUsage.rss()
      const report = await runCycle(jobs, { ...this.context, figures: this.#figures }, this.#options.signal)
      this.#figures.cycle_ms = report.ms
      this.#figures.cpu_ms = report.cpu_ms
      this.#figures.errors_total += report.errors.length
      this.#figures.documents_total += report.documents
      return report
    })
    this.#last = next.catch(() => {})
    return next
  }

  /** A cycle of the schedule: what fails is told, and the agent goes on. */
  async scheduled(jobs: readonly Job[]): Promise<void> {
    const { log } = this.#options
    try {
      const report = await this.cycle(jobs)
      this.#problems.tellStore(undefined)
      this.#problems.tell(report.errors, (path) => jobs.some((job) => job.name === 'files' || job.path === path))
      log.debug('cycle', { documents: report.documents, stored: report.stored, ms: report.ms, cpu_ms: report.cpu_ms })
      await this.#watchFolders()
      await this.#pruneDaily()
    } catch (error) {
      this.#problems.tellStore(messageOf(error))
    }
  }

  /** Looks again at what lies in folders where something changed; the folders follow what each cycle finds. */
  async watch(): Promise<void> {
    const { signal, log } = this.#options
    const files = this.jobs.files
    if (files.length === 0) return
    const { FolderWatcher } = await import('../host/watch.ts')
    const watcher = new FolderWatcher(this.context.root, {
      onChange: (changes) =>
        this.scheduled(
          files.map(({ job, collector }) => ({ ...job, collect: (pass) => collector.look(changes, pass) })),
        ),
      onNotice: (message, fields) => log.warn(message, fields),
    })
    this.#watchFolders = () => watcher.set(files.flatMap(({ collector }) => [...collector.folders()]))
    await this.#watchFolders()
    signal.addEventListener('abort', () => void watcher.close(), { once: true })
  }

  /** Resolves when no cycle runs or waits. */
  async idle(): Promise<void> {
    await this.#last
  }

  async #pruneDaily(): Promise<void> {
    const { retention, store, log } = this.#options
    const now = this.context.now()
    if (!retention || this.#prunedOn === dayOf(now)) return
    this.#prunedOn = dayOf(now)
    const { days, versions, hosts } = await store.prune(retention, now, { dryRun: false })
    if (days + versions + hosts.length > 0) log.info('pruned', { days, versions, hosts: hosts.length })
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
