// What the store holds before a direct write: so that a state that did not change makes no new version. A delivery knows that by
// itself and asks nothing.
import { type Client, errors } from '@elastic/elasticsearch'
import { type Document, timeOf } from '../../../snapshot/document.ts'
import { snapshotId } from '../../../snapshot/snapshot-id.ts'
import type { Parcel } from '../../store.ts'
import { plain, sourceAt } from '../asking/asking.ts'
import { type Source, stateOf } from '../mapping/document-source.ts'
import { historyAlias, latestAlias } from '../mapping/index-names.ts'

interface Known {
  at: number
  state: string
}

/** Documents as parcels, each compared with the version before it. Without the right to read everything counts as changed. */
export async function comparedWithKept(
  client: Client,
  prefix: string,
  documents: readonly Document[],
  refreshHistory: () => Promise<void>,
): Promise<Parcel[]> {
  const newest = await newestStates(client, prefix, documents)
  const parcels: Parcel[] = []
  /** Written in this call, and not to be found by a search yet. */
  const written = new Map<string, Known[]>()
  for (const document of documents) {
    const id = idOf(document)
    const at = timeOf(document)
    const state = document['event.kind'] === 'metric' ? '' : stateOf(document)
    const before = state === '' ? undefined : await versionBefore(id, at, document)
    parcels.push({ document, version: Math.max(0, at), unchanged: state !== '' && before?.state === state })
    const own = written.get(id) ?? []
    own.push({ at, state })
    written.set(id, own)
  }
  return parcels

  async function versionBefore(id: string, at: number, document: Document): Promise<Known | undefined> {
    const own = latestUntil(written.get(id) ?? [], at)
    const last = newest.get(id)
    // what is newer than all that is kept needs no look at the history
    if (last === undefined || last.at <= at) return latestUntil([...(last ? [last] : []), ...(own ? [own] : [])], at)
    await refreshHistory()
    const kept = await keptVersion(client, prefix, document, at)
    return latestUntil([...(kept ? [kept] : []), ...(own ? [own] : [])], at)
  }
}

function latestUntil(versions: readonly Known[], at: number): Known | undefined {
  return versions.reduce<Known | undefined>(
    (best, each) => (each.at > at || (best && best.at > each.at) ? best : each),
    undefined,
  )
}

async function newestStates(
  client: Client,
  prefix: string,
  documents: readonly Document[],
): Promise<Map<string, Known>> {
  const ids = [...new Set(documents.filter((each) => each['event.kind'] !== 'metric').map(idOf))]
  const states = new Map<string, Known>()
  if (ids.length === 0) return states
  try {
    const { docs } = await client.mget<Source>({
      index: latestAlias(prefix),
      ids,
      _source_includes: ['@timestamp', 'state'],
    })
    for (const each of docs) {
      if (!('found' in each) || !each.found || !each._source) continue
      states.set(each._id, knownOf(each._source))
    }
  } catch (error) {
    if (!(error instanceof errors.ResponseError) || error.statusCode !== 403) throw error
  }
  return states
}

async function keptVersion(client: Client, prefix: string, document: Document, at: number): Promise<Known | undefined> {
  const { hits } = await client.search<Source>({
    index: historyAlias(prefix),
    ignore_unavailable: true,
    query: sourceAt(document['host.name'], document['file.path'], at),
    size: 1,
    sort: [{ '@timestamp': 'desc' }],
    _source: ['@timestamp', 'state'],
    ...plain,
  })
  const source = hits.hits[0]?._source
  return source && knownOf(source)
}

function knownOf(source: Source): Known {
  return { at: Date.parse(String(source['@timestamp'])), state: String(source['state']) }
}

function idOf(document: Document): string {
  return snapshotId(document['host.name'], document['file.path'])
}
