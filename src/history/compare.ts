// Sources of one host at several times, side by side: which of their fields moved, and how far.
import type { Catalogue } from '../query/field-meaning.ts'
import { type Document, type FieldValue, timeOf } from '../snapshot/document.ts'
import type { Unit } from '../snapshot/field.ts'
import type { Store } from '../store/store.ts'
import { bootMark } from './boots.ts'
import { type BootMark, changesOf, ratesBetween } from './counter.ts'
import { amounts, figuresOf } from './figures.ts'

export interface CompareRequest {
  host: string
  paths: readonly string[]
  /** Milliseconds since the epoch; they are compared in their own order, each once. */
  times: readonly number[]
  /** Only fields in whose names it is found. */
  match?: RegExp
  /** What is declared about fields, for units and counters. */
  catalogue: Catalogue
}

export interface ComparedPath {
  path: string
  /** One for each time, oldest first. */
  samples: Sample[]
  /** The biggest move first. Empty where no sample has a field of its own: the source is text only. */
  fields: ComparedField[]
}

/** The newest state at or before a time. */
export interface Sample {
  /** The time asked for, in milliseconds since the epoch. */
  asked: number
  /** When the state was observed; absent when there is none that old. */
  at?: number
  status: 'sample' | 'none' | 'removed' | 'error'
  /** Why the source could not be read. */
  error?: string
}

export interface ComparedField {
  field: string
  unit?: Unit
  kind: 'level' | 'counter' | 'text'
  /** One for each time; undefined where the sample lacks the field. */
  values: (FieldValue | undefined)[]
  /** Of a counter: by how much it went up since the sample before that has it, after a reset what it counted since. */
  changes: (number | undefined)[]
  /** Of a counter: whether it began anew since the sample before. */
  resets: boolean[]
  /** How far it moved, see `compare`. */
  score: number
  /** Whether any sample says another value than the one before. */
  moved: boolean
}

/**
 * The newest states at or before each time, field by field. The score, from 0 to 1 (to 2 across zero), is the largest figure
 * less the smallest, over the largest plus a hundredth of the widest such span among levels of the same unit at the path:
 * what is small beside its neighbours does not win by doubling. The figures of a counter are its rates per second: its average
 * since the boot up to the first sample (0 where the uptime is not known), then its rate from sample to sample; to the largest
 * comes 1 a second, as few drops matter beside many packets. Other values than numbers score 1 when they changed.
 */
export async function compare(store: Store, request: CompareRequest): Promise<ComparedPath[]> {
  const times = [...new Set(request.times)].sort((a, b) => a - b)
  const statesOf = (path: string) => statesAt(store, request.host, path, times)
  const boots = (await statesOf('host')).map(bootMark)
  const compared: ComparedPath[] = []
  for (const path of new Set(request.paths)) {
    const documents = await statesOf(path)
    const samples = documents.map((document, index) => sampleOf(times[index] ?? 0, document))
    compared.push({ path, samples, fields: fieldsOf(documents, boots, request) })
  }
  return compared
}

/** States asked for at once: as many as a store of many hosts answers beside its other work. */
const atOnce = 16

async function statesAt(
  store: Store,
  host: string,
  path: string,
  times: readonly number[],
): Promise<(Document | undefined)[]> {
  const states: (Document | undefined)[] = []
  for (let from = 0; from < times.length; from += atOnce) {
    const asked = times.slice(from, from + atOnce).map((time) => store.get(host, path, time))
    states.push(...(await Promise.all(asked)))
  }
  return states
}

function sampleOf(asked: number, document: Document | undefined): Sample {
  if (!document) return { asked, status: 'none' }
  const at = timeOf(document)
  if (document['file.exists'] === false) return { asked, at, status: 'removed' }
  const error = document['error.message']
  return error === undefined ? { asked, at, status: 'sample' } : { asked, at, status: 'error', error: String(error) }
}

function fieldsOf(
  documents: readonly (Document | undefined)[],
  boots: readonly BootMark[],
  { match, catalogue }: CompareRequest,
): ComparedField[] {
  const amountOf = amounts(catalogue)
  const figures = documents.map((document) => (document ? figuresOf(document) : new Map<string, FieldValue>()))
  const names = new Set(figures.flatMap((each) => [...each.keys()]))
  const at = documents.map((document) => (document ? timeOf(document) : Number.NaN))
  const spans: Spanned[] = Array.from(names, (field) => {
    const values = figures.map((each) => each.get(field))
    const { unit, isCounter } = amountOf(field)
    const about = { field, ...(unit !== undefined && { unit }), values }
    if (values.some((value) => value !== undefined && typeof value !== 'number')) {
      const moved =
        new Set(values.filter((value) => value !== undefined).map((value) => JSON.stringify(value))).size > 1
      return { ...about, kind: 'text', changes: [], resets: [], moved, figures: moved ? [0, 1] : [] }
    }
    const numbers = values as (number | undefined)[]
    if (isCounter) {
      const { changes, resets } = changesOf(numbers, boots)
      const moved = resets.includes(true) || changes.some((change) => change !== undefined && change !== 0)
      const rates = ratesBetween(numbers, at, boots)
      return { ...about, kind: 'counter', changes, resets, moved, figures: rates }
    }
    const present = numbers.filter((value) => value !== undefined)
    const moved = new Set(present).size > 1
    return { ...about, kind: 'level', changes: [], resets: [], moved, figures: present }
  })
  return biggestFirst(spans).filter(({ field }) => match === undefined || field.search(match) !== -1)
}

type Spanned = Omit<ComparedField, 'score'> & { figures: readonly number[] }

/** By the score to two digits; where these are equal, the wider span. */
function biggestFirst(fields: readonly Spanned[]): ComparedField[] {
  const widest = new Map<Unit | undefined, number>()
  for (const { kind, unit, figures } of fields)
    if (kind === 'level') widest.set(unit, Math.max(widest.get(unit) ?? 0, spanOf(figures)))
  const scored = fields.map(({ figures, ...field }) => {
    const span = spanOf(figures)
    const trifle = field.kind === 'counter' ? 1 : (widest.get(field.unit) ?? 0) / 100
    const score = field.kind === 'text' || span === 0 ? span : span / (Math.max(...figures.map(Math.abs)) + trifle)
    return { field: { ...field, score }, span, rank: Math.round(score * 100) }
  })
  scored.sort(
    (a, b) =>
      b.rank - a.rank ||
      Number(b.field.moved) - Number(a.field.moved) ||
      b.span - a.span ||
      (a.field.field < b.field.field ? -1 : 1),
  )
  return scored.map(({ field }) => field)
}

function spanOf(figures: readonly number[]): number {
  return figures.length === 0 ? 0 : Math.max(...figures) - Math.min(...figures)
}
