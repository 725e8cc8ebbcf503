// Times: local ISO 8601 for people, UTC for machines.

/** `2026-11-21T04:33:57+01:00`: the local time, which can be given back to `--at`, `--from` and `--to` as it stands. */
export function localTime(time: number, options: { milliseconds?: boolean } = {}): string {
  const offset = -new Date(time).getTimezoneOffset()
  const shifted = new Date(time + offset * 60_000).toISOString()
  const size = Math.abs(offset)
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`
  return `${shifted.slice(0, options.milliseconds ? -1 : -5)}${zone}`
}

/** The parts of a local time: `2026-11-21`, `04:33:57.123`, `+01:00`. */
export function localParts(time: number): { date: string; clock: string; zone: string } {
  const text = localTime(time, { milliseconds: true })
  return { date: text.slice(0, 10), clock: text.slice(11, 23), zone: text.slice(23) }
}

/** The clock at a time, to the millisecond; with the day and the offset where these are others than at a time shown in full. */
export function clockBeside(time: number, shown: number): string {
  const [reference, { date, clock, zone }] = [localParts(shown), localParts(time)]
  return [date === reference.date ? '' : `${date} `, clock, zone === reference.zone ? '' : zone].join('')
}

/** `2026-11-21T03:33:57.123Z`. */
export function utcTime(time: number): string {
  return new Date(time).toISOString()
}

/** `2026-11-21` of a whole UTC day since the epoch. */
export function utcDay(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10)
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}
