// The lists of `mitra drift`, and what is said beside them.
import { type DriftAnswer, drift, type Subject, settingsPath } from '../history/drift.ts'
import { rankingOf, raritiesOf } from '../history/rarity.ts'
import type { Condition } from '../query/ast.ts'
import type { Store, View } from '../store/store.ts'
import { harmless } from '../terminal/harmless.ts'
import type { Io } from '../terminal/io.ts'
import { jsonLine } from '../terminal/ndjson.ts'
import { counted, grouped } from '../terminal/units.ts'
import { sayCoverage, silentBefore } from './coverage.ts'
import {
  type Deviant,
  deviantColumns,
  deviationColumns,
  majorityLine,
  rarityColumns,
  type Showing,
} from './drift-columns.ts'
import { type Column, chosenColumns, formOf, type ListOptions, limitOf, sayLimit, writeList } from './listing.ts'

/** What both kinds of comparison are asked with. */
export interface Asked {
  condition: Condition
  universe: Condition | undefined
  view: View
  io: Io
  options: ListOptions
}

interface Compared {
  subject: Subject
  groupBy: readonly string[]
}

const namesShown = 3
const majoritiesShown = 10

/** Everything of a kind: values that few hold, the most suspicious first. */
export async function listRarities(store: Store, compared: Compared, asked: Asked): Promise<number> {
  const { answer, showing } = await answerOf(store, compared, asked, namesShown)
  const { rarities, ...counts } = rankingOf(answer.splits)
  const status = await list(rarities, rarityColumns(showing), { ...counts, ...restOf(answer) }, asked)
  const own = counts.own === 0 ? '' : `, ${grouped(counts.own)} left out that nearly every host has its own value of`
  await say(asked, `${grouped(counts.compared)} compared, the same everywhere: ${grouped(counts.agreed)}${own}`)
  await sayGroups(answer, asked)
  return status
}

/** One field or file: each host that does not hold what most do. */
export async function listDeviants(store: Store, compared: Compared, asked: Asked): Promise<number> {
  const { answer, showing } = await answerOf(store, compared, asked)
  const { subject } = compared
  const deviants = answer.splits.flatMap((split) =>
    raritiesOf(split).flatMap((rarity) => rarity.names.map((host): Deviant => ({ host, rarity }))),
  )
  deviants.sort((one, other) => compareTexts(one.host, other.host) || compareTexts(one.rarity.item, other.rarity.item))
  const status = await list(deviants, deviantColumns(showing), restOf(answer), asked)
  for (const split of answer.splits.slice(0, majoritiesShown)) {
    const what = subject.kind === 'field' ? `${subject.field} at ${split.item}` : split.item
    const where = split.group === undefined ? what : `${split.group}: ${what}`
    await say(asked, `${where}: ${majorityLine(split, showing)}`)
  }
  const more = answer.splits.length - majoritiesShown
  if (more > 0) await say(asked, `and ${grouped(more)} more of them`)
  await sayGroups(answer, asked)
  return status
}

async function answerOf(
  store: Store,
  { subject, groupBy }: Compared,
  { condition, universe, view, io, options }: Asked,
  names?: number,
): Promise<{ answer: DriftAnswer; showing: Showing }> {
  const answer = await drift(store, {
    subject,
    condition,
    ...(universe && { universe }),
    view,
    groupBy,
    silentBefore: silentBefore(view, io),
    ...(names !== undefined && { names }),
  })
  const isOnePath = new Set(answer.splits.map(({ item }) => item)).size === 1
  return { answer, showing: { subject, form: formOf(options, io), isGrouped: groupBy.length > 0, isOnePath } }
}

function restOf({ alone, ungrouped, coverage }: DriftAnswer): object {
  return { alone, ungrouped, coverage }
}

/** The settings that are not in effect as a host's own files say; of all, or of one key. */
export async function listEffective(store: Store, key: string | undefined, asked: Asked): Promise<number> {
  const { universe, view, io, options } = asked
  const { effectiveDrift } = await import('../history/effective.ts')
  const answer = await effectiveDrift(store, {
    ...(universe && { universe }),
    ...(key !== undefined && { key }),
    view,
    silentBefore: silentBefore(view, io),
  })
  const { deviations, compared, unread, coverage } = answer
  const status = await list(deviations, deviationColumns, { compared, unread, coverage }, asked)
  const hosts = new Set(deviations.map(({ host }) => host)).size
  await say(asked, `not as configured: ${grouped(hosts)} of ${counted(compared, 'host')} with settings in files`)
  if (unread.length > 0) await say(asked, `files that could not be read, on ${few(unread)}`)
  await sayCoverage(coverage, options, io, undefined, `have ${settingsPath}`)
  return status
}

async function list<Row>(
  rows: readonly Row[],
  all: readonly Column<Row>[],
  summary: object,
  { io, options }: Asked,
): Promise<number> {
  const columns = chosenColumns(all, options)
  const shown = await writeList(rows.slice(0, limitOf(options, io)), columns, options, io)
  if (formOf(options, io) === 'json') await io.stdout.write(jsonLine({ summary }))
  await sayLimit(shown, rows.length, options, io)
  return rows.length > 0 ? 0 : 1
}

async function sayGroups({ alone, ungrouped, coverage }: DriftAnswer, asked: Asked): Promise<void> {
  if (alone.length > 0) await say(asked, `alone in their group, so compared with nobody: ${few(alone)}`)
  if (ungrouped.length > 0) await say(asked, `without the field to group by, so not compared: ${few(ungrouped)}`)
  await sayCoverage(coverage, asked.options, asked.io, undefined, 'compared')
}

/** For people at a terminal, on stderr. */
async function say({ options, io }: Asked, text: string): Promise<void> {
  if (!options.quiet && io.stderr.isTerminal) await io.stderr.write(`${harmless(text)}\n`)
}

function few(names: readonly string[]): string {
  const more = names.length - namesShown
  return `${names.slice(0, namesShown).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

function compareTexts(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1
}
