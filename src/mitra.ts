// What an open store answers to a program: the questions of the command line, by the same names.
import type { Around } from './history/around.ts'
import type { Verdict } from './history/assertion.ts'
import type { Blame, BlamedKey, BlamedLine } from './history/blame.ts'
import type { Change } from './history/change.ts'
import type { ComparedPath } from './history/compare.ts'
import type { DriftAnswer, RankingAnswer, Subject } from './history/drift.ts'
import type { EffectiveAnswer } from './history/effective.ts'
import type { LogEntry } from './history/fleet-log.ts'
import type { Growth } from './history/growth.ts'
import type { SeriesPoint } from './history/series.ts'
import type { ValuesOfDay } from './history/values-over-time.ts'
import type { Version } from './history/versions.ts'
import type { Span } from './history/when.ts'
import type { Document } from './snapshot/document.ts'
import type { FieldRow, HostsAnswer, ValuesAnswer } from './store/store.ts'

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

/** Whom a question about the fleet is asked, and as of when. */
export interface FleetOptions extends Pick<AskOptions, 'at' | 'day' | 'defaultOperator'> {
  /** Ask only hosts with a document that matches; every known host when not given. */
  universe?: string
  /** Hosts last seen before this time count as silent; when not given, an hour before the moment asked about. */
  silentBefore?: Time
}

export interface DriftOptions extends FleetOptions {
  /** Compare only hosts with equal values of these fields, such as `labels.role`; `peerFields` are what makes hosts alike. */
  groupBy?: readonly string[]
  /** At most so many names of the hosts of one value; all of them when not given. */
  names?: number
}

export interface AssertionOptions extends FleetOptions {
  /** Every host asked has a document that matches, or none has; `all` when not given. */
  on?: 'all' | 'none'
  /** Take for true what a silent host last said. */
  allowSilent?: boolean
}

/** A span of time, both ends belong to it. */
export interface SpanOptions {
  from?: Time
  /** Now when not given. */
  to?: Time
}

/** One state of one source. */
export interface SourceState {
  host: string
  path: string
  /** The newest when not given. */
  at?: Time
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
  /**
   * Who differs from most hosts: in a field, in the text of a file, in all fields of a family, in all files or packages. Of each
   * thing that is compared it tells the values with their hosts; of a majority maybe only how many these are.
   */
  drift(what: Subject, query?: string, options?: DriftOptions): Promise<DriftAnswer>
  /** The same as values that few hold, the most suspicious first; hosts are named in the first `rows` of them, or in all. */
  ranking(what: Subject, query?: string, options?: DriftOptions & { rows?: number }): Promise<RankingAnswer>
  /** Hosts whose /proc/sys differs from their own sysctl.conf and sysctl.d; `key` is one setting, without `sysctl.`. */
  effectiveDrift(options?: FleetOptions & { key?: string }): Promise<EffectiveAnswer>
  /** Whether a rule holds on every host, and who breaks it. */
  assertion(query: string, options?: AssertionOptions): Promise<Verdict>
  /** The changes of the fleet, newest first, the same change on many hosts once; of the last day unless `from` is given. */
  fleetLog(query?: string, options?: SpanOptions & Pick<AskOptions, 'defaultOperator'>): Promise<LogEntry[]>
  /** Since when and until when each host had a document that matches, as far as the history goes back. */
  whenTrue(query: string, options?: SpanOptions & Pick<AskOptions, 'defaultOperator'>): AsyncIterable<Span>
  /** Who grows: how fast a number goes up or down, of each source of each host, the fastest first; over the last week. */
  growth(field: string, query?: string, options?: SpanOptions & Pick<AskOptions, 'defaultOperator'>): Promise<Growth[]>
  /** The versions of a source with what each changed, newest first; `ignoreVolatile` leaves out what counts or measures. */
  versions(
    host: string,
    path: string,
    options?: SpanOptions & { ignoreVolatile?: boolean },
  ): AsyncGenerator<Version, void>
  /** A field of a source over time, oldest first, with what it counted where it is a counter. */
  series(host: string, path: string, field: string, options?: SpanOptions): Promise<SeriesPoint[]>
  /** What changed from one state to another, of one source at two times, of two hosts or paths; undefined where one is not known. */
  diff(before: SourceState, after: SourceState, options?: { ignoreVolatile?: boolean }): Promise<Change | undefined>
  /** Since when each line of a source has been there; undefined where there is no text. */
  blameLines(host: string, path: string, at?: Time): Promise<Blame<BlamedLine> | undefined>
  /** Since when each key of a source, a setting or a package, has its value; undefined where there are none. */
  blameKeys(host: string, path: string, at?: Time): Promise<Blame<BlamedKey> | undefined>
  /** Every field the newest documents carry. */
  fields(): Promise<FieldRow[]>
  /** The newest state of one source of a host, or its state at a time. */
  get(host: string, path: string, at?: Time): Promise<Document | undefined>
  close(): Promise<void>
}
