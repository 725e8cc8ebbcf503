// Whom an answer about the fleet speaks of: a line for people, an object for machines.
import type { Coverage, View } from '../store/store.ts'
import type { Io } from '../terminal/io.ts'
import { counted, duration, grouped } from '../terminal/units.ts'

/** A host that sent nothing for so long is silent, unless the question says another time. */
export const silentAfter = 3_600_000

/** The time before which a host last seen counts as silent; of a past moment, as it was then. Milliseconds since the epoch. */
export function silentBefore(view: View, { now }: Pick<Io, 'now'>, silence = silentAfter): number {
  return (view.kind === 'moment' ? Math.min(view.at, now()) : now()) - silence
}

/** `5 of 7 hosts match; 1 silent for over 1 h, 2 without the source asked for`; in place of `match`, what was done with them. */
export function coverageLine(coverage: Coverage, silence = silentAfter, done?: string): string {
  const { asked, matched, silent, without_source, in_error } = coverage
  const notes: string[] = []
  if (silent > 0) notes.push(`${grouped(silent)} silent for over ${duration(silence)}`)
  if (without_source > 0) notes.push(`${grouped(without_source)} without the source asked for`)
  if (in_error > 0) notes.push(`${grouped(in_error)} with an error in it`)
  const rest = notes.length === 0 ? '' : `; ${notes.join(', ')}`
  const verb = done ?? (asked === 1 ? 'matches' : 'match')
  return `${grouped(matched)} of ${counted(asked, 'host')} ${verb}${rest}`
}

/** Says on stderr, at a terminal, whom an answer covers. */
export async function sayCoverage(
  coverage: Coverage,
  options: { quiet: boolean },
  io: Io,
  silence?: number,
  done?: string,
): Promise<void> {
  if (options.quiet || !io.stderr.isTerminal) return
  await io.stderr.write(`${coverageLine(coverage, silence, done)}\n`)
}
