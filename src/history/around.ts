// What happened on a host around a time: changes of its state, reboots, outages, and what moved beside its earlier behaviour.
import type { Catalogue } from '../query/field-meaning.ts'
import { type Document, timeOf } from '../snapshot/document.ts'
import type { Store } from '../store/store.ts'
import { type Boot, bootsOf } from './boots.ts'
import { type SourceChange, sourceChange } from './changes.ts'
import { fewestReadings } from './deviation.ts'
import { amounts } from './figures.ts'
import { type Move, movesOf } from './moves.ts'
import { type Outage, outagesOf } from './outages.ts'
import { type SourceSamples, sourcesIn } from './samples.ts'

export interface AroundRequest {
  host: string
  /** Milliseconds since the epoch. */
  at: number
  /** Milliseconds before and after it. */
  window: number
  /** Milliseconds since the epoch: nothing can have been observed later. */
  now: number
  catalogue: Catalogue
}

export interface Around {
  host: string
  /** The window, and where the time before it begins that it is measured by: as long as the window. */
  from: number
  to: number
  before: number
  /** Observations of metric sources in the window, and in the time before. */
  samples: number
  samples_before: number
  /** Reboots noticed in the window. */
  reboots: Reboot[]
  /** States that changed in the window, in order of time: files, /proc/sys, packages, output of commands. */
  changes: SourceChange[]
  outages: Outage[]
  /** Levels and flags, the farthest move first; those that went less than twice as far as before are left out. */
  levels: Move[]
  /** Counters likewise. */
  counters: Move[]
  /** Sources with samples in the window, and with too few samples to judge their moves. */
  unjudged: { path: string; samples: number; samples_before: number }[]
}

export interface Reboot extends Boot {
  /** The boot before. */
  previous: Boot
}

/** Moves below this score are everyday. */
const leastScore = 2

/** Asks the window of `window` before and after a time, and the same length of time just before it. */
export async function around(store: Store, request: AroundRequest): Promise<Around> {
  const { host, at, window, now, catalogue } = request
  const [from, to] = [at - window, at + window]
  const before = from - (to - from)
  const boots = await bootsOf(store, { host, from: before, to })
  const about = { start: from, boots: boots.map((boot) => boot.at), amountOf: amounts(catalogue) }
  const found: Around = {
    host,
    from,
    to,
    before,
    samples: 0,
    samples_before: 0,
    reboots: boots.flatMap((boot, index) => {
      const previous = boots[index - 1]
      return previous && boot.noticed >= from ? [{ ...boot, previous }] : []
    }),
    changes: [],
    outages: [],
    levels: [],
    counters: [],
    unjudged: [],
  }
  const observed: Pick<SourceSamples, 'path' | 'observed'>[] = []
  for await (const source of sourcesIn(store, { host, from: before, to })) {
    found.changes.push(...(await changesOf(store, source.states, from)))
    if (source.observed.length === 0) continue
    const split = source.observed.filter((each) => each.at < from).length
    const samples = source.observed.length - split
    found.samples += samples
    found.samples_before += split
    observed.push({ path: source.path, observed: source.observed })
    const moves = movesOf(source, about).filter(({ score }) => score >= leastScore)
    for (const move of moves) (move.kind === 'counter' ? found.counters : found.levels).push(move)
    if (samples > 0 && split < fewestReadings)
      found.unjudged.push({ path: source.path, samples, samples_before: split })
  }
  found.changes.sort((a, b) => a.at - b.at || (a.path < b.path ? -1 : 1))
  const failed = found.changes.filter(({ change }) => change.kind === 'unreadable')
  found.changes = found.changes.filter((change) => !failed.includes(change))
  found.outages = [...outagesOf(observed, { start: from, end: Math.min(to, now) }), ...failed.map(failureOf)]
  found.outages.sort((a, b) => a.at - b.at)
  for (const moves of [found.levels, found.counters]) moves.sort(farthestFirst)
  return found
}

/** By the score, rounded; where all of several is new, the larger first. */
function farthestFirst(one: Move, other: Move): number {
  const size = ({ usual, farthest }: Move) => Math.abs(farthest - usual)
  return (
    Math.round(other.score) - Math.round(one.score) || size(other) - size(one) || (one.field < other.field ? -1 : 1)
  )
}

function failureOf({ path, at, change }: SourceChange): Outage {
  return { path, at, status: 'error', ...(change.kind === 'unreadable' && { error: change.reason }) }
}

/** What the versions of a source since a time changed, each from the one before; what only was written anew is left out. */
async function changesOf(store: Store, states: readonly Document[], from: number): Promise<SourceChange[]> {
  const changes: SourceChange[] = []
  for (const [index, after] of states.entries()) {
    const at = timeOf(after)
    if (at < from) continue
    const before = states[index - 1] ?? (await store.get(after['host.name'], after['file.path'], at - 1))
    const change = await sourceChange(store, before, after)
    if (change) changes.push(change)
  }
  return changes
}
