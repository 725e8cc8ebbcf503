// What every question to Elasticsearch is made of.
import type { Client } from '@elastic/elasticsearch'
import type { FieldTypes } from '../mapping/field-types.ts'
import { meaningOf } from '../mapping/index-names.ts'
import type { Query } from './query-parts.ts'

const dayMs = 86_400_000

/** What every question is asked with. */
export interface Asking {
  client: Client
  prefix: string
  types: FieldTypes
}

/** Where a question goes. Indices of days may be gone or not yet there; the newest states must be. */
export interface Target {
  index: string[]
  ignore_unavailable: boolean
  query: Query
}

/** Nothing that is not asked for; a shard that fails is an error, never a shorter answer. */
export const plain = { track_total_hits: false, allow_partial_search_results: false } as const

/** What every document has. */
export const common = ['@timestamp', 'host.name', 'file.path', 'event.dataset', 'event.kind']

/** Of what a question is about, only what a query finds too. */
export function narrowed(target: Target, ...queries: readonly Query[]): Target {
  return { ...target, query: { bool: { filter: [target.query, ...queries] } } }
}

/** When the first day of an alias of daily indices begins; undefined when it has none. */
export async function firstTimeOf({ client, prefix }: Asking, alias: string): Promise<number | undefined> {
  const indices = await client.indices.getAlias({ name: alias }, { ignore: [404] })
  const days = Object.keys(indices).flatMap((name) => meaningOf(prefix, name)?.day ?? [])
  return days.length === 0 ? undefined : Math.min(...days) * dayMs
}

/** A query for what was observed between two times, both included; milliseconds since the epoch. */
export function observed({ from, to }: { from?: number | undefined; to?: number | undefined }): Query {
  const bounds = { ...(from !== undefined && { gte: clamped(from) }), ...(to !== undefined && { lte: clamped(to) }) }
  return { range: { '@timestamp': { ...bounds, format: 'epoch_millis' } } }
}

/** A query for the versions of one source up to a time. */
export function sourceAt(host: string, path: string, at: number): Query {
  return {
    bool: {
      filter: [{ term: { 'host.name': host } }, { term: { 'file.path': path } }, observed({ to: at })],
    },
  }
}

/** A whole number in the range of JavaScript's dates. */
function clamped(time: number): number {
  return Math.max(-8.64e15, Math.min(8.64e15, Math.floor(time)))
}
