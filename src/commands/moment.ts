// Times and durations of the command line, and the view they choose.
import { ActionableError } from '../errors.ts'
import { parseTime, type TimeOptions } from '../query/date-math.ts'
import { dayOf } from '../snapshot/document.ts'
import type { View } from '../store/store.ts'
import type { Io } from '../terminal/io.ts'

export interface ViewOptions {
  at: string | undefined
  day: string | undefined
  from: string | undefined
  to: string | undefined
  history: boolean
}

interface DaySpan {
  from: number
  to: number
}

const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

/**
 * The newest states, or those at --at, or at the end of --day (UTC); those of each day between --from and --to; with --history,
 * the versions between these times.
 */
export function viewOf({ at, day, from, to, history }: ViewOptions, io: Pick<Io, 'now'>): View {
  if (at !== undefined && (day !== undefined || from !== undefined || to !== undefined || history))
    throw new ActionableError('--at excludes --day, --from, --to and --history')
  if (day !== undefined && (from !== undefined || to !== undefined))
    throw new ActionableError('--day excludes --from and --to')
  if (at !== undefined) return { kind: 'moment', at: moment(at, '--at', io, { roundUp: true }) }
  const timeZone = history && day === undefined ? 'local' : 'utc'
  const first = day ?? from
  const last = day ?? to
  const start =
    first === undefined ? undefined : moment(first, day === undefined ? '--from' : '--day', io, { timeZone })
  const end =
    last === undefined ? undefined : moment(last, day === undefined ? '--to' : '--day', io, { timeZone, roundUp: true })
  if (start !== undefined && end !== undefined && start > end) throw new ActionableError('--from is later than --to')
  if (history) {
    if (day !== undefined && start !== undefined)
      return { kind: 'history', from: startOfDay(start), to: startOfDay(start) + 86_399_999 }
    return { kind: 'history', ...(start !== undefined && { from: start }), ...(end !== undefined && { to: end }) }
  }
  if (start === undefined && end === undefined) return { kind: 'latest' }
  if (day !== undefined && start !== undefined) return { kind: 'moment', at: startOfDay(start) + 86_399_999 }
  return { kind: 'days', from: dayOf(start ?? 0), to: dayOf(end ?? io.now()) }
}

/** Days in a row, as whole UTC days since the epoch: from --from to --to, where not given a week up to today. */
export function daysOf({ from, to }: Pick<ViewOptions, 'from' | 'to'>, io: Pick<Io, 'now'>): DaySpan {
  const view = viewOf({ at: undefined, day: undefined, from, to, history: false }, io)
  if (view.kind === 'days' && from !== undefined) return { from: view.from, to: view.to }
  const last = view.kind === 'days' ? view.to : dayOf(io.now())
  return { from: last - 6, to: last }
}

/** Milliseconds since the epoch of a time given to an option. */
export function moment(
  text: string,
  option: string,
  io: Pick<Io, 'now'>,
  options: Omit<TimeOptions, 'now'> = {},
): number {
  try {
    return parseTime(text, { timeZone: 'local', ...options, now: io.now() })
  } catch (error) {
    if (!(error instanceof ActionableError)) throw error
    const next = error.next === undefined ? {} : { next: error.next }
    throw new ActionableError(`${option}: ${error.message}`, { ...next, cause: error })
  }
}

/**
 * The same of a time as of which a source is asked. A day means its end; and lists print times to the second: given back, such a
 * time means the whole of it. Maths that rounds by itself (`now-1d/d+12h`) rounds down, or noon would be the noon of the next day.
 */
export function momentUpTo(text: string, option: string, io: Pick<Io, 'now'>): number {
  return moment(text, option, io, { roundUp: !text.includes('/') })
}

/** Milliseconds of a duration given to an option: `90s`, `30m`, `1h`, `2d`, `1w`. */
export function durationOf(text: string, option: string): number {
  const match = /^(\d{1,9}(?:\.\d{1,3})?)\s*([a-z]+)$/.exec(text.trim())
  const unit = units[match?.[2] ?? '']
  if (!match || unit === undefined)
    throw new ActionableError(`${option}: expected a duration, found ${JSON.stringify(text)}`, {
      next: 'write it as 90s, 30m, 1h or 2d',
    })
  return Number(match[1]) * unit
}

function startOfDay(time: number): number {
  return dayOf(time) * 86_400_000
}
