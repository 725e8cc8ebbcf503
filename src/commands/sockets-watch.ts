// `mitra sockets --watch`: a screen like that of `top`, or lines with the time where there is no terminal.
import { setTimeout as sleep } from 'node:timers/promises'
import type { SocketReader } from '../sources/sockets/socket-reader.ts'
import type { Io } from '../terminal/io.ts'
import { isQuit, type Screen } from '../terminal/screen.ts'
import { type Column, chosenColumns, chosenFields, type ListOptions, limitOf, paintOf, writeList } from './listing.ts'
import {
  allColumns,
  columnsFor,
  type Dropped,
  droppedAt,
  rateColumn,
  type SocketRow,
  type SocketTable,
  type SortKey,
  tableOf,
} from './socket-rows.ts'
import { stateColumns, stateRows } from './socket-states.ts'
import { chosenRows } from './sockets.ts'
import { screenLines, type View } from './sockets-screen.ts'

export interface WatchOptions extends ListOptions {
  intervalMs: number
  rounds: number | undefined
  states: boolean
  sort: SortKey
  match: string | undefined
  protocol: string[]
}

/** Reads until the signal, a key, or the last round; 0. The terminal is given back whatever happens. */
export async function watchSockets(reader: SocketReader, options: WatchOptions, io: Io): Promise<number> {
  const isScreen = io.openScreen !== undefined && io.stdout.isTerminal && !options.json && !options.csv
  try {
    if (!isScreen || !io.openScreen) return await watchLines(reader, options, io)
    const first = await reading(reader, new Map(), options, io)
    const screen = await io.openScreen()
    try {
      return await watchScreen(screen, first, reader, options, io)
    } finally {
      screen.close()
    }
  } catch (error) {
    if (io.signal.aborted) return 0
    throw error
  } finally {
    reader.close()
  }
}

interface Reading {
  table: SocketTable
  dropped: Dropped
  /** How long it took. */
  ms: number
}

async function reading(reader: SocketReader, before: Dropped, options: WatchOptions, io: Io): Promise<Reading> {
  const started = performance.now()
  const isCounted = options.states || io.openScreen !== undefined
  const read = await reader.read({ signal: io.signal, count: isCounted ? 'affordable' : 'none' })
  const at = performance.now()
  const table = { ...tableOf(read, at, before), at: io.now() }
  return { table, dropped: droppedAt(read, at), ms: at - started }
}

/** On a busy host states are counted less often than queues are looked at: the screen goes on with those of before. */
function withStates(latest: Reading, before: Reading): Reading {
  if (stateRows(latest.table.totals).length > 0) return latest
  return { ...latest, table: { ...latest.table, totals: { ...before.table.totals, ...latest.table.totals } } }
}

/** A block of lines each round: a stream for `grep` and for files. */
async function watchLines(reader: SocketReader, options: WatchOptions, io: Io): Promise<number> {
  const { rounds = Number.POSITIVE_INFINITY } = options
  let before: Dropped = new Map()
  for (let round = 1; round <= rounds && !io.signal.aborted; round++) {
    const { table, dropped } = await reading(reader, before, options, io)
    before = dropped
    const time = { name: 'time', kind: 'time', milliseconds: true, value: () => table.at } as const
    if (options.states) {
      const columns = chosenColumns([time, ...stateColumns], options)
      await writeList(stateRows(table.totals), columns, options, io)
    } else {
      const columns: readonly Column<SocketRow>[] = [time, ...allColumns]
      await writeList(
        chosenRows(table, options).slice(0, limitOf(options, io)),
        chosenColumns(columns, options),
        options,
        io,
      )
    }
    await io.stdout.flush()
    if (round < rounds) await sleep(options.intervalMs, undefined, { signal: io.signal }).catch(() => {})
  }
  return 0
}

const sortOf: Readonly<Record<string, SortKey>> = { f: 'full', w: 'waiting', d: 'drops', n: 'process', a: 'address' }

async function watchScreen(
  screen: Screen,
  first: Reading,
  reader: SocketReader,
  options: WatchOptions,
  io: Io,
): Promise<number> {
  let latest = first
  let rounds = 1
  let due = performance.now() + options.intervalMs
  const view: View = {
    sort: options.sort,
    match: options.match ?? '',
    typing: undefined,
    isPaused: false,
    showsStates: options.states,
    offset: 0,
    intervalMs: options.intervalMs,
  }
  const named = chosenFields(options) && chosenColumns(allColumns, options)
  const paint = paintOf(options, io)
  while (!io.signal.aborted) {
    const rows = chosenRows(latest.table, { ...options, sort: view.sort, match: view.typing ?? view.match })
    const columns = named ?? withRate(columnsFor(rows))
    screen.draw(screenLines({ ...latest, rows, columns, view, width: screen.columns, height: screen.rows, paint }))
    if (options.rounds !== undefined && rounds >= options.rounds) return 0
    const key = await screen.key(view.isPaused ? 60_000 : Math.max(0, due - performance.now()), io.signal)
    if (key !== undefined) {
      if (view.typing === undefined && isQuit(key)) return 0
      if (key === '\x03') return 0
      if (view.typing === undefined) press(key, view, rows.length, screen.rows)
      else type(key, view)
    }
    if (view.isPaused || performance.now() < due || io.signal.aborted) continue
    latest = withStates(await reading(reader, latest.dropped, options, io), latest)
    rounds++
    due = performance.now() + view.intervalMs
  }
  return 0
}

/** Beside what was dropped, how fast. */
function withRate(columns: readonly Column<SocketRow>[]): readonly Column<SocketRow>[] {
  return columns.flatMap((column) => (column.name === 'drops' ? [column, rateColumn] : [column]))
}

const page = 10

/** What a key does to the view. */
function press(key: string, view: View, rows: number, height: number): void {
  const sort = sortOf[key]
  const last = Math.max(0, rows - Math.max(1, height - page))
  if (sort) {
    view.sort = sort
    view.offset = 0
  } else if (key === ' ' || key === 'p') view.isPaused = !view.isPaused
  else if (key === 's') view.showsStates = !view.showsStates
  else if (key === '/') view.typing = view.match
  else if (key === '\x1b') view.match = ''
  else if (key === '+') view.intervalMs = Math.min(60_000, view.intervalMs * 2)
  else if (key === '-') view.intervalMs = Math.max(100, view.intervalMs / 2)
  else if (key === '\x1b[B' || key === 'j') view.offset = Math.min(last, view.offset + 1)
  else if (key === '\x1b[A' || key === 'k') view.offset = Math.max(0, view.offset - 1)
  else if (key === '\x1b[6~') view.offset = Math.min(last, view.offset + page)
  else if (key === '\x1b[5~') view.offset = Math.max(0, view.offset - page)
}

/** Keys while the filter is typed: it holds with Enter, and is as before with Escape. */
function type(key: string, view: View): void {
  const typed = view.typing ?? ''
  view.offset = 0
  if (key === '\r' || key === '\n') {
    view.match = typed
    view.typing = undefined
  } else if (key === '\x1b') view.typing = undefined
  else if (key === '\x7f' || key === '\b') view.typing = [...typed].slice(0, -1).join('')
  else if (!/^[\x00-\x1f]/.test(key)) view.typing = typed + key
}
