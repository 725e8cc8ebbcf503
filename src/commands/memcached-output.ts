// How `mitra memcached` looks: events line by line, and the summary.
import { isRefused, type MemcachedEvent } from '../sources/memcached-watch.ts'
import { harmless } from '../terminal/harmless.ts'
import type { Io } from '../terminal/io.ts'
import { jsonLine } from '../terminal/ndjson.ts'
import { localTime, utcTime } from '../terminal/time.ts'
import { bytes, counted, grouped } from '../terminal/units.ts'
import { pad } from '../terminal/width.ts'
import { type Column, paintOf, writeList } from './listing.ts'
import type { KeyFigures, MemcachedKeys } from './memcached-keys.ts'

interface OutputOptions {
  json: boolean
  color: string
  quiet: boolean
}

export type EventWriter = (events: readonly MemcachedEvent[]) => Promise<void>

/** Writes events as they come, for people, for programs or as tab-separated lines. */
export function eventWriter(largest: number | undefined, options: OutputOptions, io: Io): EventWriter {
  const lineOf = options.json
    ? jsonOf(largest)
    : io.stdout.isTerminal
      ? shownOf(largest, options, io)
      : plainOf(largest)
  return async (events) => {
    await io.stdout.write(events.map(lineOf).join(''))
    // what is live does not wait for a buffer to fill
    await io.stdout.flush()
  }
}

function jsonOf(largest: number | undefined): (event: MemcachedEvent) => string {
  return ({ at, method, key, size, result }) =>
    jsonLine({
      time: utcTime(at),
      method,
      key,
      ...(size !== undefined && { size }),
      ...(isOver(result, largest) && { over: largest }),
      result,
    })
}

function plainOf(largest: number | undefined): (event: MemcachedEvent) => string {
  return ({ at, method, key, size, result }) => {
    const amount = isOver(result, largest) ? `>${largest}` : (size ?? '')
    return `${[localTime(at, { milliseconds: true }), method, result, amount, harmless(key)].join('\t')}\n`
  }
}

/** Columns of fixed width: what comes next has no place in a table that is drawn. */
function shownOf(largest: number | undefined, options: OutputOptions, io: Io): (event: MemcachedEvent) => string {
  const paint = paintOf(options, io)
  return ({ at, method, key, size, result }) => {
    const amount = isOver(result, largest) ? `>${bytes(largest ?? 0)}` : size === undefined ? '' : bytes(size)
    const outcome = pad(harmless(result), 10)
    const time = localTime(at, { milliseconds: true })
    return `${time}  ${pad(method, 7)}  ${isRefused(result) ? paint('red', outcome) : outcome}  ${pad(amount, 8, 'right')}  ${harmless(key)}\n`
  }
}

function isOver(result: string, largest: number | undefined): boolean {
  return result === 'too_large' && largest !== undefined
}

interface Totals {
  /** Events the server left out. */
  skipped: number
  seconds: number
  top: number
}

/** What was seen, and the keys with most events and most bytes. */
export async function writeSummary(
  keys: MemcachedKeys,
  { skipped, seconds, top }: Totals,
  options: OutputOptions,
  io: Io,
): Promise<void> {
  const byCount = keys.top('count', top)
  const byBytes = keys.top('bytes', top)
  const { events, size, refused, isPartial } = keys
  if (options.json) {
    const summary = { events, keys: size, bytes: keys.bytes, refused, skipped, seconds: Math.round(seconds * 10) / 10 }
    await io.stdout.write(
      jsonLine({ summary: { ...summary, partial: isPartial, by_count: byCount, by_bytes: byBytes } }),
    )
    return
  }
  const facts = [
    `${counted(events, 'event')} of ${counted(size, 'key')} in ${grouped(Math.round(seconds))} s`,
    bytes(keys.bytes),
    ...(refused > 0 ? [`${grouped(refused)} refused`] : []),
    ...(skipped > 0 ? [`${grouped(skipped)} left out by the server, which came too fast`] : []),
    ...(isPartial ? ['keys seen seldom were forgotten'] : []),
  ]
  await io.stdout.write(`\n${facts.join(', ')}\n`)
  for (const [title, rows] of [
    ['most events', byCount],
    ['most bytes', byBytes],
  ] as const) {
    if (rows.length === 0) continue
    await io.stdout.write(`\n${title}\n`)
    await writeList(rows, keyColumns, { ...options, csv: false, fields: undefined, limit: undefined }, io)
  }
}

const keyColumns: readonly Column<KeyFigures>[] = [
  { name: 'count', kind: 'number', value: ({ count }) => count },
  { name: 'bytes', kind: 'number', value: (row) => row.bytes, shown: (value) => bytes(Number(value)) },
  { name: 'largest', kind: 'number', value: ({ largest }) => largest, shown: (value) => bytes(Number(value)) },
  { name: 'refused', kind: 'number', value: ({ refused }) => refused },
  { name: 'key', kind: 'text', value: ({ key }) => key },
]
