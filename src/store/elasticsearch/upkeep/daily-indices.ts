// The daily indices that are mitra's: told by name and by the mark in their mapping, for an index with such a name may be anybody's.
import type { estypes } from '@elastic/elasticsearch'
import type { Asking } from '../asking/asking.ts'
import { meaningOf } from '../mapping/index-names.ts'

export interface DailyIndex {
  name: string
  view: 'days' | 'history'
  /** In whole UTC days since the epoch. */
  day: number
  /** A closed index can be removed and moved, not read or merged; nothing is known of what it holds. */
  isOpen: boolean
  documents: number
  shards: number
  /** Segments of the primary shards together. */
  segments: number
  /** Settings below `index.routing.allocation`, by name: `require.box_type`. */
  allocation: Readonly<Record<string, string>>
  /** Whether a policy of Elasticsearch's index lifecycle management looks after it. */
  hasLifecycle: boolean
}

/** All daily indices of mitra, oldest first. */
export async function dailyIndices({ client, prefix }: Asking): Promise<DailyIndex[]> {
  const found = await client.indices.get({
    index: `${prefix}*`,
    expand_wildcards: ['open', 'closed'],
    filter_path: [
      '*.mappings._meta',
      '*.settings.index.routing',
      '*.settings.index.lifecycle',
      '*.settings.index.number_of_shards',
      '*.settings.index.verified_before_close',
    ],
  })
  const { indices: counted = {} } = await client.indices.stats({
    index: `${prefix}*`,
    metric: ['docs', 'segments'],
    filter_path: ['indices.*.primaries'],
  })
  const daily = Object.entries(found).flatMap(([name, state]): DailyIndex[] => {
    const meaning = meaningOf(prefix, name)
    if (meaning === undefined || state.mappings?._meta?.['mitra'] === undefined) return []
    const counts = counted[name]
    return [{ name, ...meaning, ...settingsOf(state.settings?.index), ...countsOf(counts) }]
  })
  return daily.sort((one, other) => one.day - other.day || (one.name < other.name ? -1 : 1))
}

function countsOf(counts: estypes.IndicesStatsIndicesStats | undefined) {
  return {
    isOpen: counts !== undefined,
    documents: counts?.primaries?.docs?.count ?? 0,
    segments: counts?.primaries?.segments?.count ?? 0,
  }
}

function settingsOf(settings: estypes.IndicesIndexSettings | undefined) {
  const { routing, lifecycle, number_of_shards } = (settings ?? {}) as {
    routing?: { allocation?: unknown }
    lifecycle?: { name?: string }
    number_of_shards?: string
  }
  return {
    shards: Number(number_of_shards ?? 1),
    allocation: Object.fromEntries(flat(routing?.allocation)),
    hasLifecycle: Boolean(lifecycle?.name),
  }
}

/** The names of attributes may have dots, at which the server cuts. */
function flat(value: unknown, name = ''): [string, string][] {
  if (typeof value !== 'object' || value === null) return value === undefined ? [] : [[name, String(value)]]
  return Object.entries(value).flatMap(([key, inner]) => flat(inner, name === '' ? key : `${name}.${key}`))
}
