// What the agent and the store are told, made from the configuration: plain data in the shapes they take.
import type { Configuration } from './load.ts'
import { burstDefaults, commandDefaults, usualBurstSources } from './settings.ts'
import type { ParseKind } from './types.ts'

const bytesPerMegabyte = 1024 * 1024

type Frequency = { seconds: number } | { cron: string }

/** What a source is told beside when to read: its own keys under `sources`. */
export type SourceOptions = Readonly<Record<string, unknown>>

/** Files whose text becomes fields. */
export interface ParsedFiles {
  path: string
  parse: ParseKind
  as: string
  keys?: number
}

export interface AgentPlan {
  host: string | undefined
  root: string
  labels: Record<string, string>
  frequency: Frequency
  sources: { name: string; frequency?: Frequency; options?: SourceOptions }[]
  files: { path: string; required: boolean; frequency?: Frequency }[]
  /** How files become fields, beside the known ones. */
  formats: ParsedFiles[]
  commands: {
    path: string
    run: readonly string[]
    timeout_s: number
    maxBytes: number
    kind?: 'state' | 'metric'
    frequency?: Frequency
  }[]
  /** -1 for no limit. */
  maxBytes: number
  watch: boolean
}

/** What the agent reads and how often. `known` are the sources of the registry, each read unless it or the configuration says no. */
export function agentPlan(
  configuration: Configuration,
  known: readonly { name: string; enabledByDefault: boolean }[],
): AgentPlan {
  const { host, root, labels, indexer } = configuration
  return {
    host,
    root,
    labels: Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, String(value)])),
    frequency: frequencyOf(indexer.frequency),
    sources: enabledSources(configuration, known),
    files: fileEntries(configuration),
    formats: parsedFiles(configuration),
    commands: indexer.commands.map(({ path, run, timeout, maxsize, kind, frequency }) => ({
      path,
      run,
      timeout_s: timeout ?? commandDefaults.timeout,
      maxBytes: bytesOf(maxsize ?? commandDefaults.maxsize),
      ...(kind && { kind }),
      ...ownFrequency(frequency),
    })),
    maxBytes: indexer.maxsize === -1 ? -1 : bytesOf(indexer.maxsize),
    watch: indexer.watch,
  }
}

/** A rule of `burst.rules`; its condition is a text here, read by who takes them. */
export interface BurstPlan {
  rules: {
    name: string
    when: string
    sources: readonly string[]
    interval_ms: number
    for_ms: number
    rest_ms: number
    look_ms: number
  }[]
  maxBytesPerDay: number
}

/** What is taken in bursts, and when. */
export function burstPlan({ burst }: Pick<Configuration, 'burst'>): BurstPlan {
  return {
    rules: burst.rules.map(({ name, when, sources, ...own }) => {
      const { interval, for: length, rest, look } = { ...burstDefaults, ...own }
      return {
        name,
        when,
        sources: sources ?? usualBurstSources,
        interval_ms: interval * 1000,
        for_ms: length * 1000,
        rest_ms: rest * 1000,
        look_ms: look * 1000,
      }
    }),
    maxBytesPerDay: bytesOf(burst.maxsize),
  }
}

/** How long the views are kept, in days; a view that is kept for ever is left out. And where older days go. */
export function retentionOf({ retention }: Configuration): {
  days?: number
  history?: number
  hosts?: number
  merge: boolean
  moves: Move[]
} {
  const { days, history, hosts, merge, warm, cold } = retention
  return {
    ...(days !== -1 && { days }),
    ...(history !== -1 && { history }),
    ...(hosts !== -1 && { hosts }),
    merge,
    moves: [moveOf(warm), moveOf(cold)].filter((move) => move !== undefined),
  }
}

interface Move {
  after_hours: number
  to: { tier: string } | { attribute: Record<string, string> }
}

/** Where days of an age go, undefined where they stay. */
export function moveOf({ after, tier, attribute }: Configuration['retention']['warm']): Move | undefined {
  if (attribute !== undefined) return { after_hours: after, to: { attribute } }
  return tier === undefined ? undefined : { after_hours: after, to: { tier } }
}

function enabledSources(
  { sources }: Configuration,
  known: readonly { name: string; enabledByDefault: boolean }[],
): AgentPlan['sources'] {
  return known.flatMap(({ name, enabledByDefault }) => {
    const said = Object.hasOwn(sources, name) ? sources[name] : enabledByDefault
    if (said === false || said === undefined) return []
    if (said === true) return [{ name }]
    // A source that is given a frequency is meant to be read.
    const { enabled = true, frequency, ...options } = said
    if (!enabled) return []
    return [{ name, ...ownFrequency(frequency), ...(Object.keys(options).length > 0 && { options }) }]
  })
}

/** Each path once; what is listed under both keys is required. */
function fileEntries({ indexer }: Configuration): AgentPlan['files'] {
  const entries = new Map<string, AgentPlan['files'][number]>()
  const add = (entry: Configuration['indexer']['files'][number], requiredByDefault: boolean) => {
    const { path, frequency, required = requiredByDefault } = typeof entry === 'string' ? { path: entry } : entry
    if (!entries.has(path)) entries.set(path, { path, required, ...ownFrequency(frequency) })
  }
  for (const entry of indexer.files) add(entry, true)
  for (const entry of indexer.files_if_present) add(entry, false)
  return [...entries.values()]
}

/** In the order of the lists: of two that cover a path the first counts. */
export function parsedFiles({ indexer }: Pick<Configuration, 'indexer'>): ParsedFiles[] {
  return [...indexer.files, ...indexer.files_if_present].flatMap((entry) => {
    if (typeof entry === 'string' || entry.parse === undefined || entry.as === undefined) return []
    const { path, parse, as, keys } = entry
    return [{ path, parse, as, ...(keys !== undefined && { keys }) }]
  })
}

function ownFrequency(frequency: number | string | undefined): { frequency?: Frequency } {
  return frequency === undefined ? {} : { frequency: frequencyOf(frequency) }
}

function frequencyOf(frequency: number | string): Frequency {
  return typeof frequency === 'number' ? { seconds: frequency } : { cron: frequency }
}

function bytesOf(megabytes: number): number {
  return Math.ceil(megabytes * bytesPerMegabyte)
}
