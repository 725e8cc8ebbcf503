// Prune: whole indices go when all their days are older than is kept; hosts that were silent too long go from every view.
import { dayOf } from '../../snapshot/document.ts'
import type { PruneReport, Retention, View } from '../store.ts'
import { Fleet } from './fleet.ts'
import { daysAlias, historyAlias, latestAlias, meaningOf } from './index-names.ts'
import type { Asking, Reader } from './reader.ts'

const dayMs = 86_400_000

interface DailyIndex {
  name: string
  view: 'days' | 'history'
  day: number
  documents: number
  bytes: number
}

/** Removes what `retention` does not keep; with `dryRun` only counts. Sizes are of all indices, in bytes. */
export async function prune(
  asking: Asking,
  reader: Reader,
  retention: Retention,
  now: number,
  { dryRun }: { dryRun: boolean },
): Promise<PruneReport> {
  const indices = await dailyIndices(asking)
  const before = await bytesOf(asking)
  const firstDay = {
    days: retention.days === undefined ? Number.NEGATIVE_INFINITY : dayOf(now) - retention.days,
    history: retention.history === undefined ? Number.NEGATIVE_INFINITY : dayOf(now - retention.history * dayMs),
  }
  const old = indices.filter(({ view, day }) => day < firstDay[view])
  const hosts = await forgottenHosts(asking, reader, retention, now)
  const sum = (view: DailyIndex['view']) =>
    old.reduce((count, each) => (each.view === view ? count + each.documents : count), 0)
  const report = { days: sum('days'), versions: sum('history'), hosts, bytes_before: before, bytes_after: before }
  if (dryRun) return report
  // by name: a pattern is refused by `action.destructive_requires_name`, and would take what is not mitra's
  for (const { name } of old) await asking.client.indices.delete({ index: name }, { ignore: [404] })
  for (const host of hosts) await forgetHost(asking, reader, host)
  return { ...report, bytes_after: await bytesOf(asking) }
}

async function dailyIndices({ client, prefix }: Asking): Promise<DailyIndex[]> {
  const { indices = {} } = await client.indices.stats({ index: `${prefix}*`, metric: ['docs', 'store'] })
  return Object.entries(indices).flatMap(([name, { primaries, total }]) => {
    const meaning = meaningOf(prefix, name)
    if (meaning === undefined) return []
    return [{ name, ...meaning, documents: primaries?.docs?.count ?? 0, bytes: total?.store?.size_in_bytes ?? 0 }]
  })
}

async function bytesOf({ client, prefix }: Asking): Promise<number> {
  const { _all } = await client.indices.stats({ index: `${prefix}*`, metric: 'store' })
  return _all.total?.store?.size_in_bytes ?? 0
}

async function forgottenHosts(asking: Asking, reader: Reader, { hosts }: Retention, now: number): Promise<string[]> {
  if (hosts === undefined) return []
  const seen = await new Fleet(asking, reader).lastSeen()
  return Array.from(seen)
    .filter(([, at]) => at < now - hosts * dayMs)
    .map(([name]) => name)
}

/** Every document of a host, page by page: `_delete_by_query` is a module that not every cluster has. */
async function forgetHost({ client, prefix }: Asking, reader: Reader, host: string): Promise<void> {
  const views: [View, string][] = [
    [{ kind: 'days', from: 0, to: 1e7 }, daysAlias(prefix)],
    [{ kind: 'history' }, historyAlias(prefix)],
    [{ kind: 'latest' }, latestAlias(prefix)],
  ]
  for (const [view, alias] of views) {
    const target = await reader.target({ kind: 'value', field: 'host.name', value: { text: host } }, view)
    let operations: object[] = []
    const flush = async () => {
      if (operations.length > 0) await client.bulk({ operations })
      operations = []
    }
    for await (const { _index, _id } of reader.pages(target, { sort: ['_doc'], _source: false })) {
      operations.push({ delete: { _index, _id } })
      if (operations.length >= 1000) await flush()
    }
    await flush()
    await client.indices.refresh({ index: alias, ignore_unavailable: true })
  }
}
