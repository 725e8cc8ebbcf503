// One pass over sources: observations become documents, what is new goes to the store, and all that happened is reported.
import { hash } from 'node:crypto'
import { messageOf, NoDataError } from '../errors.ts'
import type { Root } from '../host/root.ts'
import { pacer } from '../pacer.ts'
import { derivedFields } from '../snapshot/derived-fields.ts'
import type { Document, Fields } from '../snapshot/document.ts'
import type { Observation } from '../snapshot/observation.ts'
import type { AgentFigures, Collect, Pass } from '../sources/source.ts'
import type { Store } from '../store/store.ts'
import type { Log } from './log.ts'
import type { Memory } from './memory.ts'
import type { ProblemLog } from './problems.ts'
import type { Frequency } from './settings.ts'
import type { Turns } from './turns.ts'

/** A reader the cycle runs, and what is known of it beside. */
export interface Job {
  name: string
  /** Where a failure of the whole source is told. */
  path: string
  dataset: string
  frequency: Frequency
  collect: Collect
  /** Paths whose failure the configuration does not allow. */
  isRequired(path: string): boolean
  /** Jobs that may come across the same path take turns, so that an older snapshot never overtakes a newer one. */
  turns?: Turns
}

export interface SourceReport {
  name: string
  /** The one path its documents have, when it is one. */
  path?: string
  documents: number
  bytes: number
  ms: number
}

export interface Problem {
  path: string
  message: string
  /** False when the configuration does not allow it to fail: a required file, a configured command. */
  allowed: boolean
}

export interface CycleReport {
  host: string
  ms: number
  cpu_ms: number
  /** Observed, of which `stored` were new or changed; `bytes` of text. */
  documents: number
  bytes: number
  stored: number
  unchanged: number
  sources: SourceReport[]
  errors: Problem[]
}

/** What a cycle works with, from one cycle to the next. */
export interface CycleContext {
  host: string
  root: Root
  labels: Readonly<Record<string, string>>
  store: Pick<Store, 'write'>
  memory: Memory
  log: Log
  now: () => number
  /** Told of every observation and of every rejected document. */
  problems?: ProblemLog | undefined
  figures?: AgentFigures | undefined
  /** Stand in every sample beside those of the source; in a state they would be a change. */
  sampleFields?: Fields | undefined
  /** Told of every document that is made: samples, and states that are new or changed. */
  onDocument?: ((document: Document) => void) | undefined
  onProgress?: ((progress: { source: string; documents: number }) => void) | undefined
}

// A batch is one transaction: small enough that writing it does not hold the event loop for long.
const batchDocuments = 32
const batchBytes = 512 * 1024
const sliceMs = 3

/**
 * Runs jobs one after the other. A job that fails is a document with `error.message`; the others go on. Throws only what the
 * store throws: then nothing of the batch at hand is remembered as stored, and the next cycle brings it again.
 */
export async function runCycle(jobs: readonly Job[], context: CycleContext, signal: AbortSignal): Promise<CycleReport> {
  const started = performance.now()
  const cpu = process.cpuUsage()
  const report: CycleReport = {
    host: context.host,
    ms: 0,
    cpu_ms: 0,
    documents: 0,
    bytes: 0,
    stored: 0,
    unchanged: 0,
    sources: [],
    errors: [],
  }
  const batch = new Batch(context, report)
  const pass: Pass = {
    root: context.root,
    now: context.now,
    signal,
    ...(context.figures && { agent: context.figures }),
    isStored: (path, fingerprint, at) => context.memory.has(path, fingerprint, at),
  }
  // Several small sources in a row, or a large one and a write, would hold the event loop for long together.
  const pace = pacer(sliceMs, 1)
  try {
    for (const job of jobs) {
      if (pace.isOver()) await pace.rest()
      if (signal.aborted) break
      const run = async () => {
        batch.hasMore = false
        report.sources.push(await runJob(job, pass, batch, context, report))
        if (job.turns && batch.hasMore) await batch.flush()
      }
      await (job.turns?.take(run) ?? run())
    }
    if (pace.isOver()) await pace.rest()
    await batch.flush()
  } catch (error) {
    throw error instanceof StoreFailure ? error.cause : error
  }
  const used = process.cpuUsage(cpu)
  report.ms = Math.round(performance.now() - started)
  report.cpu_ms = Math.round((used.user + used.system) / 1000)
  return report
}

async function runJob(
  job: Job,
  pass: Pass,
  batch: Batch,
  context: CycleContext,
  report: CycleReport,
): Promise<SourceReport> {
  const started = performance.now()
  const paths = new Set<string>()
  const source: SourceReport = { name: job.name, documents: 0, bytes: 0, ms: 0 }
  const take = async (observation: Observation) => {
    paths.add(observation.path)
    source.documents++
    source.bytes += observation.content === undefined ? 0 : Buffer.byteLength(observation.content)
    const failure = observation.fields['error.message']
    if (failure !== undefined) {
      report.errors.push({
        path: observation.path,
        message: String(failure),
        allowed: !job.isRequired(observation.path),
      })
    }
    context.problems?.tell(observation.path, failure === undefined ? undefined : String(failure), observation.at)
    await batch.add(observation)
    context.onProgress?.({ source: job.name, documents: source.documents })
  }
  try {
    for await (const observation of job.collect(pass)) {
      await take(observation)
      if (pass.signal.aborted) break
    }
  } catch (error) {
    if (error instanceof StoreFailure) throw error
    if (error instanceof NoDataError)
      context.log.debug('nothing to read', { source: job.name, cause: messageOf(error) })
    else if (!pass.signal.aborted) await take(failedObservation(job, error, context.now()))
  }
  const [path] = paths
  source.ms = Math.round(performance.now() - started)
  return { ...source, ...(paths.size === 1 && path !== undefined && { path }) }
}

function failedObservation({ path, dataset }: Job, error: unknown, at: number): Observation {
  return { path, dataset, kind: 'state', at, fields: { 'error.message': messageOf(error) } }
}

/** Marks what the store threw, so that no source is blamed for it. */
class StoreFailure extends Error {}

/** Documents on their way to the store. */
class Batch {
  readonly #context: CycleContext
  readonly #report: CycleReport
  #documents: Document[] = []
  #accepts: (() => void)[] = []
  #bytes = 0
  /** Something was added since this was set to false, and not written since. Each write is a transaction. */
  hasMore = false

  constructor(context: CycleContext, report: CycleReport) {
    this.#context = context
    this.#report = report
  }

  async add(observation: Observation): Promise<void> {
    const { memory } = this.#context
    const { path, at, content } = observation
    const size = content === undefined ? 0 : Buffer.byteLength(content)
    this.#report.documents++
    this.#report.bytes += size
    if (observation.kind === 'state') {
      const fingerprint = observation.fingerprint ?? fingerprintOf(observation)
      if (memory.has(path, fingerprint, at)) {
        this.#report.unchanged++
        return
      }
      this.#accepts.push(() => memory.accept(path, fingerprint, at))
    } else {
      this.#accepts.push(() => {})
    }
    const document = documentOf(observation, this.#context)
    this.#context.onDocument?.(document)
    this.#documents.push(document)
    this.hasMore = true
    this.#bytes += size
    if (this.#documents.length >= batchDocuments || this.#bytes >= batchBytes) await this.flush()
  }

  async flush(): Promise<void> {
    const documents = this.#documents
    const accepts = this.#accepts
    this.#documents = []
    this.#accepts = []
    this.#bytes = 0
    this.hasMore = false
    if (documents.length === 0) return
    const outcomes = await this.#write(documents)
    for (const [index, outcome] of outcomes.entries()) {
      // A rejected state counts as told too: the store takes it no better the next time.
      accepts[index]?.()
      if (outcome.status === 'rejected') {
        const path = documents[index]?.['file.path'] ?? ''
        this.#report.errors.push({ path, message: `not stored: ${outcome.reason}`, allowed: true })
        this.#context.problems?.tellRejected(path, outcome.reason)
        continue
      }
      if (outcome.status === 'stored') this.#report.stored++
      else this.#report.unchanged++
    }
  }

  async #write(documents: Document[]) {
    try {
      return await this.#context.store.write(documents)
    } catch (cause) {
      throw new StoreFailure('failed to write to the store', { cause })
    }
  }
}

function fingerprintOf({ content, fields }: Observation): string {
  return hash('sha256', `${JSON.stringify(fields)}\n${content ?? ''}`)
}

function documentOf(
  { path, dataset, kind, at, content, fields }: Observation,
  { host, labels, sampleFields }: CycleContext,
): Document {
  const document: Document = {
    '@timestamp': new Date(at).toISOString(),
    'host.name': host,
    'file.path': path,
    'event.dataset': dataset,
    'event.kind': kind,
    ...derivedFields(path, content),
  }
  for (const [name, value] of Object.entries(labels)) document[`labels.${name}`] = value
  if (kind === 'metric') Object.assign(document, sampleFields)
  // one by one: spreading a thousand fields makes a hidden class for each of them
  for (const name of Object.keys(fields)) document[name] = fields[name]
  if (content !== undefined) document.content = content
  return document
}
