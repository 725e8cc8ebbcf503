// How a list comes out: an aligned table at a terminal, tab-separated lines in a pipe, JSON or CSV where asked for.

import { nearest } from '../config/mistake.ts'
import { ActionableError } from '../errors.ts'
import type { FieldValue } from '../snapshot/document.ts'
import { type ColorWish, type Paint, painter, type Style, wantsColor } from '../terminal/color.ts'
import { csvLine } from '../terminal/csv.ts'
import { harmless } from '../terminal/harmless.ts'
import type { Io } from '../terminal/io.ts'
import { jsonLine } from '../terminal/ndjson.ts'
import { renderTable, type TableColumn } from '../terminal/table.ts'
import { localTime, utcTime } from '../terminal/time.ts'
import { grouped, percent } from '../terminal/units.ts'

export interface Column<Row> {
  /** Stable: the key in JSON, the heading in CSV, in upper case the heading of a table. */
  name: string
  /** Heading of a table, where it is another. */
  title?: string
  /** `time`: milliseconds since the epoch. `share`: a number from 0 to 1. `flag`: people see the name of the column, or nothing. */
  kind: 'text' | 'number' | 'time' | 'share' | 'flag'
  value(row: Row): FieldValue | undefined
  /** How a terminal shows a value, where the kind is not enough to tell. */
  shown?: (value: FieldValue) => string
  /** Of a time: people see its milliseconds too. */
  milliseconds?: true
  style?: Style
  /** Cut before other columns when a terminal is too narrow. Times and numbers are cut last: a part of one misleads. */
  cut?: 'first'
}

export interface ListOptions {
  json: boolean
  csv: boolean
  fields: string | undefined
  limit: number | undefined
  color: string
  quiet: boolean
}

export type Form = 'table' | 'lines' | 'json' | 'csv'

const limitAtTerminal = 50

/** The form the options and the output ask for. */
export function formOf(options: ListOptions, io: Io): Form {
  if (options.json && options.csv) throw new ActionableError('--json and --csv exclude each other')
  if (options.json) return 'json'
  if (options.csv) return 'csv'
  return io.stdout.isTerminal ? 'table' : 'lines'
}

/** How many rows may be shown; undefined for all. */
export function limitOf(options: ListOptions, io: Io): number | undefined {
  if (options.limit !== undefined) return options.limit === 0 ? undefined : options.limit
  return formOf(options, io) === 'table' ? limitAtTerminal : undefined
}

/** Says on stderr that a limit cut the answer. */
export async function sayLimit(shown: number, total: number, options: ListOptions, io: Io): Promise<void> {
  if (shown >= total || options.quiet) return
  await io.stderr.write(`${grouped(shown)} of ${grouped(total)} shown; --limit 0 for all\n`)
}

/** Paints for stdout. */
export function paintOf(options: { color: string }, io: Io): Paint {
  return painter(wantsColor(options.color as ColorWish, io.stdout.isTerminal, io.env))
}

/** Names given to `--fields`, or undefined. */
export function chosenFields(options: ListOptions): string[] | undefined {
  const names = options.fields?.split(',').map((each) => each.trim())
  if (names?.some((each) => each === ''))
    throw new ActionableError(`--fields "${options.fields}" has an empty name in it`)
  return names
}

/** The columns `--fields` names, in its order; all of them without it. */
export function chosenColumns<Row>(columns: readonly Column<Row>[], options: ListOptions): readonly Column<Row>[] {
  return (
    chosenFields(options)?.map((wanted) => {
      const found = columns.find((column) => column.name === wanted)
      if (found) return found
      const known = columns.map((column) => column.name)
      const meant = nearest(wanted, known)
      throw new ActionableError(`no column "${wanted}"${meant ? `, did you mean ${meant}?` : ''}`, {
        next: `there are ${known.join(', ')}`,
      })
    }) ?? columns
  )
}

/** Writes the rows; all but the table in constant memory. Returns how many there were. */
export async function writeList<Row>(
  rows: Iterable<Row> | AsyncIterable<Row>,
  columns: readonly Column<Row>[],
  options: ListOptions,
  io: Io,
): Promise<number> {
  const form = formOf(options, io)
  let count = 0
  if (form === 'csv') await io.stdout.write(csvLine(columns.map((column) => column.name)))
  const table: string[][] = []
  for await (const row of rows) {
    count++
    if (form === 'table') table.push(columns.map((column) => shownText(column, row)))
    else if (form === 'json') await io.stdout.write(jsonLine(jsonRow(columns, row)))
    else if (form === 'csv') await io.stdout.write(csvLine(columns.map((column) => csvCell(column, row, io))))
    else await io.stdout.write(`${columns.map((column) => lineCell(column, row)).join('\t')}\n`)
  }
  if (form === 'table' && count > 0) {
    const headings = columns.map(headingOf)
    await io.stdout.write(renderTable(headings, table, { width: io.stdout.columns, paint: paintOf(options, io) }))
  }
  return count
}

function headingOf<Row>({ name, title, kind, style, cut }: Column<Row>): TableColumn {
  const isText = kind === 'text' || kind === 'flag'
  const order = cut ?? (isText ? undefined : 'last')
  return {
    title: harmless(title ?? name.toUpperCase()),
    align: kind === 'number' || kind === 'share' ? 'right' : 'left',
    ...(style && { style }),
    ...(order && { cut: order }),
  }
}

/** Any value as text; the elements of an array are separated by spaces. */
export function textOf(value: FieldValue | undefined): string {
  if (value === undefined) return ''
  return typeof value === 'object' ? value.map(String).join(' ') : String(value)
}

/** A cell as a table at a terminal shows it, harmless. */
export function shownText<Row>(column: Column<Row>, row: Row): string {
  const value = column.value(row)
  if (column.shown && value !== undefined) return harmless(column.shown(value))
  if (column.kind === 'number' && Number.isInteger(value)) return grouped(value as number)
  if (column.kind === 'share' && typeof value === 'number') return percent(value, 1)
  return lineCell(column, row)
}

function lineCell<Row>(column: Column<Row>, row: Row): string {
  const value = column.value(row)
  if (column.kind === 'time' && typeof value === 'number')
    return localTime(value, { milliseconds: column.milliseconds === true })
  if (column.kind === 'flag') return value === true ? column.name : ''
  return harmless(textOf(value))
}

function csvCell<Row>(column: Column<Row>, row: Row, io: Io): string {
  const text = textOf(machineValue(column, row))
  return io.stdout.isTerminal ? harmless(text, 'tabs and lines') : text
}

function jsonRow<Row>(columns: readonly Column<Row>[], row: Row): Record<string, FieldValue | undefined> {
  return Object.fromEntries(columns.map((column) => [column.name, machineValue(column, row)]))
}

function machineValue<Row>(column: Column<Row>, row: Row): FieldValue | undefined {
  const value = column.value(row)
  if (typeof value !== 'number') return value
  if (column.kind === 'time') return utcTime(value)
  return column.kind === 'share' ? Math.round(value * 10_000) / 10_000 : value
}
