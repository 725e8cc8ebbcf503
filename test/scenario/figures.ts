// The numbers of one host's kernel tables as time goes by: as scripted, else at their own pace.
import { isGauge } from '../../src/parsers/net-snmp.ts'
import type { Slot } from './kernel-table.ts'

/** A value at a time, in milliseconds since the epoch. */
interface Point {
  at: number
  value: number
}

interface Counter {
  at: number
  value: number
  /** Per second. */
  pace: number
}

const units: Record<string, number> = { '': 1, kB: 1e3, MB: 1e6, GB: 1e9 }

/**
 * A level goes from one scripted point to the next in a straight line, and stays at the first before and at the last after. A
 * counter goes up as fast as scripted, else as fast as it came to its value since the boot.
 */
export class Figures {
  readonly #host: string
  readonly #restless: Readonly<Record<string, number>>
  readonly #points = new Map<string, Point[]>()
  readonly #paces = new Map<string, number>()
  readonly #counters = new Map<string, Counter>()
  readonly #from: number
  /** Seconds from the boot to the beginning of the play. */
  readonly #uptime: number
  #rebooted: number | undefined

  constructor(host: string, from: Date, booted: Date, restless: Readonly<Record<string, number>>) {
    this.#host = host
    this.#from = +from
    this.#uptime = (+from - +booted) / 1000
    this.#restless = restless
  }

  /** All points of levels are told before the play begins: a line knows where it leads. */
  plan(at: Date, figures: Readonly<Record<string, string | number>> = {}): void {
    for (const [field, told] of Object.entries(figures)) {
      const { value, isPace } = figure(told)
      if (isPace) continue
      const points = this.#points.get(field) ?? []
      points.push({ at: +at, value })
      this.#points.set(
        field,
        points.sort((one, other) => one.at - other.at),
      )
    }
  }

  /** Counters go on at another pace. */
  turn(at: Date, figures: Readonly<Record<string, string | number>> = {}): void {
    for (const [field, told] of Object.entries(figures)) {
      const { value, isPace } = figure(told)
      if (!isPace) continue
      this.#paces.set(field, value)
      const counter = this.#counters.get(field)
      if (counter) this.#counters.set(field, { ...this.#advanced(field, counter, +at), pace: value })
    }
  }

  reboot(at: number): void {
    this.#rebooted = at
    for (const [field, { pace }] of this.#counters) this.#counters.set(field, { at, value: 0, pace })
  }

  value(slot: Slot, at: number): number {
    return isCounter(slot.field) ? this.#count(slot, at) : this.#level(slot, at)
  }

  #level({ field, value }: Slot, at: number): number {
    const points = this.#points.get(field) ?? []
    const next = points.findIndex((point) => point.at > at)
    const before = points.at(next === -1 ? -1 : Math.max(0, next - 1))
    const after = next === -1 ? before : points[next]
    const steady = before && after ? between(before, after, at) : value
    const percent = this.#restless[field] ?? 0
    return percent === 0 ? steady : steady * (1 + (percent / 100) * chance(`${this.#host} ${field} ${at}`))
  }

  #count({ field, value }: Slot, at: number): number {
    const pace = this.#paces.get(field) ?? value / this.#uptime
    const begun =
      this.#rebooted === undefined ? { at: this.#from, value, pace } : { at: this.#rebooted, value: 0, pace }
    const counter = this.#counters.get(field) ?? begun
    const advanced = this.#advanced(field, counter, at)
    this.#counters.set(field, advanced)
    return Math.floor(advanced.value)
  }

  #advanced(field: string, { at, value, pace }: Counter, now: number): Counter {
    const unsteady = pace * (1 + 0.2 * chance(`${this.#host} ${field} ${now}`))
    return { at: now, value: value + (unsteady * (now - at)) / 1000, pace }
  }
}

function isCounter(field: string): boolean {
  if (field.startsWith('netstat.')) return !isGauge(field.slice('netstat.'.length))
  return field.startsWith('vmstat.') && !field.startsWith('vmstat.nr_')
}

function between(before: Point, after: Point, at: number): number {
  if (after.at <= before.at || at <= before.at) return before.value
  return before.value + ((after.value - before.value) * (at - before.at)) / (after.at - before.at)
}

function figure(told: string | number): { value: number; isPace: boolean } {
  const [, digits, unit = '', pace] = /^([\d.]+) ?(kB|MB|GB)?(\/s)?$/.exec(String(told)) ?? []
  if (digits === undefined) throw new Error(`a figure is as 13.4 GB or 40/s, not "${told}"`)
  return { value: Number(digits) * (units[unit] ?? 1), isPace: pace !== undefined }
}

/** From -1 to 1, always the same for the same text (FNV-1a, its bits mixed once more). */
function chance(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return ((hash ^ (hash >>> 13)) >>> 0) / 0x7fffffff - 1
}
