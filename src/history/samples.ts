// What the sources of a host said in a span of time, source by source: states as they are, samples as series.
import { type Document, timeOf } from '../snapshot/document.ts'
import type { Store } from '../store/store.ts'
import { hasValue } from './conditions.ts'
import type { Reading } from './deviation.ts'
import { figuresOf } from './figures.ts'

/** What was read of one source; everything oldest first. */
export interface SourceSamples {
  path: string
  /** Versions of a source that is kept on change. */
  states: Document[]
  /** When a metric source was observed, in milliseconds since the epoch. */
  observed: Observed[]
  /** Its numbers, and its flags as 0 and 1. */
  series: Map<string, Reading[]>
  /** Which of them are flags. */
  flags: Set<string>
}

export interface Observed {
  at: number
  /** Why it could not be read. */
  error?: string
  /** Taken in a burst, off its schedule. */
  burst?: true
}

export interface Span {
  host: string
  /** Milliseconds since the epoch, both ends belong to it. */
  from: number
  to: number
}

/**
 * Every source with versions in the span, in the order of paths, one at a time: memory holds the numbers of one. Asked by the
 * host alone, which is what an index narrows by; what is a sample and what a state is told afterwards.
 */
export async function* sourcesIn(store: Store, { host, from, to }: Span): AsyncGenerator<SourceSamples, void> {
  let source: SourceSamples | undefined
  const view = { kind: 'history', from, to } as const
  for await (const document of store.search({ condition: hasValue('host.name', host), view })) {
    if (source?.path !== document['file.path']) {
      if (source) yield oldestFirst(source)
      source = { path: document['file.path'], states: [], observed: [], series: new Map(), flags: new Set() }
    }
    if (document['event.kind'] === 'state') source.states.push(document)
    else addSample(source, document)
  }
  if (source) yield oldestFirst(source)
}

function addSample({ observed, series, flags }: SourceSamples, document: Document): void {
  const at = timeOf(document)
  const error = document['error.message']
  const isBurst = document['event.burst'] !== undefined
  observed.push({ at, ...(error !== undefined && { error: String(error) }), ...(isBurst && { burst: true as const }) })
  for (const [field, value] of figuresOf(document)) {
    if (typeof value !== 'number' && typeof value !== 'boolean') continue
    if (typeof value === 'boolean') flags.add(field)
    const reading = { at, value: Number(value) }
    const readings = series.get(field)
    if (readings) readings.push(reading)
    else series.set(field, [reading])
  }
}

function oldestFirst(source: SourceSamples): SourceSamples {
  source.states.reverse()
  source.observed.reverse()
  for (const readings of source.series.values()) readings.reverse()
  return source
}
