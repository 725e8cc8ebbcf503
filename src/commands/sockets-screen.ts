// What the screen of `mitra sockets --watch` shows, as lines.
import type { Paint, Style } from '../terminal/color.ts'
import { painter } from '../terminal/color.ts'
import { harmless } from '../terminal/harmless.ts'
import { renderTable } from '../terminal/table.ts'
import { localParts } from '../terminal/time.ts'
import { duration, grouped } from '../terminal/units.ts'
import { type Column, shownText } from './listing.ts'
import type { SocketRow, SocketTable, SortKey } from './socket-rows.ts'
import { stateRows } from './socket-states.ts'

/** What keys have made of the screen. */
export interface View {
  sort: SortKey
  match: string
  /** The filter while it is typed. */
  typing: string | undefined
  isPaused: boolean
  showsStates: boolean
  /** Rows above the first that is shown. */
  offset: number
  intervalMs: number
}

export interface ScreenContent {
  table: SocketTable
  ms: number
  rows: readonly SocketRow[]
  columns: readonly Column<SocketRow>[]
  view: View
  width: number
  height: number
  paint: Paint
}

const keysHelp =
  'q quit  space pause  / filter  s states  sort: f full w waiting d drops n name a address  + - interval  arrows scroll'
const plain = painter(false)

/** As many lines as the screen has. */
export function screenLines({ table, ms, rows, columns, view, width, height, paint }: ScreenContent): string[] {
  const head = [titleLine(table, ms, view, paint), statesLine(table, paint), filterLine(view, rows.length, table)]
  const room = Math.max(0, height - head.length - 1)
  const body = view.showsStates ? statesTable(table, width) : listenersTable(rows, columns, view, width, room, paint)
  const lines = [...head, ...body.slice(0, room)]
  while (lines.length < height - 1) lines.push('')
  return [...lines.slice(0, height - 1), paint('dim', keysHelp)]
}

function titleLine({ at, totals }: SocketTable, ms: number, view: View, paint: Paint): string {
  const { clock } = localParts(at)
  const source = String(totals['socket.source'])
  const parts = [
    clock.slice(0, 8),
    `every ${duration(view.intervalMs)}`,
    `by ${source}, ${ms.toFixed(1)} ms`,
    `${grouped(Number(totals['socket.listeners'] ?? 0))} listening`,
  ]
  const title = `${paint('bold', 'mitra sockets')}  ${parts.join('  ')}`
  return view.isPaused ? `${title}  ${paint('yellow', 'paused')}` : title
}

/** States with sockets in them; they may be counted less often than queues are looked at. */
function statesLine({ totals }: SocketTable, paint: Paint): string {
  const counted = stateRows(totals).filter(({ all }) => all > 0)
  return paint('dim', `tcp  ${counted.map(({ state, all }) => `${state} ${grouped(all)}`).join('  ')}`)
}

function filterLine({ match, typing, sort }: View, shown: number, { rows }: SocketTable): string {
  const by = `by ${sort}`
  if (typing !== undefined) return `${by}  filter: ${harmless(typing)}_`
  return match === '' ? by : `${by}  filter: ${harmless(match)}  (${shown} of ${rows.length})`
}

function listenersTable(
  rows: readonly SocketRow[],
  columns: readonly Column<SocketRow>[],
  { offset }: View,
  width: number,
  room: number,
  paint: Paint,
): string[] {
  const shown = rows.slice(offset, offset + Math.max(0, room - 1))
  const headings = columns.map(({ name, kind }) => ({
    title: harmless(name).toUpperCase().replace('_PER_S', '/S'),
    align: kind === 'number' ? ('right' as const) : ('left' as const),
  }))
  const cells = shown.map((row) => columns.map((column) => shownText(column, row)))
  const [heading = '', ...lines] = renderTable(headings, cells, { width, paint: plain }).trimEnd().split('\n')
  return [
    paint('bold', heading),
    ...lines.map((line, index) => {
      const style = styleOf(shown[index] ?? {})
      return style ? paint(style, line) : line
    }),
  ]
}

const almostFull = 80
const filling = 50

/** Red: connections are lost now, or soon. */
function styleOf({ pct, drops_per_s }: SocketRow): Style | undefined {
  if (Number(pct ?? 0) >= almostFull || Number(drops_per_s ?? 0) > 0) return 'red'
  return Number(pct ?? 0) >= filling ? 'yellow' : undefined
}

function statesTable({ totals }: SocketTable, width: number): string[] {
  const cells = stateRows(totals).map(({ state, ipv4, ipv6, all }) => [
    state,
    ...[ipv4, ipv6, all].map((count) => (count === undefined ? '' : grouped(count))),
  ])
  if (cells.length === 0) return ['states are counted less often than this: it would take over 1 % of a processor']
  const right = (title: string) => ({ title, align: 'right' as const })
  const columns = [{ title: 'STATE' }, right('IPV4'), right('IPV6'), right('ALL')]
  return renderTable(columns, cells, { width, paint: plain }).trimEnd().split('\n')
}
