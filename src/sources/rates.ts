// How fast counters go up: told from two passes of one reader, never over a reboot or a reset.
import type { Root } from '../host/root.ts'
import type { Fields } from '../snapshot/document.ts'
import type { Pass } from './source.ts'

/** Counters of one pass by name. */
export type Counters = ReadonlyMap<string, number>

/** Of each counter that could be compared, by how much it went up in a second. Empty where nothing could. */
export type Rates = ReadonlyMap<string, number>

interface Sample {
  /** Seconds of a clock that only goes forward. */
  at: number
  bootId: string
  counters: Counters
}

/**
 * Remembers the counters of a pass for the next. There is no rate in the first pass, after a reboot, for a counter that has
 * just come, and for one that is lower than before: it was reset.
 */
export function rateMeter(): (pass: Pick<Pass, 'root' | 'seconds'>, counters: Counters) => Rates {
  let before: Sample | undefined
  return ({ root, seconds = ownSeconds }, counters) => {
    const sample = { at: seconds(), bootId: readBootId(root), counters }
    const rates = before ? ratesOf(before, sample) : new Map<string, number>()
    before = sample
    return rates
  }
}

/** Seconds below which a rate says more about the clock than about the host. */
const shortestElapsed = 0.01

function ratesOf(before: Sample, after: Sample): Map<string, number> {
  const rates = new Map<string, number>()
  const elapsed = after.at - before.at
  if (before.bootId !== after.bootId || elapsed < shortestElapsed) return rates
  for (const [name, value] of after.counters) {
    const previous = before.counters.get(name)
    if (previous !== undefined && value >= previous) rates.set(name, (value - previous) / elapsed)
  }
  return rates
}

/** The rates as fields of a family, in six figures and not so many decimals: one event in a day must not become none. */
export function rateFields(family: string, rates: Rates): Fields {
  return addRates({}, family, rates)
}

/** As `rateFields`, added to others. */
export function addRates(fields: Fields, family: string, rates: Rates): Fields {
  for (const [name, rate] of rates) fields[`${family}${name}`] = sixFigures(rate)
  return fields
}

export function sixFigures(value: number): number {
  return Number(value.toPrecision(6))
}

/** The numbers of a family’s fields that only go up, without the family in their names. */
export function countersOf(family: string, fields: Fields, isCounter = (_name: string) => true): Counters {
  const counters = new Map<string, number>()
  for (const field of Object.keys(fields)) {
    const value = fields[field]
    const name = field.slice(family.length)
    if (typeof value === 'number' && field.startsWith(family) && isCounter(name)) counters.set(name, value)
  }
  return counters
}

export function ownSeconds(): number {
  return performance.now() / 1000
}

function readBootId(root: Root): string {
  try {
    return root.readKernelText('/proc/sys/kernel/random/boot_id').trim()
  } catch {
    return ''
  }
}
