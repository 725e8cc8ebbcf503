// Who grows: how fast a number of each source of each host goes up, told robustly, restarts and reboots aside.
import type { Condition } from '../query/ast.ts'
import type { FieldValue } from '../snapshot/document.ts'
import type { Selected, Store, View } from '../store/store.ts'
import { allOf, hasValue } from './conditions.ts'
import { isReset } from './counter.ts'
import { fewestReadings } from './deviation.ts'

export interface GrowthRequest {
  /** Its stored name. */
  field: string
  /** Which documents are looked at. */
  condition: Condition
  /** Milliseconds since the epoch, both ends belong to it. */
  from: number
  to: number
  /** Goes up only: where it is lower than before, it began anew. */
  isCounter: boolean
}

export interface Growth {
  host: string
  path: string
  /** By how much it grew while it was watched: the slope times the time. Below 0 where it shrank. */
  growth: number
  /**
   * The median of the slopes between all readings of one life, spans of time weighing as long as they are (Theil and Sen);
   * one reading far off, or a peak, does not move it.
   */
  per_day: number
  /** The oldest and the newest value, and when they were read. */
  first: number
  last: number
  since: number
  until: number
  /** Of the time between readings, the share in which it went up, less the share in which it went down, at least 0: noise is near 0. */
  steadiness: number
  /** How often it began anew: another process, another boot, a counter that was lower than before. */
  resets: number
  readings: number
}

interface Reading {
  at: number
  value: number
  /** Of a process, which one it was. */
  entity?: FieldValue
}

interface Series {
  host: string
  path: string
  /** Oldest first. */
  readings: Reading[]
}

const dayMs = 86_400_000
/** More readings than these say little more, and pairs grow with their square. */
const mostReadings = 200
const entityField = 'process.entity_id'

/** Every series with at least three readings, the fastest growing first. */
export async function growthOf(store: Store, request: GrowthRequest): Promise<Growth[]> {
  const boots = request.field.startsWith('process.') ? new Map<string, number[]>() : await bootTimes(store, request)
  const found: Growth[] = []
  for await (const series of seriesIn(store, request)) {
    const growth = growthOfSeries(series, { boots: boots.get(series.host) ?? [], isCounter: request.isCounter })
    if (growth) found.push(growth)
  }
  const order = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0)
  return found.sort((a, b) => b.growth - a.growth || order(a.host, b.host) || order(a.path, b.path))
}

/** Undefined where there are too few readings. */
export function growthOfSeries(
  { host, path, readings }: Series,
  { boots, isCounter }: { boots: readonly number[]; isCounter: boolean },
): Growth | undefined {
  const lives = livesOf(readings, boots, isCounter)
  const [first, last] = [readings[0], readings.at(-1)]
  const step = Math.ceil(readings.length / mostReadings)
  const pairs = slopesOf(lives.map((life) => thinned(life, step)))
  const watched = lives.reduce((sum, life) => sum + (life.at(-1)?.at ?? 0) - (life[0]?.at ?? 0), 0)
  if (first === undefined || last === undefined || readings.length < fewestReadings || pairs.slopes.length === 0)
    return undefined
  const slope = weightedMedian(pairs)
  const weight = pairs.weights.reduce((sum, each) => sum + each, 0)
  const upward = pairs.slopes.reduce((sum, each, index) => sum + Math.sign(each) * (pairs.weights[index] ?? 0), 0)
  return {
    host,
    path,
    growth: sixFigures(slope * watched),
    per_day: sixFigures(slope * dayMs),
    first: first.value,
    last: last.value,
    since: first.at,
    until: last.at,
    steadiness: Math.max(0, upward / weight),
    resets: lives.length - 1,
    readings: readings.length,
  }
}

function livesOf(readings: readonly Reading[], boots: readonly number[], isCounter: boolean): Reading[][] {
  const lives: Reading[][] = []
  for (const [index, reading] of readings.entries()) {
    const before = readings[index - 1]
    const isOther =
      before === undefined ||
      before.entity !== reading.entity ||
      (isCounter && isReset(before.value, reading.value)) ||
      boots.some((boot) => boot > before.at && boot <= reading.at)
    if (isOther) lives.push([reading])
    else lives.at(-1)?.push(reading)
  }
  return lives
}

/** Every so many readings, and the last. */
function thinned(readings: readonly Reading[], step: number): readonly Reading[] {
  return readings.filter((_, index) => index % step === 0 || index === readings.length - 1)
}

/** Of every pair of readings, flat: there are thousands for each of thousands of series. */
interface Slopes {
  /** Per millisecond. */
  slopes: Float64Array
  weights: Float64Array
}

function slopesOf(lives: readonly (readonly Reading[])[]): Slopes {
  const slopes: number[] = []
  const weights: number[] = []
  for (const readings of lives)
    for (const [index, later] of readings.entries())
      for (let each = 0; each < index; each++) {
        const earlier = readings[each] as Reading
        const weight = later.at - earlier.at
        if (weight <= 0) continue
        slopes.push((later.value - earlier.value) / weight)
        weights.push(weight)
      }
  return { slopes: Float64Array.from(slopes), weights: Float64Array.from(weights) }
}

/**
 * The least slope up to which half of the weight lies. Puts the slopes below and above one of them on either side of it, and goes
 * on with the side that holds the half (quickselect): putting all of them in order takes ten times as long.
 */
function weightedMedian({ slopes, weights }: Slopes): number {
  let half = weights.reduce((sum, weight) => sum + weight, 0) / 2
  let [from, to] = [0, slopes.length - 1]
  while (from < to) {
    const pivot = slopes[(from + to) >>> 1] as number
    let [below, at, above] = [from, from, to]
    let [weightBelow, weightAt] = [0, 0]
    while (at <= above) {
      const slope = slopes[at] as number
      const weight = weights[at] as number
      if (slope > pivot) swap(at, above--)
      else if (slope < pivot) {
        weightBelow += weight
        swap(at++, below++)
      } else {
        weightAt += weight
        at++
      }
    }
    if (half <= weightBelow) to = below - 1
    else if (half <= weightBelow + weightAt || above === to) return pivot
    else {
      half -= weightBelow + weightAt
      from = above + 1
    }
  }
  return slopes[from] ?? 0

  function swap(one: number, other: number) {
    exchange(slopes, one, other)
    exchange(weights, one, other)
  }
}

function exchange(numbers: Float64Array, one: number, other: number): void {
  const kept = numbers[one] as number
  numbers[one] = numbers[other] as number
  numbers[other] = kept
}

/** Source by source: samples of metrics as they are; of states what held at both ends too, since versions tell only of changes. */
async function* seriesIn(store: Store, { field, condition, from, to }: GrowthRequest): AsyncGenerator<Series, void> {
  const fields = ['@timestamp', entityField, field]
  const of = (kind: string, view: View) =>
    store.select({ condition: allOf(condition, hasValue('event.kind', kind), { kind: 'exists', field }), view, fields })
  let series: Series | undefined
  for await (const selected of of('metric', { kind: 'history', from, to })) {
    const { host, path } = selected
    if (series?.host !== host || series.path !== path) {
      if (series) yield oldestFirst(series)
      series = { host, path, readings: [] }
    }
    const reading = readingOf(selected, field)
    if (reading) series.readings.push(reading)
  }
  if (series) yield oldestFirst(series)
  const states = new Map<string, Series>()
  const add = async (view: View, at?: number) => {
    for await (const selected of of('state', view)) {
      const { host, path } = selected
      const reading = readingOf(selected, field)
      const key = `${host}\n${path}`
      const known = states.get(key) ?? { host, path, readings: [] }
      states.set(key, known)
      if (reading) known.readings.push(at === undefined ? reading : { ...reading, at })
    }
  }
  await add({ kind: 'moment', at: from }, from)
  await add({ kind: 'history', from, to })
  await add({ kind: 'moment', at: to }, to)
  for (const { host, path, readings } of states.values())
    yield { host, path, readings: readings.sort((a, b) => a.at - b.at) }
}

function oldestFirst(series: Series): Series {
  series.readings.reverse()
  return series
}

function readingOf({ names, values }: Selected, field: string): Reading | undefined {
  const named = (name: string) => values[names.indexOf(name)]
  const [value, entity] = [named(field), named(entityField)]
  const at = Date.parse(String(named('@timestamp')))
  if (typeof value !== 'number' || Number.isNaN(at)) return undefined
  return { at, value, ...(entity !== undefined && { entity }) }
}

/** When each host was seen to be in another boot. */
async function bootTimes(store: Store, { from, to }: GrowthRequest): Promise<Map<string, number[]>> {
  const times = new Map<string, number[]>()
  const view = { kind: 'history', from, to } as const
  const fields = ['@timestamp', 'host.boot.id']
  let newer: { host: string; boot: FieldValue | undefined; at: number } | undefined
  for await (const { host, names, values } of store.select({
    condition: hasValue('file.path', 'host'),
    view,
    fields,
  })) {
    const boot = values[names.indexOf('host.boot.id')]
    const at = Date.parse(String(values[names.indexOf('@timestamp')]))
    if (boot === undefined) continue
    if (newer?.host === host && newer.boot !== boot) times.set(host, [...(times.get(host) ?? []), newer.at])
    newer = { host, boot, at }
  }
  return times
}

function sixFigures(value: number): number {
  return Number(value.toPrecision(6))
}
