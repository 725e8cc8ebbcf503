// A prune that one agent of the fleet does for all: the others find it done, or being done, by a single read.
import type { Field } from '../../../snapshot/field.ts'
import type { ElasticsearchTarget } from '../../open.ts'
import type { PruneAnswer, PruneTurn } from '../../store.ts'
import type { Asking } from '../asking/asking.ts'
import { Reader } from '../asking/reader.ts'
import { withClient } from '../connection/client.ts'
import { failureOf } from '../connection/failure.ts'
import { fieldTypesOf } from '../mapping/field-types.ts'
import { Lease, takeLease } from './lease.ts'
import { prune } from './retention.ts'

/** Prunes where nobody has since `turn.since` and nobody does. Throws ActionableError for what a later attempt may mend. */
export async function pruneForFleet(
  target: ElasticsearchTarget,
  fields: readonly Field[],
  { retention, holder, since, now, signal }: PruneTurn,
): Promise<PruneAnswer> {
  try {
    return await withClient(target, async ({ client }): Promise<PruneAnswer> => {
      const lease = await takeLease(client, target.prefix, { job: 'prune', holder, since }, now)
      if (!(lease instanceof Lease)) return lease
      const asking: Asking = { client, prefix: target.prefix, types: fieldTypesOf(fields) }
      const work = (held: AbortSignal) =>
        prune(asking, new Reader(asking), retention, now(), { dryRun: false, signal: held })
      return { status: 'pruned', report: await lease.during(work, { signal }) }
    })
  } catch (error) {
    if (failureOf(error).kind === 'forbidden') return { status: 'forbidden' }
    throw error
  }
}
