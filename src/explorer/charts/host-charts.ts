// The charts of a host over a span of time, with its reboots and changes as marks.
import { bootsOf } from '../../history/boots.ts'
import { allOf, everything, hasValue } from '../../history/conditions.ts'
import { fleetLog } from '../../history/fleet-log.ts'
import type { Unit } from '../../snapshot/field.ts'
import type { Store } from '../../store/store.ts'
import { type ChartDefinition, type ChartLines, charts, type LineDefinition } from './definitions.ts'
import { queueChart } from './queues.ts'
import { ratesOf, type Samples, type Span, samplesOf, thinned } from './samples.ts'

export interface Chart {
  id: string
  title: string
  path: string
  unit: Unit
  is_logarithmic: boolean
  /** Milliseconds since the epoch, oldest first. */
  at: number[]
  lines: { label: string; field: string; is_limit: boolean; values: (number | null)[] }[]
  /** What is not as the store has it. */
  note?: string
}

/** What happened, to be drawn across every chart. */
export interface Mark {
  at: number
  kind: 'boot' | 'change'
  text: string
  path?: string
}

const mostMarks = 200

/** The charts that have samples; those of `ids` alone where there are any. */
export async function hostCharts(store: Store, span: Span, ids?: readonly string[]): Promise<Chart[]> {
  const wanted = ids === undefined ? charts : charts.filter(({ id }) => ids.includes(id))
  const read = new Map<string, Samples>()
  const drawn: Chart[] = []
  for (const definition of wanted) {
    const fields = fieldsOf(definition)
    const key = `${definition.path}\n${fields.join()}`
    const samples = read.get(key) ?? (await samplesOf(store, span, hasValue('file.path', definition.path), fields))
    read.set(key, samples)
    drawn.push(...drawnOf(definition, samples))
  }
  const queues = ids === undefined || ids.includes('queues') ? await queueChart(store, span) : undefined
  return queues ? [...drawn, queues] : drawn
}

/** Charts of one path share what is read of it. */
function fieldsOf({ path, fields }: ChartDefinition): readonly string[] {
  return (
    fields ??
    charts
      .filter((other) => other.path === path && !other.fields)
      .flatMap(({ lines }) => (typeof lines === 'function' ? [] : lines.map(({ field }) => field)))
  )
}

function drawnOf(definition: ChartDefinition, samples: Samples): Chart[] {
  const { lines, title } = definition
  const parts: ChartLines[] =
    typeof lines === 'function' ? lines([...samples.columns.keys()]) : [{ title, lines: [...lines] }]
  return parts.flatMap((part, index) => chartOf(definition, part, index, samples) ?? [])
}

function chartOf(
  definition: ChartDefinition,
  { title, lines }: ChartLines,
  index: number,
  samples: Samples,
): Chart | undefined {
  const found = lines.filter(({ field }) => samples.columns.has(field))
  // a zone without pages has nothing to tell
  const isEmpty = ({ field, isLimit }: LineDefinition) =>
    isLimit || (definition.fields !== undefined && samples.columns.get(field)?.every((value) => !value))
  if (found.every(isEmpty)) return undefined
  const columns = found.map(({ field }) => {
    const values = samples.columns.get(field) ?? []
    return definition.kind === 'rate' ? ratesOf(samples.at, values) : values
  })
  const { at, columns: drawn, thinnedFrom } = thinned(samples.at, columns)
  const notes = [
    thinnedFrom !== undefined && `the least and the most of each stretch of ${thinnedFrom} samples`,
    samples.isCut && 'the oldest samples are left out: there are too many',
  ].filter((note) => note !== false)
  return {
    id: index === 0 ? definition.id : `${definition.id}-${index}`,
    title,
    path: definition.path,
    unit: definition.unit,
    is_logarithmic: definition.isLogarithmic === true,
    at,
    lines: found.map((line, column) => lineOf(line, drawn[column] ?? [])),
    ...(notes.length > 0 && { note: notes.join('; ') }),
  }
}

function lineOf(
  { field, label, isLimit = false }: LineDefinition,
  values: readonly (number | undefined)[],
): Chart['lines'][number] {
  return { label, field, is_limit: isLimit, values: values.map((value) => value ?? null) }
}

/** Reboots and changes of the host in the span, oldest first. */
export async function marksOf(store: Store, { host, from, to }: Span): Promise<{ marks: Mark[]; isCut: boolean }> {
  const [boots, changes] = await Promise.all([
    bootsOf(store, { host, from, to }),
    fleetLog(store, { condition: allOf(everything, hasValue('host.name', host)), from, to }),
  ])
  const rebooted = boots
    .filter(({ at }) => at >= from && at <= to)
    .map(({ at, kernel }): Mark => ({ at, kind: 'boot', text: kernel === undefined ? 'booted' : `booted ${kernel}` }))
  const changed = changes
    .slice(0, mostMarks)
    .map(({ at, path, summary }): Mark => ({ at, kind: 'change', path, text: `${path}: ${summary}` }))
  const marks = [...rebooted, ...changed].sort((one, other) => one.at - other.at)
  return { marks, isCut: changes.length > mostMarks }
}
