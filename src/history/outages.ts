// Sources that stopped sending, or could no longer be read.
import type { SourceSamples } from './samples.ts'

export interface Outage {
  /** Undefined where every metric source of the host was silent at once. */
  path?: string
  status: 'silent' | 'error'
  /** The last sample before the silence, or the first observation that failed; milliseconds since the epoch. */
  at: number
  /** When it was read again; absent while it is not. */
  until?: number
  /** Why it could not be read. */
  error?: string
}

/** A source is silent when so many of its usual intervals pass without an observation. */
const missedIntervals = 3
/** Intervals that must be known to call one usual. */
const fewestIntervals = 2

interface Window {
  /** Milliseconds since the epoch: where the window begins, and up to when there can be samples. */
  start: number
  end: number
}

/** Failures that began in the window, and silences that reach into it: over three times the median interval before it. */
export function outagesOf(sources: readonly Pick<SourceSamples, 'path' | 'observed'>[], window: Window): Outage[] {
  const failures = sources.flatMap((source) => failuresOf(source, window))
  const silences = sources.map((source) => silencesOf(source, window))
  return [...folded(silences), ...failures].sort((a, b) => a.at - b.at)
}

function failuresOf({ path, observed }: Pick<SourceSamples, 'path' | 'observed'>, { start }: Window): Outage[] {
  const failures: Outage[] = []
  for (const [index, { at, error }] of observed.entries()) {
    if (error === undefined || at < start || observed[index - 1]?.error !== undefined) continue
    const until = observed.slice(index).find((later) => later.error === undefined)?.at
    failures.push({ path, status: 'error', at, error, ...(until !== undefined && { until }) })
  }
  return failures
}

function silencesOf({ path, observed }: Pick<SourceSamples, 'path' | 'observed'>, { start, end }: Window): Outage[] {
  const times = observed.map(({ at }) => at)
  // what was taken in a burst is a sign of life, and no sign of how often there is one
  const regular = observed.flatMap(({ at, burst }) => (burst ? [] : [at]))
  const intervals = regular.flatMap((at, index) => (index > 0 && at < start ? [at - (regular[index - 1] ?? at)] : []))
  if (intervals.length < fewestIntervals) return []
  const usual = intervals.sort((a, b) => a - b)[Math.floor(intervals.length / 2)] ?? 0
  const silences: Outage[] = []
  for (const [index, at] of times.entries()) {
    const next = times[index + 1]
    const until = next ?? end
    if (until >= start && until - at > missedIntervals * usual)
      silences.push({ path, status: 'silent', at, ...(next !== undefined && { until: next }) })
  }
  return silences
}

/** One silence for the whole host where all sources were silent at the same time. */
function folded(silences: readonly Outage[][]): Outage[] {
  const [first = [], ...others] = silences
  const shared: Outage[] = []
  const rest = silences.flat()
  if (others.length === 0) return rest
  for (const each of first) {
    const together = [each, ...others.flatMap((one) => one.find((other) => overlap(each, other)) ?? [])]
    if (together.length < silences.length) continue
    for (const one of together) rest.splice(rest.indexOf(one), 1)
    const ends = together.flatMap(({ until }) => until ?? [])
    const at = Math.max(...together.map((one) => one.at))
    shared.push({ status: 'silent', at, ...(ends.length > 0 && { until: Math.min(...ends) }) })
  }
  return [...shared, ...rest]
}

function overlap(one: Outage, other: Outage): boolean {
  const [oneEnd, otherEnd] = [one.until ?? Number.POSITIVE_INFINITY, other.until ?? Number.POSITIVE_INFINITY]
  return one.at < otherEnd && other.at < oneEnd
}
