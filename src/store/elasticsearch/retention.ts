// Prune: whole indices go when all their days are older than is kept, finished days become one segment and move to where older
// days are kept, silent hosts are forgotten. What is as it should be is left alone, so that it can run at any time, and twice.
import type { Place, PruneOptions, PruneReport, Retention } from '../store.ts'
import { type DailyIndex, dailyIndices } from './daily-indices.ts'
import { failureOf } from './failure.ts'
import { mergeIndex } from './force-merge.ts'
import { forgetHost, forgottenHosts } from './forget-host.ts'
import { allocationAt, placeText } from './places.ts'
import { type Plan, planOf } from './prune-plan.ts'
import type { Asking, Reader } from './reader.ts'

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
  const sum = (view: DailyIndex['view']) =>
    plan.removed.reduce((count, each) => (each.view === view ? count + each.documents : count), 0)
  const report: PruneReport = {
    days: sum('days'),
    versions: sum('history'),
    hosts,
    bytes_before: before,
    bytes_after: before,
    removed: plan.removed.map(({ name }) => name),
    moved: plan.moved.map(({ index, to }) => ({ index: index.name, to: placeText(to) })),
    merged: plan.merged.map(({ name }) => name),
    problems,
  }
  if (options.dryRun) return report
  const merged = await carryOut(asking, reader, { ...plan, hosts }, retention, { ...options, problems })
  return { ...report, merged, bytes_after: await bytesOf(asking) }
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

/** Gives the indices that were merged. */
async function carryOut(
  asking: Asking,
  reader: Reader,
  { hosts, ...plan }: Plan & { hosts: readonly string[] },
  { moves = [] }: Retention,
  { signal, onProgress = () => {}, problems }: PruneOptions & { problems: string[] },
): Promise<string[]> {
  const { client } = asking
  // by name: a pattern is refused by `action.destructive_requires_name`, and would take what is not mitra's
  for (const [at, { name }] of plan.removed.entries()) {
    signal?.throwIfAborted()
    onProgress(`removing ${name}, ${at + 1} of ${plan.removed.length}`)
    await client.indices.delete({ index: name }, { ignore: [404] })
  }
  for (const host of hosts) {
    signal?.throwIfAborted()
    onProgress(`forgetting ${host}`)
    await forgetHost(asking, reader, host)
  }
  // merged where it is, an index is copied as one segment when it moves
  const merged = await mergeAll(asking, plan.merged, { signal, onProgress, problems })
  for (const [at, { index, to }] of plan.moved.entries()) {
    signal?.throwIfAborted()
    onProgress(`moving ${index.name} to ${placeText(to)}, ${at + 1} of ${plan.moved.length}`)
    const allocation = Object.entries(allocationAt(to, moves))
    const settings = Object.fromEntries(allocation.map(([name, value]) => [`index.routing.allocation.${name}`, value]))
    await client.indices.putSettings({ index: index.name, settings }, { ignore: [404] })
  }
  return merged
}

/** One index at a time: a merge takes a thread and, for as long as it lasts, as much room again as the index. */
async function mergeAll(
  { client }: Asking,
  indices: readonly DailyIndex[],
  {
    signal,
    onProgress,
    problems,
  }: { signal: AbortSignal | undefined; onProgress: (text: string) => void; problems: string[] },
): Promise<string[]> {
  const merged: string[] = []
  for (const [at, { name }] of indices.entries()) {
    signal?.throwIfAborted()
    const since = Date.now()
    const onWait = () =>
      onProgress(`merging ${name}, ${at + 1} of ${indices.length}, ${Math.round((Date.now() - since) / 1000)} s`)
    onWait()
    try {
      if (await mergeIndex(client, name, { signal, onWait })) merged.push(name)
      else problems.push(`${name} was not merged: the server does not begin`)
    } catch (error) {
      const failure = failureOf(error)
      // a full disk or a lost shard of one index is no reason to leave the others where they are
      if (failure.kind !== 'server' && failure.kind !== 'read_only' && failure.kind !== 'red') throw error
      problems.push(`${name} was not merged: ${'reason' in failure ? failure.reason : 'its shards are not all there'}`)
    }
  }
  return merged
}

async function bytesOf({ client, prefix }: Asking): Promise<number> {
  const { _all } = await client.indices.stats({ index: `${prefix}*`, metric: 'store' })
  return _all.total?.store?.size_in_bytes ?? 0
}
