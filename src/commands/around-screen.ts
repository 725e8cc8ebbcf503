// The page of `mitra around` at a terminal: a table for each section, a line for an empty one.
import type { Around } from '../history/around.ts'
import { fewestReadings } from '../history/deviation.ts'
import type { Move } from '../history/moves.ts'
import type { Paint } from '../terminal/color.ts'
import { harmless } from '../terminal/harmless.ts'
import { renderTable } from '../terminal/table.ts'
import { clockBeside, localTime } from '../terminal/time.ts'
import { counted, duration } from '../terminal/units.ts'
import { figureOf, type Row, type Section, type SectionName } from './around-sections.ts'

interface Screen {
  width: number
  paint: Paint
}

const titles: Readonly<Record<SectionName, string>> = {
  reboot: 'REBOOTS',
  outage: 'OUTAGES',
  file: 'FILES',
  package: 'PACKAGES',
  sysctl: 'SYSCTLS',
  level: 'LEVELS',
  counter: 'COUNTERS',
}

/** What is said of a section without rows. */
const nothing: Readonly<Record<SectionName, string>> = {
  reboot: 'none',
  outage: 'none',
  file: 'none changed',
  package: 'none changed',
  sysctl: 'none changed',
  level: 'none went twice as far as before',
  counter: 'none went twice as far as before',
}

/** Clocks are those of the day and the offset that the heading shows. */
export function aroundScreen(found: Around, at: number, sections: readonly Section[], screen: Screen): string {
  const blocks: string[] = [heading(found, at, screen)]
  let empty = ''
  for (const { name, rows } of sections) {
    if (rows.length === 0) {
      empty += `${screen.paint('bold', titles[name].padEnd(8))}  ${found.samples === 0 && isMeasured(name) ? 'no samples' : nothing[name]}\n`
      continue
    }
    if (empty !== '') blocks.push(empty)
    empty = ''
    blocks.push(rows.every(({ move }) => move) ? moveTable(name, rows, at, screen) : eventTable(name, rows, at, screen))
  }
  if (empty !== '') blocks.push(empty)
  const few = unjudgedLine(found)
  return [...blocks, ...(few ? [few] : [])].join('\n')
}

function isMeasured(name: SectionName): boolean {
  return name === 'level' || name === 'counter'
}

/** `db1  2026-11-17T14:03:07.250+00:00  10 min before and after, 261 samples; 121 in the 20 min before`. */
function heading({ host, from, to, samples, samples_before }: Around, at: number, { paint }: Screen): string {
  const window = `${duration(at - from)} before and after, ${counted(samples, 'sample')}`
  const before = `${counted(samples_before, 'sample')} in the ${duration(to - from)} before`
  return `${paint('bold', harmless(host))}  ${localTime(at, { milliseconds: true })}  ${window}; ${before}\n`
}

function eventTable(name: SectionName, rows: readonly Row[], at: number, screen: Screen): string {
  const cells = rows.map(({ time, subject, text }) => [harmless(subject), clockBeside(time, at), harmless(text)])
  return renderTable([{ title: titles[name] }, { title: 'AT', style: 'dim' }, { title: '' }], cells, screen)
}

function moveTable(name: SectionName, rows: readonly Row[], at: number, screen: Screen): string {
  const cells = rows.map(({ move, subject }) => [harmless(subject), ...(move ? moveCells(move, at) : [])])
  const right = (title: string) => ({ title, align: 'right' as const })
  return renderTable(
    [
      { title: titles[name] },
      right('SCORE'),
      right('BEFORE'),
      right('FARTHEST'),
      { title: 'SINCE', style: 'dim' },
      { title: 'AT', style: 'dim' },
    ],
    cells,
    screen,
  )
}

function moveCells(move: Move, at: number): string[] {
  const figures = [figureOf(move, move.usual), figureOf(move, move.farthest)]
  return [String(Math.round(move.score)), ...figures, clockBeside(move.since, at), clockBeside(move.at, at)]
}

function unjudgedLine({ unjudged, levels, counters }: Around): string | undefined {
  if (unjudged.length === 0) return undefined
  const few = `fewer than ${fewestReadings} samples before`
  if (levels.length + counters.length === 0 && unjudged.length > 2)
    return `${counted(unjudged.length, 'source')} not judged, with ${few}\n`
  return `not judged, with ${few}: ${unjudged.map(({ path }) => harmless(path)).join(', ')}\n`
}
