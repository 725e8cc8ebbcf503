// Composite aggregations, page by page: as exact over 40,000 hosts as over four.
import type { estypes } from '@elastic/elasticsearch'
import { type Asking, plain, type Target } from './asking.ts'

export type Aggregations = Record<string, estypes.AggregationsAggregationContainer>

const bucketsPerPage = 10_000

/** Every bucket of a composite aggregation, in the order of its sources. */
export async function* compositeBuckets(
  { client }: Asking,
  target: Target,
  sources: Record<string, estypes.AggregationsCompositeAggregationSource>[],
  aggregations: Aggregations = {},
): AsyncIterable<estypes.AggregationsCompositeBucket> {
  let after: estypes.AggregationsCompositeAggregateKey | undefined
  do {
    const answer = await client.search<unknown, { found: estypes.AggregationsCompositeAggregate }>({
      ...target,
      size: 0,
      ...plain,
      // every time once more, as a text
      filter_path: '-**.value_as_string',
      aggregations: {
        found: { composite: { size: bucketsPerPage, sources, ...(after && { after }) }, aggregations },
      },
    })
    const found = answer.aggregations?.found
    const buckets = found?.buckets as estypes.AggregationsCompositeBucket[] | undefined
    yield* buckets ?? []
    // a page that is not full is the last
    after = buckets?.length === bucketsPerPage ? found?.after_key : undefined
  } while (after !== undefined)
}
