// What a source is. Adding one: a file beside this one that exports a `SourceDefinition`, and a line in index.ts.
import type { Root } from '../host/root.ts'
import type { Fields, Kind } from '../snapshot/document.ts'
import type { Field } from '../snapshot/field.ts'
import type { Observation } from '../snapshot/observation.ts'

/** The agent's own figures, for the host document; of the last cycle, and since the agent started. */
export interface AgentFigures {
  /** Of mitra, from its package.json. */
  version?: string
  cycle_ms: number
  cpu_ms: number
  rss_bytes: number
  errors_total: number
  documents_total: number
  /** Where documents wait for the store on this host's disk. */
  outbox?: OutboxFigures
  /** Absent where no rule can begin one. */
  burst?: BurstFigures
}

/** Bursts since the agent started. */
export interface BurstFigures {
  total: number
  documents_total: number
  /** Of documents as JSON. */
  bytes_total: number
  /** Not taken, because those of the day had reached their size. */
  refused_total: number
  /** Of the last one: its rule, and when it began. */
  rule?: string
  began?: string
}

/** What waits for the store, and since the outbox was made what never reached it. */
export interface OutboxFigures {
  documents: number
  bytes: number
  /** Of the oldest one, in seconds. */
  age_s: number
  dropped_total: number
  rejected_total: number
}

/** What a source is given for one pass. */
export interface Pass {
  /** The host's file tree, at its root. */
  root: Root
  /** Milliseconds since the epoch. */
  now: () => number
  /** Seconds of a clock that only goes forward, for rates; the process's own when absent. */
  seconds?: () => number
  /** Aborted on shutdown: stop between two observations. */
  signal: AbortSignal
  /** Absent when no agent is running the source. */
  agent?: AgentFigures
  /** True when the store has this state for the day of `at` already: its observation may then come without content and fields. */
  isStored?(path: string, fingerprint: string, at: number): boolean
}

/** Reads one kind of host state: yields observations, throws NoDataError where this host has none. Holds its state between passes. */
export type Collect = (pass: Pass) => AsyncIterable<Observation>

/** How the text at some paths is understood, whoever read it: a source, the files source, or an import. */
export interface Format {
  dataset: string
  kind: Kind
  matches(path: string): boolean
  /** Typed fields of the text. Never throws on malformed text: what is not understood is left out. */
  fields(content: string): Fields
  /** The text as it may be kept, where files of the kind may hold secrets. */
  withoutSecrets?(content: string): string
  /** The text without what changes on every read, for the change test. */
  stable?(content: string): string
}

export interface SourceDefinition {
  /** Key under `sources:` in the configuration. */
  name: string
  /** One sentence. */
  summary: string
  kind: Kind
  enabledByDefault: boolean
  /**
   * The path or paths it stores documents under, for `mitra check` and the documentation; one that ends in `/*` stands for
   * those the host decides.
   */
  paths: readonly string[]
  /** Files of which a host must have one for this source to have anything to read; `paths` when absent. */
  reads?: readonly string[]
  fields: readonly Field[]
  formats: readonly Format[]
  /** A fresh reader, told what the configuration says under the source’s name, checked; counters needed for rates live in it. */
  create(options?: Readonly<Record<string, unknown>>, known?: readonly string[]): Collect
}
