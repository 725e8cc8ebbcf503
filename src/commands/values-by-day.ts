// `mitra values --over-time`: how the distribution of a field moved.
import { ActionableError } from '../errors.ts'
import { type ValuesOfDay, valuesByDay } from '../history/values-over-time.ts'
import type { FieldValue } from '../snapshot/document.ts'
import type { Unit } from '../snapshot/field.ts'
import { figure } from '../terminal/figure.ts'
import type { Io } from '../terminal/io.ts'
import { utcDay } from '../terminal/time.ts'
import { type StoreOptions, withStore } from './configured.ts'
import {
  type Column,
  chosenColumns,
  formOf,
  type ListOptions,
  limitOf,
  sayLimit,
  textOf,
  writeList,
} from './listing.ts'
import { daysOf, type ViewOptions } from './moment.ts'
import type { Question } from './question.ts'
import { sayUnknownFields } from './unknown-fields.ts'

/** A row for each UTC day between --from and --to, or of the last week; the exit status. */
export async function writeValuesByDay(
  field: string,
  question: Question,
  options: ViewOptions & ListOptions & StoreOptions,
  io: Io,
): Promise<number> {
  if (options.at !== undefined || options.day !== undefined || options.history)
    throw new ActionableError('--over-time excludes --at, --day and --history', { next: 'give --from and --to' })
  const days = daysOf(options, io)
  const { declaredField } = await import('./declared-fields.ts')
  const columns = chosenColumns(dayColumns(declaredField(field)?.unit), options)
  return withStore(options, io, 'read', async (store) => {
    await sayUnknownFields([...question.fields, field], options, store, io)
    const rows: ValuesOfDay[] = []
    for await (const row of valuesByDay(store, field, { condition: question.condition, ...days })) rows.push(row)
    const listed = rows.slice(-(limitOf(options, io) ?? rows.length))
    const isWhole = options.fields !== undefined || formOf(options, io) !== 'table'
    const told = isWhole
      ? columns
      : columns.filter((column) => !isForSome(column) || listed.some((row) => (column.value(row) ?? false) !== false))
    const shown = await writeList(listed, told, options, io)
    await sayLimit(shown, rows.length, options, io)
    return rows.some(({ hosts }) => hosts > 0) ? 0 : 1
  })
}

/** Only of some fields there is something in it. */
function isForSome({ name }: { name: string }): boolean {
  return ['tied', 'min', 'median', 'max'].includes(name)
}

function dayColumns(unit: Unit | undefined): readonly Column<ValuesOfDay>[] {
  const shown = (value: FieldValue) => (typeof value === 'number' ? figure(value, unit) : textOf(value))
  return [
    { name: 'day', kind: 'text', value: (row) => utcDay(row.day), style: 'bold' },
    { name: 'hosts', kind: 'number', value: (row) => row.hosts },
    { name: 'asked', kind: 'number', value: (row) => row.asked },
    { name: 'distinct', kind: 'number', value: (row) => row.distinct },
    { name: 'majority', kind: 'text', shown, value: (row) => row.majority },
    { name: 'share', kind: 'share', value: (row) => row.share },
    { name: 'tied', kind: 'flag', value: (row) => row.tied },
    { name: 'min', kind: 'number', shown, value: (row) => row.min },
    { name: 'median', kind: 'number', shown, value: (row) => row.median },
    { name: 'max', kind: 'number', shown, value: (row) => row.max },
  ]
}
