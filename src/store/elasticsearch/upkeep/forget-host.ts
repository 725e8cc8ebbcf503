// Hosts that were silent for too long go from every view.
import type { Retention } from '../../store.ts'
import type { Asking } from '../asking/asking.ts'
import { Fleet } from '../asking/fleet.ts'
import type { Reader } from '../asking/reader.ts'
import { daysAlias, historyAlias, type IndexedView, latestAlias } from '../mapping/index-names.ts'

const dayMs = 86_400_000

/** Names of the hosts whose newest document is older than `retention.hosts`. */
export async function forgottenHosts(
  asking: Asking,
  reader: Reader,
  { hosts }: Retention,
  now: number,
): Promise<string[]> {
  if (hosts === undefined) return []
  const seen = await new Fleet(asking, reader).lastSeen({ kind: 'latest' })
  return Array.from(seen)
    .filter(([, at]) => at < now - hosts * dayMs)
    .map(([name]) => name)
}

/** Every document of a host, page by page: `_delete_by_query` is a module that not every cluster has. */
export async function forgetHost({ client, prefix }: Asking, reader: Reader, host: string): Promise<void> {
  const views: [IndexedView, string][] = [
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
