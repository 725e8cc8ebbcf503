// The library: what the command line asks, asked from a program. Query text in, typed answers out.
import { catalogue, declaredFields } from './commands/declared-fields.ts'
import { daysOf, moment, viewOf } from './commands/moment.ts'
import { type Around, around } from './history/around.ts'
import { type ComparedPath, compare } from './history/compare.ts'
import { type ValuesOfDay, valuesByDay } from './history/values-over-time.ts'
import type { Condition } from './query/ast.ts'
import { fieldMeaning } from './query/field-meaning.ts'
import { parseQuery } from './query/parser.ts'
import { resolveQuery } from './query/resolve.ts'
import type { Document } from './snapshot/document.ts'
import type { FieldRow, HostsAnswer, SearchRequest, Store, ValuesAnswer } from './store/store.ts'

export { ActionableError } from './errors.ts'
export type { Around, Reboot } from './history/around.ts'
export type { SourceChange } from './history/changes.ts'
export type { ComparedField, ComparedPath, Sample } from './history/compare.ts'
export type { Move } from './history/moves.ts'
export type { Outage } from './history/outages.ts'
export { type Statistics, statisticsOf } from './history/statistics.ts'
export type { ValuesOfDay } from './history/values-over-time.ts'
export { QuerySyntaxError } from './query/syntax-error.ts'
export type { Document, FieldValue, Kind, Scalar } from './snapshot/document.ts'
export type { Coverage, FieldRow, HostRow, HostsAnswer, ValueRow, ValuesAnswer } from './store/store.ts'

export interface OpenOptions {
  /** Database file of the embedded store, whatever the configuration says. */
  store?: string
  /** Configuration file; `$MITRA_CONFIG`, /etc/mitra/mitra.yml, the user's own or the built-in settings when not given. */
  config?: string
}

/** ISO 8601, a date, `now-2h`, `yesterday`, or a Date. */
export type Time = string | Date

export interface AskOptions {
  /** Ask the state at a time: of each source the newest until then, however old. */
  at?: Time
  /** Ask the state at the end of one day (UTC). */
  day?: Time
  /** Ask the last states of each day from this time on. */
  from?: Time
  /** Ask the last states of each day up to this time; now when only `from` is given. */
  to?: Time
  /** Ask every version kept, between `from` and `to` where given. */
  history?: boolean
  /** What joins two terms with nothing between them; `and` when not given. */
  defaultOperator?: 'and' | 'or'
}

export interface SearchOptions extends AskOptions {
  /** At most so many documents; all of them when not given. */
  limit?: number
  /** Leave `content` out of the documents, which is faster. */
  withoutContent?: boolean
}

export interface HostsOptions extends AskOptions {
  /** What some other document of the host must match too. */
  all?: readonly string[]
  /** What no document of the host may match. */
  without?: readonly string[]
  /** Ask only hosts with a document that matches; every known host when not given. */
  universe?: string
  /** Hosts last seen before this time count as silent; an hour ago when not given. */
  silentBefore?: Time
}

/** An open store. Every method throws QuerySyntaxError for a query that cannot be read, with the offset of the mistake. */
export interface Mitra extends AsyncDisposable {
  /** Matching documents, ordered by host and path, newest first. */
  search(query: string, options?: SearchOptions): AsyncIterable<Document>
  /** How many documents match. */
  count(query: string, options?: AskOptions): Promise<number>
  /** Hosts with a document that matches; with no query every host, as far as `all` and `without` let it through. */
  hosts(query?: string, options?: HostsOptions): Promise<HostsAnswer>
  /** Which values a field has in the documents that match, most hosts first. */
  values(field: string, query?: string, options?: AskOptions): Promise<ValuesAnswer>
  /** How the values of a field moved from day to day (UTC), between two times; the last week when none is given. */
  valuesByDay(
    field: string,
    query?: string,
    options?: Pick<AskOptions, 'from' | 'to' | 'defaultOperator'>,
  ): AsyncIterable<ValuesOfDay>
  /** Sources of a host at several times, field by field, the biggest moves first; `match` narrows the fields by their names. */
  compare(
    host: string,
    paths: readonly string[],
    times: readonly Time[],
    options?: { match?: RegExp },
  ): Promise<ComparedPath[]>
  /** What happened on a host from `window` milliseconds before a time to as long after it; ten minutes when not given. */
  around(host: string, at: Time, options?: { window?: number }): Promise<Around>
  /** Every field the newest documents carry. */
  fields(): Promise<FieldRow[]>
  /** The newest state of one source of a host, or its state at a time. */
  get(host: string, path: string, at?: Time): Promise<Document | undefined>
  close(): Promise<void>
}

const hour = 3_600_000

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

function asking(store: Store): Mitra {
  return {
    search: (query, options = {}) => store.search(requestOf(query, options)),
    count: async (query, options = {}) => store.count(requestOf(query, options)),
    async hosts(query, options = {}) {
      const now = Date.now()
      const { all = [], without = [], universe, silentBefore } = options
      const read = (text: string) => conditionOf(text, options, now)
      return store.hosts({
        all: [...(query === undefined ? [] : [query]), ...all].map(read),
        without: without.map(read),
        ...(universe !== undefined && { universe: read(universe) }),
        view: viewOf(viewOptions(options), { now: () => now }),
        silentBefore: silentBefore === undefined ? now - hour : timeOf(silentBefore, 'silentBefore', now),
      })
    },
    values: async (field, query = '', options = {}) =>
      store.values(fieldMeaning(field, catalogue).name, requestOf(query, options)),
    valuesByDay(field, query = '', options = {}) {
      const now = Date.now()
      const days = daysOf(viewOptions(options), { now: () => now })
      const condition = conditionOf(query, options, now)
      return valuesByDay(store, fieldMeaning(field, catalogue).name, { condition, ...days })
    },
    async compare(host, paths, times, { match } = {}) {
      const now = Date.now()
      const at = times.map((time) => timeOf(time, 'times', now))
      return compare(store, { host, paths, times: at, ...(match && { match }), catalogue })
    },
    async around(host, at, { window = 600_000 } = {}) {
      const now = Date.now()
      return around(store, { host, at: timeOf(at, 'at', now), window, now, catalogue })
    },
    fields: () => store.fields(),
    get: async (host, path, at) => store.get(host, path, at === undefined ? undefined : timeOf(at, 'at', Date.now())),
    close: () => store.close(),
    [Symbol.asyncDispose]: () => store.close(),
  }
}

function requestOf(query: string, options: SearchOptions): SearchRequest {
  const now = Date.now()
  const { limit, withoutContent } = options
  return {
    condition: conditionOf(query, options, now),
    view: viewOf(viewOptions(options), { now: () => now }),
    ...(limit !== undefined && { limit }),
    ...(withoutContent !== undefined && { withoutContent }),
  }
}

function conditionOf(text: string, { defaultOperator }: AskOptions, now: number): Condition {
  return resolveQuery(parseQuery(text, { defaultOperator: defaultOperator === 'or' ? 'OR' : 'AND' }), catalogue, now)
}

function viewOptions({ at, day, from, to, history = false }: AskOptions) {
  return { at: timeText(at), day: timeText(day), from: timeText(from), to: timeText(to), history }
}

function timeText(time: Time | undefined): string | undefined {
  return time instanceof Date ? time.toISOString() : time
}

function timeOf(time: Time, name: string, now: number): number {
  return time instanceof Date ? time.getTime() : moment(time, name, { now: () => now })
}
