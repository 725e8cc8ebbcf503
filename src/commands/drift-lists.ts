// The lists of `mitra drift`, and what is said beside them.
import { type Compared, type DriftRequest, drift, ranking, type Subject, settingsPath } from '../history/drift.ts'
import { raritiesOf } from '../history/rarity.ts'
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

interface Comparison {
  subject: Subject
  groupBy: readonly string[]
}

const namesShown = 3
const majoritiesShown = 10

/** Everything of a kind: values that few hold, the most suspicious first. */
export async function listRarities(store: Store, comparison: Comparison, asked: Asked): Promise<number> {
  const rows = limitOf(asked.options, asked.io)
  const request = { ...requestOf(comparison, asked), names: namesShown, ...(rows !== undefined && { rows }) }
  const { rarities, alone, ungrouped, coverage, ...counts } = await ranking(store, request)
  const columns = rarityColumns(showingOf(comparison, asked))
  const status = await list(rarities, columns, { ...counts, alone, ungrouped, coverage }, asked)
  const own = counts.own === 0 ? '' : `, ${grouped(counts.own)} left out that nearly every host has its own value of`
  await say(asked, `${grouped(counts.compared)} compared, the same everywhere: ${grouped(counts.agreed)}${own}`)
  await sayGroups({ alone, ungrouped, coverage }, asked)
  return status
}

/** One field or file: each host that does not hold what most do. */
export async function listDeviants(store: Store, comparison: Comparison, asked: Asked): Promise<number> {
  const { splits, ...compared } = await drift(store, requestOf(comparison, asked))
  const showing = { ...showingOf(comparison, asked), isOnePath: new Set(splits.map(({ item }) => item)).size === 1 }
  const { subject } = comparison
  const deviants = splits.flatMap((split) =>
    raritiesOf(split).flatMap((rarity) => (rarity.names ?? []).map((host): Deviant => ({ host, rarity }))),
  )
  deviants.sort((one, other) => compareTexts(one.host, other.host) || compareTexts(one.rarity.item, other.rarity.item))
  const status = await list(deviants, deviantColumns(showing), compared, asked)
  for (const split of splits.slice(0, majoritiesShown)) {
    const what = subject.kind === 'field' ? `${subject.field} at ${split.item}` : split.item
    const where = split.group === undefined ? what : `${split.group}: ${what}`
    await say(asked, `${where}: ${majorityLine(split, showing)}`)
  }
  const more = splits.length - majoritiesShown
  if (more > 0) await say(asked, `and ${grouped(more)} more of them`)
  await sayGroups(compared, asked)
  return status
}

function requestOf({ subject, groupBy }: Comparison, { condition, universe, view, io }: Asked): DriftRequest {
  return { subject, condition, ...(universe && { universe }), view, groupBy, silentBefore: silentBefore(view, io) }
}

function showingOf({ subject, groupBy }: Comparison, { options, io }: Asked): Showing {
  return { subject, form: formOf(options, io), isGrouped: groupBy.length > 0, isOnePath: false }
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

async function sayGroups({ alone, ungrouped, coverage }: Compared, asked: Asked): Promise<void> {
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
