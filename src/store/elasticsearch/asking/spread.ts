// How values are spread over hosts, counted from columns of the index, where reading ten thousand documents would take seconds.
// What the columns do not hold of some documents is read from those.
import type { estypes } from '@elastic/elasticsearch'
import type { Scalar } from '../../../snapshot/document.ts'
import { inOrder, selectionFor, tallyDocument } from '../../spread.ts'
import type { Split, SpreadRequest } from '../../store.ts'
import { Tally } from '../../tally.ts'
import { documentOf, type Source } from '../mapping/document-source.ts'
import { type Asking, narrowed, plain, type Target } from './asking.ts'
import type { Aggregations } from './buckets.ts'
import { partsOf, type Reader, sort } from './reader.ts'
import { searchFor, selectedOf } from './selection.ts'
import { type Column, columnFor, isOfOneState } from './spread-columns.ts'

/** An answer has at most 65,536 buckets, unless an operator has changed `search.max_buckets`. */
export const mostBuckets = 50_000
/** Each is a question; of more groups than this the documents are read. */
const mostGroups = 300
/** Far below `index.max_terms_count`. */
const mostHosts = 30_000
const mostAtOnce = 4
const mostPartitions = 64
const mostPaths = 20_000

/** What is to be counted, and where. */
export interface Counting {
  asking: Asking
  reader: Reader
  request: SpreadRequest
  target: Target
  column: Column
}

/** Some hosts of one group. */
export interface Part {
  group: string | undefined
  target: Target
}

/** Undefined where only the documents tell. */
export async function countingFor(
  asking: Asking,
  reader: Reader,
  request: SpreadRequest,
): Promise<Counting | undefined> {
  const { view, condition, hosts } = request
  if (!isOfOneState(view) || (hosts && new Set(hosts.values()).size > mostGroups)) return undefined
  const target = await reader.target(condition, view)
  const column = await columnFor(asking, target, request)
  return column && { asking, reader, request, target, column }
}

/** Undefined where hosts hold more values than can be counted. */
export async function countedSplits(counting: Counting): Promise<Split[] | undefined> {
  const tally = await besideColumn(counting)
  for (const { group, found } of await eachPart(counting, (part) => foundIn(counting, part))) {
    if (!found) return undefined
    for (const { key, path, hosts } of found) {
      const read = counting.column.read(key, path)
      if (read) tally.add(group, read.item, { value: read.value, hosts })
    }
  }
  return inOrder(tally.splits())
}

/** What documents say that the column does not. */
export async function besideColumn({ reader, request, target, column }: Counting): Promise<Tally> {
  const tally = new Tally({ names: request.names, absence: false })
  const { fields } = selectionFor(request)
  const body = { sort, _source: partsOf(searchFor(selectionFor(request))) }
  for await (const { _source } of reader.pages(narrowed(target, column.beside), body))
    tallyDocument(tally, selectedOf(documentOf(_source as Source), fields), request)
  return tally
}

/** Asks about some groups of hosts at a time. */
export async function eachPart<Found>(
  { request: { hosts }, target, column }: Counting,
  ask: (part: Part) => Promise<Found>,
): Promise<{ group: string | undefined; found: Found }[]> {
  const whole = narrowed(target, column.whole)
  const parts = hosts ? [...partsOfHosts(whole, hosts)] : [{ group: undefined, target: whole }]
  const answers: { group: string | undefined; found: Found }[] = []
  for (let at = 0; at < parts.length; at += mostAtOnce)
    answers.push(
      ...(await Promise.all(
        parts.slice(at, at + mostAtOnce).map(async (part) => ({ group: part.group, found: await ask(part) })),
      )),
    )
  return answers
}

function* partsOfHosts(target: Target, hosts: ReadonlyMap<string, string | undefined>): Iterable<Part> {
  for (const [group, members] of Map.groupBy(hosts, ([, name]) => name)) {
    const names = members.map(([host]) => host)
    for (let at = 0; at < names.length; at += mostHosts)
      yield { group, target: narrowed(target, { terms: { 'host.name': names.slice(at, at + mostHosts) } }) }
  }
}

interface Found {
  key: Scalar
  path: string | undefined
  hosts: number
}

function foundIn(counting: Counting, { target }: Part): Promise<Found[] | undefined> {
  return counting.column.byPath ? foundByPath(counting, target) : foundByName(counting, target)
}

interface Bucket {
  key: Scalar
  doc_count: number
  held?: Terms
  different?: { value: number }
}
type Terms = { sum_other_doc_count: number; buckets: Bucket[] }

/** At once as a rule; where hosts have too many values of their own, in parts. */
async function foundByName(
  { asking, column: { name: field, include } }: Counting,
  target: Target,
): Promise<Found[] | undefined> {
  const whole = await termsOf(asking, target, { field, size: mostBuckets, ...(include && { include }) })
  if (whole) return whole.buckets.map(foundOf)
  for (let parts = 4; parts <= mostPartitions; parts *= 2) {
    const found: Found[] = []
    for (let partition = 0; partition < parts; partition++) {
      const some = { field, size: mostBuckets, include: { partition, num_partitions: parts } }
      const held = await termsOf(asking, target, some)
      if (!held) break
      found.push(...held.buckets.map(foundOf))
      if (partition === parts - 1) return found
    }
  }
  return undefined
}

/** Path after path, with as many of them at a time as an answer can hold. */
async function foundByPath(counting: Counting, target: Target): Promise<Found[] | undefined> {
  const { asking, column } = counting
  const { name: field, include, isOfField } = column
  const paths = { field: 'file.path', size: mostPaths }
  const different: Aggregations = isOfField ? { different: { cardinality: { field } } } : {}
  const known = await termsOf(asking, target, paths, different)
  if (!known) return undefined
  const found: Found[] = []
  for (const some of batchesOf(known.buckets)) {
    const held = { held: { terms: { field, size: mostBuckets, ...(include && { include }) } } }
    const here = narrowed(target, { terms: { 'file.path': some } })
    const answer = await termsOf(asking, here, { ...paths, include: some }, held)
    for (const { key: path, held } of answer?.buckets ?? []) {
      if (!held || held.sum_other_doc_count > 0) return undefined
      found.push(...held.buckets.map((bucket) => ({ ...foundOf(bucket), path: String(path) })))
    }
  }
  return found
}

/** Whole paths whose values, all different at most, an answer can hold. */
function* batchesOf(paths: readonly Bucket[]): Iterable<string[]> {
  let some: string[] = []
  let sum = 0
  for (const { key, doc_count, different } of paths) {
    // an estimate is some percent off
    const values = Math.min(doc_count, Math.ceil((different?.value ?? doc_count) * 1.1)) + 1
    if (sum + values > mostBuckets && some.length > 0) {
      yield some
      some = []
      sum = 0
    }
    some.push(String(key))
    sum += values
  }
  if (some.length > 0) yield some
}

function foundOf({ key, doc_count: hosts }: Bucket): Found {
  return { key, hosts, path: undefined }
}

/** The values of a column, all of them; undefined where they are too many. */
async function termsOf(
  { client }: Asking,
  target: Target,
  terms: estypes.AggregationsTermsAggregation,
  aggregations: Aggregations = {},
): Promise<Terms | undefined> {
  const answer = await client.search<unknown, { found: Terms }>({
    ...target,
    size: 0,
    ...plain,
    aggregations: { found: { terms, aggregations } },
  })
  const found = answer.aggregations?.found
  return found && found.sum_other_doc_count === 0 ? found : undefined
}
