// What every store can do. Two drivers implement it; nothing outside src/store knows which one answers.
import type { Condition } from '../query/ast.ts'
import type { Document, FieldValue, Scalar } from '../snapshot/document.ts'

/** Which documents a question is about. Days are whole UTC days since the epoch, times milliseconds since the epoch. */
export type View =
  | { kind: 'latest' }
  /** As it was at a time: of each host and path the newest state at or before it, however old. */
  | { kind: 'moment'; at: number }
  | { kind: 'days'; from: number; to: number }
  | { kind: 'history'; from?: number; to?: number }

/** What became of one written document, in the order written. */
export type Outcome =
  | { status: 'stored' }
  /** The store holds this state already; only its time moved on. */
  | { status: 'unchanged' }
  /** The store will never take it. */
  | { status: 'rejected'; reason: string }

/** A document on its way to a store beyond the network. */
export interface Parcel {
  document: Document
  /** Grows with every observation of a path, whatever the clock does: an older one never replaces a newer one. */
  version: number
  /** Its state is that of the version before it: latest and day move on, the history stays. */
  unchanged: boolean
}

/** What became of a parcel. `retry`: nothing is wrong with it, the store cannot take it now. */
export type Delivered = Outcome | { status: 'retry'; reason: string; after_ms?: number }

/** The receiving end of a delivery. Never throws for what a later attempt may mend. */
export interface Receiver {
  /** In the order given, one answer for each. */
  deliver(parcels: readonly Parcel[], signal: AbortSignal): Promise<Delivered[]>
  /**
   * Whom it delivers to: another string whenever the store is another or was emptied. Cheap, asked before every delivery.
   * Undefined when it cannot be told; throws while the store cannot be asked.
   */
  identity?(signal: AbortSignal): Promise<string | undefined>
  close(): Promise<void>
}

export interface SearchRequest {
  condition: Condition
  view: View
  /** At most so many documents; all of them when absent. */
  limit?: number
  /** Leave `content` out of the documents (counting, listing). */
  withoutContent?: boolean
  /** Only these are needed, beside what every document has; a store may leave out the others. */
  fields?: readonly string[]
}

export interface SelectRequest {
  condition: Condition
  view: View
  /** Names of fields; a trailing `.*` means every field that begins so (`sysctl.*`). */
  fields: readonly string[]
}

/** Some fields of one document: `names` and `values` go together. Documents alike may share one list of names. */
export interface Selected {
  host: string
  path: string
  names: readonly string[]
  values: readonly FieldValue[]
}

export interface SpreadRequest {
  condition: Condition
  view: View
  /** Name of a field, told apart by the path it is found at; with a trailing `.*` every field that begins so, by its name. */
  field: string
  /** Only these hosts, each with its group; every host, in one group, when absent. */
  hosts?: ReadonlyMap<string, string | undefined>
  /** Names wanted of the hosts of one value. */
  names: number
}

/** How one thing that is compared is spread over the hosts of a group. */
export interface Split {
  /** A setting, a package, a path. */
  item: string
  /** Undefined where hosts are not grouped. */
  group: string | undefined
  /** Hosts that hold a value of it. */
  hosts: number
  /** Most hosts first, ties in the order of the values. */
  holdings: Holding[]
  /** How many values share the first place: with 1 there is a majority, with more a tie. */
  tied: number
}

/** A value and who holds it. */
export interface Holding {
  /** Undefined: these hosts have none. */
  value: FieldValue | undefined
  hosts: number
  /** The first of their names in order, as many as were wanted; absent where a store counts without seeing them. */
  names?: string[]
}

/** A value of one thing in one group, and how many hosts hold it. */
export type Held = Pick<Split, 'item' | 'group'> & Pick<Holding, 'value' | 'hosts'>

export interface HostsRequest {
  /** Some document of the host must match each of these. */
  all: readonly Condition[]
  /** No document of the host may match any of these. */
  without: readonly Condition[]
  /** The hosts asked; every known host when absent. */
  universe?: Condition
  view: View
  /** Hosts last seen before this time (milliseconds since the epoch) count as silent. */
  silentBefore: number
}

export interface HostRow {
  name: string
  /** Newest document of the host, milliseconds since the epoch. */
  seen: number
  silent: boolean
}

export interface HostsAnswer {
  hosts: HostRow[]
  coverage: Coverage
}

/** Whom an answer about the fleet speaks of, as numbers of hosts. */
export interface Coverage {
  asked: number
  matched: number
  not_matched: number
  silent: number
  /** Hosts without any document at the paths or with the fields the question names. */
  without_source: number
  /** Hosts with an `error.message` in a document the question names. */
  in_error: number
}

export interface ValueRow {
  value: Scalar
  hosts: number
  documents: number
  /** Up to three host names. */
  examples: string[]
}

export interface ValuesRequest extends SearchRequest {
  /** Hosts last seen before this time (milliseconds since the epoch) count as silent; none when absent. */
  silentBefore?: number
}

export interface ValuesAnswer {
  /** Most hosts first, ties by value. */
  values: ValueRow[]
  coverage: Coverage
}

export interface FieldRow {
  name: string
  type: 'number' | 'text' | 'boolean' | 'mixed'
  /** Paths it is found at, up to three of them. */
  paths: string[]
}

/** How long each view keeps its days; absent means for ever. */
export interface Retention {
  /** Days of the daily view. */
  days?: number
  /** Days of the history view. */
  history?: number
  /** Hosts that sent nothing for so many days are forgotten altogether. */
  hosts?: number
  /** Whether finished days become one segment each, in a store that has segments. */
  merge?: boolean
  /** Where days go as they age, in a store of several places; of those whose time has come the last holds. */
  moves?: readonly Move[]
}

export interface Move {
  /** Hours from the end of the day. */
  after_hours: number
  to: Place
}

/** Where a day is kept: a data tier, or nodes with all these attributes. */
export type Place = { tier: string } | { attribute: Readonly<Record<string, string>> }

/** What a prune did, or would do. */
export interface PruneReport {
  days: number
  versions: number
  hosts: string[]
  bytes_before: number
  bytes_after: number
  /** Of a store of many indices: those removed, moved and merged, by name, oldest first. */
  removed?: string[]
  moved?: { index: string; to: string }[]
  merged?: string[]
  /** What could not be done although `retention` asks for it, a sentence each. */
  problems?: string[]
}

export interface PruneOptions {
  dryRun: boolean
  /** Ends it between two steps; what runs in the store goes on there. */
  signal?: AbortSignal
  /** Told now and then what long work is at. */
  onProgress?: (text: string) => void
}

/** An agent's offer to prune a store that many agents share. */
export interface PruneTurn {
  retention: Retention
  /** Who offers it, for the others to read. */
  holder: string
  /** A prune that began since then, in milliseconds since the epoch, makes this one needless. */
  since: number
  now: () => number
  signal: AbortSignal
}

export type PruneAnswer =
  | { status: 'pruned'; report: PruneReport }
  /** Some agent has done it, beginning at a time in milliseconds since the epoch. */
  | { status: 'done'; at: number }
  /** Another agent is at it; when it dies, until then. */
  | { status: 'held'; holder: string; until: number }
  /** The login may not: it is for others to do. */
  | { status: 'forbidden' }

export interface Store {
  /** Stores a batch, all or nothing per document; returns only when the batch survives kill -9 and power loss. */
  write(documents: readonly Document[]): Promise<Outcome[]>
  /** Matching documents ordered by host, path, then newest first. */
  search(request: SearchRequest): AsyncIterable<Document>
  /** Only some fields of the matching documents, in the order of `search`: cheap enough to read a thousand of each of a thousand hosts. */
  select(request: SelectRequest): AsyncIterable<Selected>
  count(request: SearchRequest): Promise<number>
  /**
   * Which values hosts hold of what, by group and name. A host that has something in several documents counts with the first, in
   * the order of `search`.
   */
  spread(request: SpreadRequest): Promise<Split[]>
  /** The names of the hosts that hold each of these values, as `spread` with this request would tell them. */
  holders(request: SpreadRequest, held: readonly Held[]): Promise<string[][]>
  hosts(request: HostsRequest): Promise<HostsAnswer>
  /** Distribution of a field's values over the documents that match. */
  values(field: string, request: ValuesRequest): Promise<ValuesAnswer>
  /** Every field name that documents of the latest view carry. */
  fields(): Promise<FieldRow[]>
  /** The newest state of one source at or before a time. */
  get(host: string, path: string, at?: number): Promise<Document | undefined>
  /**
   * Since when every version is kept, in milliseconds since the epoch: what a moment before it shows is the daily view. Undefined
   * for an empty store.
   */
  historySince(): Promise<number | undefined>
  /** Paths of a host whose newest state exists, for noticing removals across a restart of the agent. */
  paths(host: string, dataset: string): Promise<string[]>
  prune(retention: Retention, now: number, options: PruneOptions): Promise<PruneReport>
  /** Claims the store for one agent until close; throws ActionableError naming the agent that has it. */
  claim(agent: string): Promise<void>
  close(): Promise<void>
}
