// Whose state stood at a past time, and which of these match: the newest of each host and path up to then, told by the index alone.
import type { estypes } from '@elastic/elasticsearch'
import type { Condition } from '../../../query/ast.ts'
import { compareCodePoints } from '../../../query/code-point-order.ts'
import { leavesOf } from '../../../query/named.ts'
import { type Asking, narrowed, plain, type Target } from './asking.ts'
import { compositeBuckets } from './buckets.ts'
import type { Query } from './query-parts.ts'
import { isConjunction } from './query-writer.ts'

/** One host and path, and when its state of the moment was kept: milliseconds since the epoch. */
export interface Standing {
  host: string
  path: string
  at: number
}

const sourceFields = ['host.name', 'file.path'] as const
/** What a bucket of one host is made by. */
export const byHost = [{ 'host.name': { terms: { field: 'host.name' } } }]
/** What a bucket of one host and path is made by. */
export const bySource = sourceFields.map((field) => ({ [field]: { terms: { field } } }))
/** More hosts or paths than this are not named one by one. */
const mostNamed = 1000

/** The newest of each host and path of a target, in the order of their names. */
export async function* newestOf(asking: Asking, target: Target): AsyncGenerator<Standing, void> {
  const aggregations = { newest: { max: { field: '@timestamp' } } }
  for await (const { key, newest } of compositeBuckets(asking, target, bySource, aggregations)) {
    const { value } = newest as estypes.AggregationsMaxAggregate
    if (value !== null) yield { host: String(key['host.name']), path: String(key['file.path']), at: value }
  }
}

/** Of the newest of each host and path those that match. */
export async function* newestMatching(asking: Asking, all: Target, matched: Query): AsyncGenerator<Standing, void> {
  const target = await sourcesMatching(asking, all, matched)
  if (target === undefined) return
  const newest = newestOf(asking, target)
  const matching = newestOf(asking, narrowed(target, matched))
  const denying = newestOf(asking, narrowed(target, ...deniedSamples(asking, matched)))
  let [standing, match, denied] = await Promise.all([newest.next(), matching.next(), denying.next()])
  while (!standing.done && !match.done) {
    const { value } = standing
    const order = orderOf(match.value, value)
    // one that came meanwhile
    if (order < 0) {
      match = await matching.next()
      continue
    }
    while (!denied.done && orderOf(denied.value, value) < 0) denied = await denying.next()
    const isDenied = !denied.done && orderOf(denied.value, value) === 0 && denied.value.at === value.at
    if (order === 0 && match.value.at === value.at && !isDenied) yield value
    standing = await newest.next()
  }
}

/** A sample stands in the history without its text, and maybe with it elsewhere: those kept elsewhere that do not match. */
function deniedSamples({ prefix }: Asking, matched: Query): Query[] {
  return [{ term: { 'event.kind': 'metric' } }, { bool: { must_not: [inHistory(prefix), matched] } }]
}

/** Only the hosts and paths that match at some time: the newest of all the others need not be sought. Undefined where none does. */
export async function sourcesMatching({ client }: Asking, target: Target, matched: Query): Promise<Target | undefined> {
  const { aggregations } = await client.search<unknown, Record<string, Named>>({
    ...narrowed(target, matched),
    size: 0,
    ...plain,
    aggregations: Object.fromEntries(sourceFields.map((field) => [field, { terms: { field, size: mostNamed } }])),
  })
  const queries: Query[] = []
  for (const field of sourceFields) {
    const { buckets, sum_other_doc_count } = aggregations![field]!
    if (buckets.length === 0) return undefined
    if (sum_other_doc_count === 0) queries.push({ terms: { [field]: buckets.map(({ key }) => key) } })
  }
  return narrowed(target, ...queries)
}

interface Named {
  buckets: { key: string }[]
  sum_other_doc_count: number
}

/** Parts of a condition that tell sources from one another: they hold at all times or never. And those that may change. */
export function partsOfSources(condition: Condition): { ofSources: Condition[]; others: Condition[] } {
  const parts = isConjunction(condition) ? condition.must : [condition]
  return { ofSources: parts.filter(isOfSources), others: parts.filter((part) => !isOfSources(part)) }
}

function isOfSources(condition: Condition): boolean {
  return leavesOf(condition).every((leaf) =>
    'field' in leaf ? sourceFields.some((field) => field === leaf.field) : leaf.kind === 'all' || leaf.kind === 'none',
  )
}

/** A query for what stands in the history. */
export function inHistory(prefix: string): Query {
  return { prefix: { _index: `${prefix}history_` } }
}

function orderOf(one: Standing, other: Standing): number {
  return compareCodePoints(one.host, other.host) || compareCodePoints(one.path, other.path)
}
