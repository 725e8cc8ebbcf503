// Which cron expressions a frequency may be. A subset of what the scheduler takes: no L, W, # or ?, no range that wraps.

interface CronField {
  min: number
  max: number
  names?: readonly string[]
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const seconds: CronField = { min: 0, max: 59 }
const day: CronField = { min: 1, max: 31 }
const month: CronField = { min: 1, max: 12, names: months }
const fiveFields: readonly CronField[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  day,
  month,
  { min: 0, max: 7, names: weekdays },
]
const nicknames = new Set(['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'])
const longestMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Whether a text is `minute hour day month weekday`, the same with seconds in front, or a nickname such as `@hourly`. */
export function isCronExpression(text: string): boolean {
  if (nicknames.has(text)) return true
  const parts = text.split(' ')
  const fields = parts.length === 6 ? [seconds, ...fiveFields] : fiveFields
  if (parts.length !== fields.length) return false
  const values = fields.map((field, index) => valuesOf(parts[index] ?? '', field))
  if (values.some((list) => !list)) return false
  return someDayExists(values.at(-3) ?? [], values.at(-2) ?? [])
}

/** The values a field selects, or undefined where it is malformed. */
function valuesOf(text: string, field: CronField): number[] | undefined {
  const values: number[] = []
  for (const item of text.split(',')) {
    const match = /^(?:\*|([a-z]{3}|\d{1,2})(?:-([a-z]{3}|\d{1,2}))?)(?:\/(\d{1,2}))?$/i.exec(item)
    if (!match) return undefined
    const [, first, last, step] = match
    // The scheduler takes a step after `*` or a range only.
    if (step !== undefined && (Number(step) < 1 || (first !== undefined && last === undefined))) return undefined
    const from = first === undefined ? field.min : numberOf(first, field)
    const to = first === undefined ? field.max : last === undefined ? from : numberOf(last, field)
    if (from === undefined || to === undefined || from > to) return undefined
    for (let value = from; value <= to; value += Number(step ?? 1)) values.push(value)
  }
  return values
}

function numberOf(text: string, field: CronField): number | undefined {
  const index = field.names?.indexOf(text.toLowerCase()) ?? -1
  if (index >= 0) return index + (field.min === 1 ? 1 : 0)
  const value = Number(text)
  return Number.isInteger(value) && value >= field.min && value <= field.max ? value : undefined
}

/** False for dates such as 30 February, which the scheduler would wait for without end. */
function someDayExists(days: readonly number[], inMonths: readonly number[]): boolean {
  return inMonths.some((number) => days.some((value) => value <= (longestMonth[number - 1] ?? 0)))
}
