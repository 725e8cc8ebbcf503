// What one cycle did, for people: a table of the sources, the sum, and what could not be read.
import type { CycleReport } from '../agent/cycle.ts'
import { harmless } from '../terminal/harmless.ts'
import type { Io } from '../terminal/io.ts'
import { renderTable } from '../terminal/table.ts'
import { bytes, counted, duration, grouped } from '../terminal/units.ts'
import { paintOf } from './listing.ts'

/** Problems named one by one; the rest is counted. */
const namedProblems = 20

/** The report as lines; at a terminal no wider than that. */
export function cycleReportText(report: CycleReport, options: { color: string }, io: Io): string {
  const paint = paintOf(options, io)
  const width = io.stdout.isTerminal ? io.stdout.columns : Number.POSITIVE_INFINITY
  const columns = [
    { title: 'SOURCE', style: 'bold' as const },
    { title: 'DOCUMENTS', align: 'right' as const },
    { title: 'TEXT', align: 'right' as const },
    { title: 'TIME', align: 'right' as const },
    { title: 'PATH', style: 'dim' as const },
  ]
  const rows = report.sources.map(({ name, path, documents, bytes: size, ms }) => [
    harmless(name),
    grouped(documents),
    bytes(size),
    duration(ms),
    harmless(path ?? (documents === 0 ? 'nothing of the kind on this host' : '')),
  ])
  const problems = report.errors.slice(0, namedProblems).map(({ path, message, allowed }) => {
    const line = `  ${harmless(path)}: ${harmless(message)}${allowed ? '' : ' (required)'}`
    return `${allowed ? line : paint('red', line)}\n`
  })
  if (report.errors.length > namedProblems)
    problems.push(`  … ${grouped(report.errors.length - namedProblems)} more, all of them with --json\n`)
  const heading = report.errors.length === 0 ? '' : `\n${grouped(report.errors.length)} could not be read:\n`
  return `${renderTable(columns, rows, { width, paint })}\n${sumLine(report)}\n${heading}${problems.join('')}`
}

/** The exit status: 2 when something failed that the configuration does not allow to fail. */
export function cycleStatus({ errors }: CycleReport): number {
  return errors.some(({ allowed }) => !allowed) ? 2 : 0
}

function sumLine({ host, documents, bytes: size, ms, stored, unchanged }: CycleReport): string {
  const kept = unchanged === 0 ? '' : `, ${grouped(stored)} of them new or changed`
  return `${counted(documents, 'document')} of ${harmless(host)}, ${bytes(size)} of text, in ${duration(ms)}${kept}`
}
