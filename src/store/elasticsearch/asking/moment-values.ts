// How the values of a field were spread at a past time, told by the index alone.
import type { estypes } from '@elastic/elasticsearch'
import type { Scalar } from '../../../snapshot/document.ts'
import { type Asking, narrowed, plain, type Target } from './asking.ts'
import { compositeBuckets } from './buckets.ts'
import { besideIndex, isColumn } from './columns.ts'
import type { Query } from './query-parts.ts'
import { bySource, sourcesMatching } from './standings.ts'
import type { Tally } from './tally.ts'

/** Of the sources of a target, up to the moment. False, and nothing added, where the index does not hold every value as it is. */
export async function addNewestValues(
  asking: Asking,
  target: Target,
  { field, exists }: { field: string; exists: Query },
  tally: Tally,
): Promise<boolean> {
  const [isWhole, beside] = await Promise.all([
    isColumn(asking, field, target),
    hasAny(asking, target, besideIndex(field)),
  ])
  if (!isWhole || beside) return false
  const having = await sourcesMatching(asking, target, exists)
  if (having === undefined) return true
  // a counter has a bucket for each of its samples, which may be one every ten seconds
  if (await hasAny(asking, having, { bool: { filter: [{ term: { 'event.kind': 'metric' } }, exists] } })) return false
  const sources = [...bySource, { value: { terms: { field, missing_bucket: true, missing_order: 'first' as const } } }]
  /** The newest so far of the source that buckets are about; those of one source follow each other. */
  let held: { host: string; path: string; at: number; value: Scalar | null } | undefined
  const tell = () => {
    if (held && held.value !== null) tally.add(held.value, held.host, 1)
  }
  for await (const bucket of compositeBuckets(asking, having, sources, { newest: { max: { field: '@timestamp' } } })) {
    const { 'host.name': host, 'file.path': path, value } = bucket.key as Record<string, string>
    const at = (bucket['newest'] as estypes.AggregationsMaxAggregate).value ?? Number.NEGATIVE_INFINITY
    const isSame = held?.host === host && held?.path === path
    if (!isSame) tell()
    // of copies of the same time the one that has the value counts
    if (!isSame || at >= (held?.at ?? at)) held = { host: String(host), path: String(path), at, value: value ?? null }
  }
  tell()
  return true
}

async function hasAny({ client }: Asking, target: Target, query: Query): Promise<boolean> {
  const { hits } = await client.search({ ...narrowed(target, query), size: 1, _source: false, ...plain })
  return hits.hits.length > 0
}
