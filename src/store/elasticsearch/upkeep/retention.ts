// Prune: whole indices go when all their days are older than is kept, finished days become one segment and move to where older
// days are kept, silent hosts are forgotten. What is as it should be is left alone, so that it can run at any time, and twice.
import type { Place, PruneOptions, PruneReport, Retention } from '../../store.ts'
import type { Asking } from '../asking/asking.ts'
import type { Reader } from '../asking/reader.ts'
import { type DailyIndex, dailyIndices } from './daily-indices.ts'
import { forgetHost, forgottenHosts } from './forget-host.ts'
import { mergeAll, moveAll, removeAll } from './index-work.ts'
import { allocationAt, placeText } from './places.ts'
import { type Plan, planOf } from './prune-plan.ts'

/** Does what `retention` asks for; with `dryRun` only says what that is. Sizes are of all indices, in bytes. */
export async function prune(
  asking: Asking,
  reader: Reader,
  retention: Retention,
  now: number,
  options: PruneOptions,
): Promise<PruneReport> {
  const indices = await dailyIndices(asking)
  const before = await bytesOf(asking)
  const hosts = await forgottenHosts(asking, reader, retention, now)
  const { plan, problems } = await withoutNowhere(asking, planOf(indices, retention, now))
  const sizes = { bytes_before: before, bytes_after: before }
  if (options.dryRun) return { ...reportOf(plan), hosts, problems, ...sizes }
  const { client } = asking
  const { signal, onProgress = () => {} } = options
  const work = { client, signal, onProgress, problems }
  const removed = await removeAll(plan.removed, work)
  for (const host of hosts) {
    signal?.throwIfAborted()
    onProgress(`forgetting ${host}`)
    await forgetHost(asking, reader, host)
  }
  // merged where it is, an index is copied as one segment when it moves
  const merged = await mergeAll(plan.merged, work)
  const moved = await moveAll(plan.moved, work, (place) => allocationAt(place, retention.moves ?? []))
  return {
    ...reportOf({ removed, moved, merged }),
    hosts,
    problems,
    ...sizes,
    bytes_after: await bytesOf(asking),
  }
}

function reportOf({ removed, moved, merged }: Plan) {
  const documentsOf = (view: DailyIndex['view']) =>
    removed.reduce((count, index) => (index.view === view ? count + index.documents : count), 0)
  return {
    days: documentsOf('days'),
    versions: documentsOf('history'),
    removed: removed.map(({ name }) => name),
    moved: moved.map(({ index, to }) => ({ index: index.name, to: placeText(to) })),
    merged: merged.map(({ name }) => name),
  }
}

/** Leaves out moves to attributes that no node has: the index could not be brought back after a restart of its node. */
async function withoutNowhere(asking: Asking, plan: Plan): Promise<{ plan: Plan; problems: string[] }> {
  const wanted = plan.moved.flatMap(({ to }) => ('attribute' in to ? [to] : []))
  if (wanted.length === 0) return { plan, problems: [] }
  const { nodes } = await asking.client.nodes.info({ filter_path: ['nodes.*.attributes', 'nodes.*.roles'] })
  const dataNodes = Object.values(nodes ?? {}).filter(({ roles }) => roles?.some((role) => role.startsWith('data')))
  const isNowhere = (to: Place) =>
    'attribute' in to &&
    !dataNodes.some(({ attributes }) =>
      Object.entries(to.attribute).every(([name, value]) => attributes?.[name] === value),
    )
  const places = new Set(wanted.filter(isNowhere).map(placeText))
  return {
    plan: { ...plan, moved: plan.moved.filter(({ to }) => !isNowhere(to)) },
    problems: Array.from(places, (place) => `nothing is moved to ${place}: no data node has that`),
  }
}

async function bytesOf({ client, prefix }: Asking): Promise<number> {
  const { _all } = await client.indices.stats({ index: `${prefix}*`, metric: 'store' })
  return _all.total?.store?.size_in_bytes ?? 0
}
