// Who differs: one field, one file, or everything of a kind, over all hosts or within groups of them.
import { parsePackageLines } from '../parsers/package.ts'
import type { Condition } from '../query/ast.ts'
import { pathsNamed } from '../query/named.ts'
import { inOrder } from '../store/spread.ts'
import type { Coverage, Held, Holding, Split, SpreadRequest, Store, View } from '../store/store.ts'
import { Tally } from '../store/tally.ts'
import { allOf, hasValue } from './conditions.ts'
import { groupsOf } from './groups.ts'
import { type Ranking, rankingOf } from './rarity.ts'

/** What is compared between hosts. */
export type Subject =
  /** A field at each path it is found at; with a trailing `.*`, each field that begins so. Of `sysctl.*`, what is in effect. */
  | { kind: 'field'; field: string }
  /** The text of one file, by its hash; a file removed is one too. */
  | { kind: 'file'; path: string }
  | { kind: 'files' }
  /** Versions of each package; not to have it is one too. */
  | { kind: 'packages' }

export interface DriftRequest {
  subject: Subject
  /** Only documents that match. */
  condition: Condition
  /** Only hosts with a document that matches. */
  universe?: Condition
  view: View
  /** Compare only hosts with equal values of these fields. */
  groupBy?: readonly string[]
  /** Hosts last seen before this time (milliseconds since the epoch) count as silent. */
  silentBefore: number
  /** Names kept of the hosts of one value; all when absent. */
  names?: number
  /** Name hosts of majorities too, which may be many. */
  namesOfMost?: boolean
}

/** Who was compared. */
export interface Compared {
  /** Hosts that are the only one of their group: nobody to differ from. */
  alone: string[]
  /** Hosts without the fields to group by: compared with nobody. */
  ungrouped: string[]
  /** `matched`: hosts with something to compare. */
  coverage: Coverage
}

export interface DriftAnswer extends Compared {
  /** By group and name. Of a majority a store may only know how many hosts it is. */
  splits: Split[]
}

export interface RankingAnswer extends Compared, Ranking {}

/** What a removed file holds. */
export const removed = 'removed'
export const packagesPath = 'packages'
export const settingsPath = '/proc/sys'

/** How every value is spread over the hosts that were asked, with the names of those that do not hold what most do. */
export async function drift(store: Store, request: DriftRequest): Promise<DriftAnswer> {
  const { splits, questions, ...compared } = await compare(store, request)
  const named = splits.flatMap(({ item, group, holdings, tied }) =>
    holdings.slice(tied === 1 && !request.namesOfMost ? 1 : 0).map((holding) => ({ item, group, holding })),
  )
  await addNames(store, questions, named)
  return { splits, ...compared }
}

/** Every value outside of a majority, the most suspicious first; the first `rows` of them, or all, with the names of their hosts. */
export async function ranking(store: Store, request: DriftRequest & { rows?: number }): Promise<RankingAnswer> {
  const { splits, questions, ...compared } = await compare(store, request)
  const ranked = rankingOf(splits)
  const shown = ranked.rarities.slice(0, request.rows)
  await addNames(
    store,
    questions,
    shown.map((rarity) => ({ ...rarity, holding: rarity })),
  )
  return { ...ranked, ...compared }
}

/** What a store is asked of a subject. */
interface Question extends SpreadRequest {
  /** What the value of a tombstone is called. */
  tombstone: boolean
}

async function compare(
  store: Store,
  request: DriftRequest,
): Promise<Compared & { splits: Split[]; questions: readonly Question[] }> {
  const { subject, view, universe, silentBefore, groupBy = [], names = Number.POSITIVE_INFINITY } = request
  const condition = allOf(request.condition, conditionOf(subject, request.condition))
  const asked = { all: [condition], without: [], ...(universe && { universe }), view, silentBefore }
  const everywhere = { condition, view, names }
  const isEveryHost = groupBy.length === 0 && !universe
  const [{ hosts: rows, coverage }, atOnce] = await Promise.all([
    store.hosts(asked),
    isEveryHost ? splitsAbout(store, subject, everywhere) : undefined,
  ])
  const found = rows.map(({ name }) => name)
  const groups = groupBy.length > 0 && (await groupsOf(store, { hosts: found, fields: groupBy, condition, view }))
  const about = isEveryHost
    ? everywhere
    : { ...everywhere, hosts: groups || new Map(found.map((host) => [host, undefined])) }
  return {
    splits: atOnce ?? (await splitsAbout(store, subject, about)),
    questions: questionsOf(subject, about),
    alone: groups ? aloneIn(groups) : [],
    ungrouped: groups ? found.filter((host) => !groups.has(host)) : [],
    coverage,
  }
}

type About = Omit<SpreadRequest, 'field'>

function splitsAbout(store: Store, subject: Subject, about: About): Promise<Split[]> {
  return subject.kind === 'packages' ? packageSplits(store, about) : splitsOf(store, questionsOf(subject, about))
}

async function splitsOf(store: Store, questions: readonly Question[]): Promise<Split[]> {
  const [only = [], ...others] = await Promise.all(questions.map((question) => store.spread(question)))
  if (others.length === 0) return only
  const tally = new Tally({ names: questions[0]?.names ?? 0, absence: false })
  for (const [index, splits] of [only, ...others].entries())
    for (const { group, item, holdings } of splits)
      for (const holding of holdings)
        tally.add(group, item, { ...holding, ...(questions[index]?.tombstone && { value: removed }) })
  return inOrder(tally.splits())
}

/** Asks who holds what a store has counted without seeing the hosts. */
async function addNames(
  store: Store,
  questions: readonly Question[],
  holdings: readonly (Pick<Held, 'item' | 'group'> & { holding: Holding })[],
): Promise<void> {
  const lacking = holdings.filter(({ holding }) => holding.names === undefined)
  for (const question of questions) {
    const { tombstone } = question
    const some = lacking.filter(({ holding }) => questions.length === 1 || tombstone === (holding.value === removed))
    if (some.length === 0) continue
    const held = some.map(({ item, group, holding: { value, hosts } }): Held => {
      return { item, group, hosts, value: tombstone ? false : value }
    })
    for (const [index, names] of (await store.holders(question, held)).entries()) some[index]!.holding.names = names
  }
}

function aloneIn(groups: ReadonlyMap<string, string>): string[] {
  const hosts = Map.groupBy(groups, ([, group]) => group).values()
  return Array.from(hosts, ([first, ...others]) => (others.length === 0 && first ? first[0] : []))
    .flat()
    .sort()
}

/** The documents that hold it. */
function conditionOf(subject: Subject, asked: Condition): Condition {
  switch (subject.kind) {
    case 'field':
      return fieldCondition(subject.field, asked)
    case 'file':
      return hasValue('file.path', subject.path)
    case 'files':
      return hasValue('event.dataset', 'mitra.file')
    case 'packages':
      return hasValue('file.path', packagesPath)
    default:
      return subject satisfies never
  }
}

function fieldCondition(field: string, asked: Condition): Condition {
  const exists: Condition = { kind: 'exists', field }
  // a configured value is compared with the one in effect on its own host, by --effective
  const isEffective = field.startsWith('sysctl.') && pathsNamed(asked).length === 0
  if (!isEffective) return exists
  // whether a document has a field of a family takes reading it, and at this path each has
  return field.endsWith('.*') ? hasValue('file.path', settingsPath) : allOf(exists, hasValue('file.path', settingsPath))
}

function questionsOf(subject: Subject, about: About): Question[] {
  switch (subject.kind) {
    case 'field':
      return [{ ...about, field: subject.field, tombstone: false }]
    case 'file':
    case 'files':
      return [
        { ...about, field: 'file.hash.sha256', tombstone: false },
        { ...about, condition: allOf(about.condition, isGone), field: 'file.exists', tombstone: true },
      ]
    case 'packages':
      return []
    default:
      return subject satisfies never
  }
}

const isGone: Condition = {
  kind: 'bool',
  must: [hasValue('file.exists', 'false')],
  should: [],
  must_not: [{ kind: 'exists', field: 'file.hash.sha256' }],
}

/** From the text of each host: a package may be there in several versions. */
async function packageSplits(store: Store, { condition, view, hosts, names }: About): Promise<Split[]> {
  const tally = new Tally({ names, absence: true })
  for await (const { host, values } of store.select({ condition, view, fields: ['content'] })) {
    const [content] = values
    if (typeof content !== 'string' || (hosts && !hosts.has(host))) continue
    const group = hosts?.get(host)
    for (const [name, versions] of versionsIn(content)) tally.put(host, group, name, versions)
  }
  return inOrder(tally.splits())
}

function* versionsIn(content: string): Iterable<[name: string, versions: string | string[]]> {
  const byName = new Map<string, string[]>()
  for (const { name, version } of parsePackageLines(content)) {
    const known = byName.get(name)
    if (known === undefined) byName.set(name, [version])
    else if (!known.includes(version)) known.push(version)
  }
  for (const [name, [only = '', ...others]] of byName)
    yield [name, others.length === 0 ? only : [only, ...others].sort()]
}
