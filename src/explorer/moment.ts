// Times in the address of a page, and the view of the store they choose.
import { ActionableError } from '../errors.ts'
import { parseTime } from '../query/date-math.ts'
import { dayOf } from '../snapshot/document.ts'
import type { View } from '../store/store.ts'
import { utcDay } from '../terminal/time.ts'
import { type Ask, param } from './page.ts'

type Asked = Pick<Ask, 'params' | 'now'>

/** What the time picker says. */
export interface When {
  kind: 'now' | 'day' | 'moment' | 'history'
  /** As it was typed. */
  text: string
  view: View
  /** The same for the command line. */
  options: readonly string[]
}

/** What was picked, whether or not it is a time. */
export function picked(ask: Pick<Asked, 'params'>): Pick<When, 'kind' | 'text'> {
  const day = param(ask, 'day')
  const at = param(ask, 'at')
  const when = param(ask, 'when') ?? (at !== undefined ? 'at' : day !== undefined ? 'day' : 'now')
  if (when === 'history') return { kind: 'history', text: '' }
  if (when === 'day' && day !== undefined) return { kind: 'day', text: day }
  return when === 'at' && at !== undefined ? { kind: 'moment', text: at } : { kind: 'now', text: '' }
}

/** `when=now|day|at|history`, with `day` or `at`; without `when`, whichever is given. Days are UTC days, as for `--day`. */
export function whenOf(ask: Asked): When {
  const { kind, text } = picked(ask)
  switch (kind) {
    case 'now':
      return { kind, text, view: { kind: 'latest' }, options: [] }
    case 'history':
      return { kind, text, view: { kind: 'history' }, options: ['--history'] }
    case 'moment': {
      const view = { kind: 'moment', at: time(text, 'time', ask, { roundUp: true }) } as const
      return { kind, text, view, options: ['--at', text] }
    }
    case 'day': {
      const start = dayOf(time(text, 'day', ask, { timeZone: 'utc' }))
      const name = /^\d{4}-\d\d-\d\d$/.test(text) ? text : utcDay(start)
      return {
        kind,
        text: name,
        view: { kind: 'moment', at: start * 86_400_000 + 86_399_999 },
        options: ['--day', name],
      }
    }
    default:
      return kind satisfies never
  }
}

/** Milliseconds since the epoch; a date without a zone is of the time zone of this machine. */
export function time(
  text: string,
  what: string,
  ask: Pick<Ask, 'now'>,
  options: { timeZone?: 'utc' | 'local'; roundUp?: boolean } = {},
): number {
  try {
    return parseTime(text, { timeZone: 'local', ...options, now: ask.now() })
  } catch (error) {
    if (!(error instanceof ActionableError)) throw error
    throw new ActionableError(`${what}: ${error.message}`, {
      cause: error,
      ...(error.next !== undefined && { next: error.next }),
    })
  }
}

export interface Window {
  from: number
  to: number
  /** Whether it goes on to now, whenever that is. */
  isLive: boolean
  /** As typed, for links. */
  text: { since?: string; from?: string; to?: string }
}

/** `since=24h`, or `from` and `to`; the last day without them. */
export function windowOf(ask: Asked, usual = '1d'): Window {
  const since = param(ask, 'since')
  const from = param(ask, 'from')
  const to = param(ask, 'to')
  const end = to === undefined ? ask.now() : time(to, 'to', ask, { roundUp: true })
  const start = from === undefined ? end - spanOf(since ?? usual) : time(from, 'from', ask)
  if (start > end) throw new ActionableError('the time it begins at is later than the one it ends at')
  const text = from === undefined ? { since: since ?? usual } : { from }
  return { from: start, to: end, isLive: to === undefined, text: { ...text, ...(to !== undefined && { to }) } }
}

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

function spanOf(text: string): number {
  const [, count, unit = ''] = /^(\d{1,6})([smhdw])$/.exec(text) ?? []
  const length = units[unit]
  if (count === undefined || length === undefined)
    throw new ActionableError(`expected a duration, found ${JSON.stringify(text)}`, {
      next: 'write it as 90s, 30m, 1h or 2d',
    })
  return Number(count) * length
}

/** Hosts last heard of before this count as silent: an hour before what is asked. */
export function silentBefore(view: View, { now }: Pick<Ask, 'now'>): number {
  return (view.kind === 'moment' ? Math.min(view.at, now()) : now()) - 3_600_000
}
