// One field of one source over time.
import { type FieldValue, timeOf } from '../snapshot/document.ts'
import type { Store } from '../store/store.ts'
import { allOf, hasValue } from './conditions.ts'
import { isReset } from './counter.ts'

export interface SeriesRequest {
  host: string
  path: string
  /** Its stored name. */
  field: string
  /** Milliseconds since the epoch, both ends belong to it. */
  from?: number
  to?: number
  /** Goes up only, until a reset. */
  isCounter: boolean
}

export interface SeriesPoint {
  /** Milliseconds since the epoch. */
  at: number
  value: FieldValue
  /** From the number before; of a counter that began anew, what it counted since. Undefined where either is no number. */
  difference?: number
  /** Of a counter: the difference per second. */
  rate?: number
  /** Of a counter: whether it began anew. */
  isReset: boolean
}

/** Oldest first; states that lack the field are left out. */
export async function seriesOf(store: Store, request: SeriesRequest): Promise<SeriesPoint[]> {
  const { host, path, field, from, to } = request
  const condition = allOf(hasValue('host.name', host), hasValue('file.path', path))
  const view = { kind: 'history', ...(from !== undefined && { from }), ...(to !== undefined && { to }) } as const
  const found: { at: number; value: FieldValue }[] = []
  const documents = store.search({ condition, view, withoutContent: true, fields: ['@timestamp', field] })
  for await (const document of documents) {
    const value = document[field]
    if (value !== undefined) found.push({ at: timeOf(document), value })
  }
  return found.reverse().map((point, index) => pointOf(point, found[index - 1], request))
}

function pointOf(
  { at, value }: { at: number; value: FieldValue },
  before: { at: number; value: FieldValue } | undefined,
  { isCounter }: SeriesRequest,
): SeriesPoint {
  if (typeof value !== 'number' || typeof before?.value !== 'number') return { at, value, isReset: false }
  if (!isCounter) return { at, value, difference: value - before.value, isReset: false }
  const reset = isReset(before.value, value)
  const difference = reset ? value : value - before.value
  const seconds = (at - before.at) / 1000
  return { at, value, difference, ...(seconds > 0 && { rate: difference / seconds }), isReset: reset }
}
