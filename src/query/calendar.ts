// Calendar arithmetic in UTC or in the local time zone: parts of a time, units added, units rounded.

export type TimeZone = 'utc' | 'local'
export type TimeUnit = 'y' | 'M' | 'w' | 'd' | 'h' | 'm' | 's'
/** Year, month from 1, day, hour, minute, second, millisecond. */
export type TimeParts = [
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  ms: number,
]

const milliseconds = { h: 3_600_000, m: 60_000, s: 1000 }
const partsKept = { y: 1, M: 2, w: 3, d: 3, h: 4, m: 5, s: 6 }
const smallest: TimeParts = [0, 1, 1, 0, 0, 0, 0]

/** Milliseconds since the epoch; parts beyond their range carry over. */
export function timeOfParts([year, month, day, ...clock]: TimeParts, zone: TimeZone): number {
  const date = new Date(0)
  // the setters, unlike the constructor, take the years 0 to 99 as they are
  if (zone === 'utc') {
    date.setUTCFullYear(year, month - 1, day)
    return date.setUTCHours(...clock)
  }
  date.setHours(12)
  date.setFullYear(year, month - 1, day)
  return date.setHours(...clock)
}

export function partsOfTime(time: number, zone: TimeZone): TimeParts {
  const shown = new Date(zone === 'utc' ? time : time - new Date(time).getTimezoneOffset() * 60_000)
  return [
    shown.getUTCFullYear(),
    shown.getUTCMonth() + 1,
    shown.getUTCDate(),
    shown.getUTCHours(),
    shown.getUTCMinutes(),
    shown.getUTCSeconds(),
    shown.getUTCMilliseconds(),
  ]
}

export function daysInMonth(year: number, month: number): number {
  const [, , day] = partsOfTime(timeOfParts([year, month + 1, 0, 0, 0, 0, 0], 'utc'), 'utc')
  return day
}

/** The time so many units on; a day that the month does not have becomes its last. */
export function addUnits(time: number, count: number, unit: TimeUnit, zone: TimeZone): number {
  if (unit === 'h' || unit === 'm' || unit === 's') return time + count * milliseconds[unit]
  const [year, month, day, ...clock] = partsOfTime(time, zone)
  if (unit === 'd' || unit === 'w')
    return timeOfParts([year, month, day + count * (unit === 'w' ? 7 : 1), ...clock], zone)
  const months = year * 12 + month - 1 + count * (unit === 'y' ? 12 : 1)
  const toYear = Math.floor(months / 12)
  const toMonth = months - toYear * 12 + 1
  return timeOfParts([toYear, toMonth, Math.min(day, daysInMonth(toYear, toMonth)), ...clock], zone)
}

/** The first millisecond of the unit that holds the time; weeks begin on Monday. */
export function startOfUnit(time: number, unit: TimeUnit, zone: TimeZone): number {
  const parts = partsOfTime(time, zone)
  const kept = parts.map((part, index) => (index < partsKept[unit] ? part : smallest[index]!)) as TimeParts
  if (unit === 'w') {
    const weekday = new Date(timeOfParts([kept[0], kept[1], kept[2], 0, 0, 0, 0], 'utc')).getUTCDay()
    kept[2] -= (weekday + 6) % 7
  }
  return timeOfParts(kept, zone)
}

/** The last millisecond of the unit that begins at a time. */
export function endOfUnit(start: number, unit: TimeUnit, zone: TimeZone): number {
  return addUnits(start, 1, unit, zone) - 1
}
