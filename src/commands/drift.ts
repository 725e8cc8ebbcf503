// `mitra drift`: who differs from the others, or from the own configuration.
import { ActionableError } from '../errors.ts'
import { type DriftAnswer, drift as driftOf, type Subject, settingsPath } from '../history/drift.ts'
import { peerFields } from '../history/groups.ts'
import { rankingOf, raritiesOf } from '../history/rarity.ts'
import type { Store, View } from '../store/store.ts'
import { harmless } from '../terminal/harmless.ts'
import type { Io } from '../terminal/io.ts'
import { jsonLine } from '../terminal/ndjson.ts'
import { counted } from '../terminal/units.ts'
import { defineCommand } from './command.ts'
import { withStore } from './configured.ts'
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
import { viewOf } from './moment.ts'
import { listOptions, outputOptions, queryOptions, storeOptions, viewOptions } from './options.ts'
import { type Question, readQuestion, storedName } from './question.ts'
import { sayUnknownFields } from './unknown-fields.ts'

const namesShown = 3

export const drift = defineCommand({
  description:
    'Of a field or a file (by its hash): the value most hosts hold, and each host that holds another. A field of sysctl is compared as it is in effect, at /proc/sys, unless QUERY names a path. Where two values are held by equally many there is no majority, which is said, and every host is listed.\n\n' +
    'Without FIELD, or with a family such as `sysctl.net.*`, everything of a kind is compared, and the most suspicious values come first. The score is the lead of the majority over a value, as a share of the hosts: (hosts of the majority - hosts of the value) / hosts. One host among 1,000 scores 99.8 %, either half of a fleet 0 %. What nearly every host has a value of its own for (four fifths as many values as hosts) is left out and counted.\n\n' +
    'With --effective each host is compared with its own sysctl.conf and sysctl.d, in the order in which `sysctl --system` reads them.\n\n' +
    'With --json the last line holds a summary: whom the answer speaks of under `coverage`, hosts that are alone in their group under `alone`.',
  arguments: {
    what: {
      completes: 'field',
      summary: 'Name of a field, a family of fields such as `sysctl.vm.*`, or path of a file.',
    },
    query: { many: true, completes: 'query', summary: 'Compare only documents that match.' },
  },
  options: {
    of: {
      value: 'KIND',
      choices: ['sysctls', 'packages', 'files'],
      default: 'sysctls',
      summary: 'What to compare where no field or file is named.',
    },
    'group-by': {
      value: 'FIELD',
      many: true,
      completes: 'field',
      summary: 'Compare hosts only with those that have the same value of this field or label.',
    },
    peers: { summary: 'Compare hosts only with those of the same kernel and distribution.' },
    effective: { summary: 'Compare /proc/sys of each host with its own sysctl.conf and sysctl.d.' },
    universe: {
      value: 'QUERY',
      completes: 'query',
      summary: 'Ask only hosts with a document that matches.',
      defaultText: 'all hosts',
    },
    at: viewOptions.at,
    day: viewOptions.day,
    ...queryOptions,
    ...listOptions,
    ...outputOptions,
    ...storeOptions,
  },
  examples: [
    { asks: 'Who has another swappiness than the rest', line: 'mitra drift sysctl.vm.swappiness' },
    { asks: 'Whose resolver is not as everywhere', line: 'mitra drift /etc/resolv.conf --group-by labels.datacentre' },
    { asks: 'Which settings of single hosts look suspicious', line: 'mitra drift --peers' },
    { asks: 'Which package versions are rare', line: 'mitra drift --of packages --universe labels.role:web' },
    { asks: 'Where is the configuration not in effect', line: 'mitra drift --effective' },
  ],
  async run(input, io) {
    const { options } = input
    const { what, query } = wordsOf(input.arguments.what, input.arguments.query)
    const question = await readQuestion(query, options, io)
    const universe = options.universe === undefined ? undefined : await readQuestion(options.universe, options, io)
    const view = viewOf({ ...options, from: undefined, to: undefined, history: false }, io)
    const named = what === undefined || isPath(what) ? what : await storedName(what)
    const asked: Asked = { what: named, question, universe, view, io, options }
    const groupBy = await groupFields(options)
    if (options.effective) checkEffective(asked, groupBy)
    const subject = subjectOf(named, options.of)
    return withStore(options, io, 'read', async (store) => {
      const fields = [question, universe].flatMap((each) => each?.fields ?? [])
      if (subject.kind === 'field') fields.push(subject.field)
      await sayUnknownFields([...fields, ...groupBy], options, store, io)
      return options.effective ? listEffective(store, asked) : listDrift(store, subject, groupBy, asked)
    })
  },
})

interface Asked {
  what: string | undefined
  question: Question
  universe: Question | undefined
  view: View
  io: Io
  options: ListOptions
}

/** The first word names a field or a path, unless it is the beginning of a query. */
function wordsOf(first: string | undefined, rest: readonly string[]): { what: string | undefined; query: string } {
  const isQuery = first !== undefined && !isPath(first) && /[:()"*? ]/.test(first.replace(/\.\*$/, ''))
  if (isQuery) return { what: undefined, query: [first, ...rest].join(' ') }
  return { what: first, query: rest.join(' ') }
}

/** Sources that have no file are named without a slash. */
function isPath(what: string): boolean {
  return what.startsWith('/') || ['host', 'packages', 'netstat -s'].includes(what)
}

function subjectOf(what: string | undefined, of: string): Subject {
  if (what === undefined) {
    if (of === 'sysctls') return { kind: 'field', field: 'sysctl.*' }
    return { kind: of === 'packages' ? 'packages' : 'files' }
  }
  if (isPath(what)) return { kind: 'file', path: what }
  if (what === 'content')
    throw new ActionableError('"content" is the text of a document and is no value', {
      next: 'name the path of a file, whose texts are told apart by their hash',
    })
  return { kind: 'field', field: what }
}

async function groupFields(options: { peers: boolean; 'group-by': readonly string[] }): Promise<string[]> {
  const named = await Promise.all(options['group-by'].map(storedName))
  if (options.peers && named.length > 0) throw new ActionableError('--peers and --group-by exclude each other')
  return options.peers ? [...peerFields] : named
}

function checkEffective({ what, question }: Asked, groupBy: readonly string[]): void {
  if (groupBy.length > 0) throw new ActionableError('--effective compares a host with itself, in no group')
  if (what !== undefined && !what.startsWith('sysctl.'))
    throw new ActionableError(`--effective compares settings, and "${what}" is none`, {
      next: 'name one as sysctl.vm.swappiness, or none for all',
    })
  if (question.condition.kind !== 'all')
    throw new ActionableError('--effective reads all of the configuration, so it takes no QUERY', {
      next: '--universe chooses hosts',
    })
}

async function listDrift(store: Store, subject: Subject, groupBy: readonly string[], asked: Asked): Promise<number> {
  const { question, universe, view, io, options } = asked
  const isRanking = asked.what === undefined || (subject.kind === 'field' && subject.field.endsWith('.*'))
  const answer = await driftOf(store, {
    subject,
    condition: question.condition,
    ...(universe && { universe: universe.condition }),
    view,
    groupBy,
    silentBefore: silentBefore(view, io),
    ...(isRanking && { names: namesShown }),
  })
  const showing: Showing = {
    subject,
    form: formOf(options, io),
    isGrouped: groupBy.length > 0,
    isOnePath: new Set(answer.splits.map(({ item }) => item)).size === 1,
  }
  const { alone, ungrouped, coverage } = answer
  if (isRanking) {
    const { rarities, ...counts } = rankingOf(answer.splits)
    const status = await list(rarities, rarityColumns(showing), { ...counts, alone, ungrouped, coverage }, asked)
    await say(
      asked,
      `${counts.compared} compared: on ${counts.agreed} all agree, ${counts.own} differ on nearly every host`,
    )
    await sayGroups(answer, asked)
    return status
  }
  const deviants = answer.splits.flatMap((split) =>
    raritiesOf(split).flatMap((rarity) => rarity.names.map((host): Deviant => ({ host, rarity }))),
  )
  deviants.sort((one, other) => compareTexts(one.host, other.host) || compareTexts(one.rarity.item, other.rarity.item))
  const status = await list(deviants, deviantColumns(showing), { alone, ungrouped, coverage }, asked)
  for (const split of answer.splits.slice(0, 10)) {
    const where = [split.group, subject.kind === 'field' ? `${subject.field} at ${split.item}` : split.item]
    await say(asked, `${where.filter((part) => part !== undefined).join(': ')}: ${majorityLine(split, showing)}`)
  }
  if (answer.splits.length > 10) await say(asked, `and ${answer.splits.length - 10} more of them`)
  await sayGroups(answer, asked)
  return status
}

async function listEffective(store: Store, asked: Asked): Promise<number> {
  const { what, universe, view, io, options } = asked
  const { effectiveDrift } = await import('../history/effective.ts')
  const answer = await effectiveDrift(store, {
    ...(universe && { universe: universe.condition }),
    ...(what !== undefined && { key: what.slice('sysctl.'.length) }),
    view,
    silentBefore: silentBefore(view, io),
  })
  const { deviations, compared, unread, coverage } = answer
  const status = await list(deviations, deviationColumns, { compared, unread, coverage }, asked)
  const hosts = new Set(deviations.map(({ host }) => host)).size
  await say(
    asked,
    `${hosts} of ${counted(compared, 'host')} with ${settingsPath} and files of settings differ from them`,
  )
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
