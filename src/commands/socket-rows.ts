// The rows of `mitra sockets`, from this host's kernel or from what the store has of a host: both under the names of the fields.
import { allOf, hasValue } from '../history/conditions.ts'
import type { Fields, FieldValue } from '../snapshot/document.ts'
import { timeOf } from '../snapshot/document.ts'
import { byFullness, keyOf } from '../sources/sockets/listener.ts'
import type { OwnedListener, SocketReading } from '../sources/sockets/socket-reader.ts'
import { listenerFields, readingFields } from '../sources/sockets/socket-text.ts'
import type { Store } from '../store/store.ts'
import { bytes, grouped } from '../terminal/units.ts'
import type { Column } from './listing.ts'

/** Fields of a listener without what all begin with: `pct`, `process`, … */
export type SocketRow = Readonly<Record<string, FieldValue>>

export interface SocketTable {
  rows: SocketRow[]
  /** Fields of the host's sockets together: `socket.tcp.ESTABLISHED`, `socket.source`, … */
  totals: Fields
  /** When it was so, in milliseconds since the epoch. */
  at: number
}

/** What was dropped until a reading, and when that was, in milliseconds. */
export type Dropped = ReadonlyMap<string, { drops: number; at: number }>

/** A reading as rows, fullest first; with what is dropped in a second where there was a reading before. */
export function tableOf(reading: SocketReading, at: number, before: Dropped = new Map()): SocketTable {
  const rows = reading.listeners.map((listener) => rowOf(listenerFields(listener, rateOf(listener, at, before))))
  return { rows, totals: readingFields(reading), at }
}

export function droppedAt({ listeners }: SocketReading, at: number): Dropped {
  return new Map(
    listeners.flatMap((listener) =>
      listener.drops === undefined ? [] : [[keyOf(listener), { drops: listener.drops, at }]],
    ),
  )
}

function rateOf(listener: OwnedListener, at: number, before: Dropped): number | undefined {
  const was = before.get(keyOf(listener))
  if (!was || listener.drops === undefined || at <= was.at) return undefined
  return Math.round((Math.max(0, listener.drops - was.drops) / (at - was.at)) * 10_000) / 10
}

/** What the store has of a host's sockets, now or at a time; undefined when it has nothing. */
export async function storedTable(
  store: Store,
  host: string,
  at: number | undefined,
): Promise<SocketTable | undefined> {
  const condition = allOf(hasValue('host.name', host), hasValue('event.dataset', 'mitra.sockets'))
  const view = at === undefined ? ({ kind: 'latest' } as const) : ({ kind: 'moment', at } as const)
  const rows: SocketRow[] = []
  let totals: Fields | undefined
  let seen = 0
  for await (const { content: _, ...document } of store.search({ condition, view, withoutContent: true })) {
    if (document['file.path'] === 'sockets') {
      totals = document as Fields
      seen = timeOf(document)
    } else if (document['socket.listen.address'] !== undefined && document['file.exists'] !== false)
      rows.push(rowOf(document as Fields))
  }
  if (totals === undefined && rows.length === 0) return undefined
  return { rows: rows.sort(fullestFirst), totals: totals ?? {}, at: seen }
}

const prefix = 'socket.listen.'

function rowOf(fields: Fields): SocketRow {
  const row: Record<string, FieldValue> = {}
  for (const [name, value] of Object.entries(fields))
    if (name.startsWith(prefix)) row[name.slice(prefix.length)] = value
  return row
}

function fullestFirst(one: SocketRow, other: SocketRow): number {
  return byFullness(listenerOf(one), listenerOf(other))
}

/** As much of a listener as its place among others takes. */
function listenerOf(row: SocketRow): Parameters<typeof byFullness>[0] {
  const { pct, queue, port, namespace } = row
  return {
    protocol: row['protocol'] === 'udp' || row['protocol'] === 'unix' ? row['protocol'] : 'tcp',
    address: String(row['address']),
    inodes: [],
    ...(typeof pct === 'number' && { pct }),
    ...(typeof queue === 'number' && { queue }),
    ...(typeof port === 'number' && { port }),
    ...(typeof namespace === 'string' && { namespace }),
  }
}

/** What rows may be put in order by; `full` is how they come. */
export const sortKeys = ['full', 'waiting', 'drops', 'process', 'address'] as const
export type SortKey = (typeof sortKeys)[number]

/** The rows in an order, ties as they come. */
export function sorted(rows: readonly SocketRow[], by: SortKey): readonly SocketRow[] {
  const number = (row: SocketRow, name: string) => (typeof row[name] === 'number' ? row[name] : -1)
  const text = (row: SocketRow, name: string) => String(row[name] ?? '\u{10ffff}')
  switch (by) {
    case 'full':
      return rows
    case 'waiting':
      return rows.toSorted((a, b) => number(b, 'queue') - number(a, 'queue'))
    case 'drops':
      return rows.toSorted(
        (a, b) => number(b, 'drops_per_s') - number(a, 'drops_per_s') || number(b, 'drops') - number(a, 'drops'),
      )
    case 'process':
      return rows.toSorted((a, b) => (text(a, 'process') < text(b, 'process') ? -1 : 1))
    case 'address':
      return rows.toSorted(
        (a, b) => number(a, 'port') - number(b, 'port') || (text(a, 'address') < text(b, 'address') ? -1 : 1),
      )
    default:
      return by satisfies never
  }
}

/** Rows with this text in any of what people see of them, whatever its case. */
export function matching(rows: readonly SocketRow[], text: string): readonly SocketRow[] {
  const wanted = text.toLowerCase()
  const searched = ['protocol', 'address', 'process', 'command', 'pid', 'container', 'cgroup']
  if (wanted === '') return rows
  return rows.filter((row) =>
    searched.some((name) =>
      String(row[name] ?? '')
        .toLowerCase()
        .includes(wanted),
    ),
  )
}

const text = (name: string): Column<SocketRow> => ({ name, kind: 'text', value: (row) => row[name] })
const number = (name: string): Column<SocketRow> => ({ name, kind: 'number', value: (row) => row[name] })
const size = (name: string): Column<SocketRow> => ({ ...number(name), shown: (value) => bytes(Number(value)) })

/** What people see unless `--fields` says otherwise. */
const shownColumns: readonly Column<SocketRow>[] = [
  text('protocol'),
  { ...text('address'), style: 'bold' },
  number('queue'),
  number('backlog'),
  { ...number('pct'), shown: (value) => `${value} %` },
  number('drops'),
  text('process'),
  // a number that names something has no thousands
  { ...number('pid'), shown: String },
]

/** Beside those where some row is of a container: whose it is. */
const elsewhereColumn: Column<SocketRow> = {
  name: 'namespace',
  kind: 'text',
  value: ({ container, namespace }) => (namespace === undefined ? undefined : (container ?? namespace)),
}

/** What a table of such rows shows. */
export function columnsFor(rows: readonly SocketRow[]): readonly Column<SocketRow>[] {
  return rows.some(({ namespace }) => namespace !== undefined) ? [...shownColumns, elsewhereColumn] : shownColumns
}

export const rateColumn: Column<SocketRow> = {
  ...number('drops_per_s'),
  shown: (value) => (Number(value) >= 1000 ? grouped(Math.round(Number(value))) : String(value)),
}

/** Every column, for JSON, CSV and `--fields`. */
export const allColumns: readonly Column<SocketRow>[] = [
  ...shownColumns,
  rateColumn,
  number('sockets'),
  { ...number('uid'), shown: String },
  text('command'),
  text('container'),
  text('cgroup'),
  size('memory_bytes'),
  size('receive_bytes'),
  size('receive_max_bytes'),
  text('namespace'),
]
