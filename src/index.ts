// The library: what the command line asks, asked from a program. Query text in, typed answers out.
import { asking } from './asking.ts'
import { declaredFields } from './commands/declared-fields.ts'
import type { Mitra, SearchOptions } from './mitra.ts'
import type { Document } from './snapshot/document.ts'

export { ActionableError } from './errors.ts'
export type { Around, Reboot } from './history/around.ts'
export type { Offender, Verdict } from './history/assertion.ts'
export type { Blame, BlamedKey, BlamedLine } from './history/blame.ts'
export type { Bytes, Change, ContentChange, FieldChange } from './history/change.ts'
export { summaryOf } from './history/change-summary.ts'
export type { SourceChange } from './history/changes.ts'
export type { ComparedField, ComparedPath, Sample } from './history/compare.ts'
export type { Compared, DriftAnswer, RankingAnswer, Subject } from './history/drift.ts'
export type { Deviation, EffectiveAnswer } from './history/effective.ts'
export type { LogEntry } from './history/fleet-log.ts'
export { peerFields } from './history/groups.ts'
export type { Growth } from './history/growth.ts'
export type { KeyChange } from './history/key-diff.ts'
export type { Move } from './history/moves.ts'
export type { Outage } from './history/outages.ts'
export { type Ranking, type Rarity, raritiesOf } from './history/rarity.ts'
export type { SeriesPoint } from './history/series.ts'
export { type Statistics, statisticsOf } from './history/statistics.ts'
export type { ValuesOfDay } from './history/values-over-time.ts'
export type { Version } from './history/versions.ts'
export type { Span } from './history/when.ts'
export type {
  AskOptions,
  AssertionOptions,
  DriftOptions,
  FleetOptions,
  HostsOptions,
  Mitra,
  SearchOptions,
  SourceState,
  SpanOptions,
  Time,
} from './mitra.ts'
export { QuerySyntaxError } from './query/syntax-error.ts'
export type { Document, FieldValue, Kind, Scalar } from './snapshot/document.ts'
export type {
  Coverage,
  FieldRow,
  Holding,
  HostRow,
  HostsAnswer,
  Split,
  ValueRow,
  ValuesAnswer,
} from './store/store.ts'

export interface OpenOptions {
  /** Database file of the embedded store, whatever the configuration says. */
  store?: string
  /** Configuration file; `$MITRA_CONFIG`, /etc/mitra/mitra.yml, the user's own or the built-in settings when not given. */
  config?: string
}

/**
 * Opens the store that `mitra` on the command line asks. Throws ActionableError when there is none yet.
 *
 * ```ts
 * import { open } from 'mitra'
 *
 * await using mitra = await open({ store: '/var/lib/mitra/mitra.db' })
 * const { hosts } = await mitra.hosts('package.name:openssl', { without: ['package.name_version:openssl-3*'] })
 * for (const { name, silent } of hosts) console.log(name, silent)
 * ```
 */
export async function open(options: OpenOptions = {}): Promise<Mitra> {
  const [{ targetOf }, { openStore }] = await Promise.all([
    import('./commands/configured.ts'),
    import('./store/open.ts'),
  ])
  const target = await targetOf({ store: options.store, config: options.config }, { env: process.env })
  return asking(await openStore(target, { mustExist: true, fields: async () => declaredFields }))
}

/**
 * Opens the store, finds documents and closes it again.
 *
 * ```ts
 * import { search } from 'mitra'
 *
 * for await (const document of search('filename:/etc/fstab AND ext4', { day: 'yesterday' }))
 *   console.log(document['host.name'], document.content)
 * ```
 */
export async function* search(
  query: string,
  options: SearchOptions & OpenOptions = {},
): AsyncGenerator<Document, void> {
  const mitra = await open(options)
  try {
    yield* mitra.search(query, options)
  } finally {
    await mitra.close()
  }
}
