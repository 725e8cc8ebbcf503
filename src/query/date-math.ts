// Times as people and Elasticsearch write them: ISO forms of any precision, `now-1d/d`, `2026-11-01||+1M/d`, `yesterday`.
// https://www.elastic.co/guide/en/elasticsearch/reference/current/common-options.html#date-math
import { ActionableError } from '../errors.ts'
import {
  addUnits,
  daysInMonth,
  endOfUnit,
  startOfUnit,
  type TimeParts,
  type TimeUnit,
  type TimeZone,
  timeOfParts,
} from './calendar.ts'
import { quoted } from './syntax-error.ts'

export interface TimeOptions {
  /** Milliseconds since the epoch that `now` means. */
  now: number
  /** What is left out or rounded goes to the last millisecond (of the day, the month …) instead of the first. */
  roundUp?: boolean
  /** Where a day begins, and what a time without an offset means; UTC when not given. */
  timeZone?: TimeZone
}

/** Milliseconds since the epoch; throws ActionableError for what is no time. */
export function parseTime(text: string, options: TimeOptions): number {
  const { anchor, maths } = split(text.trim())
  const settings = { now: options.now, roundUp: options.roundUp ?? false, timeZone: options.timeZone ?? 'utc' }
  const rounded = readAnchor(anchor, { ...settings, roundUp: settings.roundUp && maths === '' })
  const time = rounded === undefined ? undefined : applyMaths(rounded, maths, settings)
  if (time === undefined) {
    throw new ActionableError(`expected a time, found ${quoted(text)}`, {
      next: 'write it as 2026-11-18, 2026-11-18T10:30:00Z, now-2h, now/d, yesterday or 2026-11-18||+1M/d',
    })
  }
  if (Number.isNaN(time)) throw new ActionableError(`the time ${quoted(text)} is out of range`)
  return time
}

function split(text: string): { anchor: string; maths: string } {
  const [word] = /^(?:now|today|yesterday|tomorrow)/.exec(text) ?? []
  if (word !== undefined) return { anchor: word, maths: text.slice(word.length).replace(/^\|\|/, '') }
  const bars = text.indexOf('||')
  return bars < 0 ? { anchor: text, maths: '' } : { anchor: text.slice(0, bars), maths: text.slice(bars + 2) }
}

type Settings = Required<TimeOptions>

const dayWords = new Map([
  ['yesterday', -1],
  ['today', 0],
  ['tomorrow', 1],
])

function readAnchor(text: string, settings: Settings): number | undefined {
  const { now, roundUp, timeZone } = settings
  if (text === 'now') return now
  const days = dayWords.get(text)
  if (days === undefined) return /^\d{11,16}$/.test(text) ? Number(text) : readIso(text, settings)
  const start = startOfUnit(addUnits(now, days, 'd', timeZone), 'd', timeZone)
  return roundUp ? endOfUnit(start, 'd', timeZone) : start
}

const iso =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d)(?::(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?(Z|[+-]\d\d(?::?\d\d)?)?)?)?)?$/
const units: readonly TimeUnit[] = ['y', 'M', 'd', 'h', 'm', 's']

function readIso(text: string, { roundUp, timeZone }: Settings): number | undefined {
  const match = iso.exec(text)
  if (!match) return undefined
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => (part === undefined ? undefined : Number(part)))
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined
  if (hour > 23 || minute > 59 || second > 59) return undefined
  const [fraction, offset] = match.slice(7)
  const ms = Math.floor(Number(`0.${fraction ?? '0'}`) * 1000)
  const parts: TimeParts = [year, month, day, hour, minute, second, ms]
  const shift = offset === undefined ? 0 : offsetOf(offset)
  if (shift === undefined) return undefined
  const zone = offset === undefined ? timeZone : 'utc'
  const start = timeOfParts(parts, zone)
  const unit = units[match.slice(1, 7).filter((part) => part !== undefined).length - 1]!
  return (roundUp && fraction === undefined ? endOfUnit(start, unit, zone) : start) - shift
}

/** Milliseconds that an offset such as `+01:00` is ahead of UTC. */
function offsetOf(offset: string): number | undefined {
  if (offset === 'Z') return 0
  const [hours, minutes] = [Number(offset.slice(1, 3)), Number(offset.slice(3).replace(':', ''))]
  if (hours > 18 || minutes > 59) return undefined
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000
}

function applyMaths(anchor: number, maths: string, { roundUp, timeZone }: Settings): number | undefined {
  if (!/^(?:[+-]\d{0,9}[yMwdhHms]|\/[yMwdhHms])*$/.test(maths)) return undefined
  let time = anchor
  for (const [, operator, count, name] of maths.matchAll(/([+\-/])(\d*)([yMwdhHms])/g)) {
    const unit = (name === 'H' ? 'h' : name) as TimeUnit
    if (operator === '/') {
      const start = startOfUnit(time, unit, timeZone)
      time = roundUp ? endOfUnit(start, unit, timeZone) : start
    } else {
      const number = count === '' ? 1 : Number(count)
      time = addUnits(time, operator === '-' ? -number : number, unit, timeZone)
    }
  }
  return time
}
