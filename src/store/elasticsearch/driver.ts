// The Elasticsearch store: one cluster, any number of agents and readers.
import type { Client } from '@elastic/elasticsearch'
import { ActionableError } from '../../errors.ts'
import { type Document, timeOf } from '../../snapshot/document.ts'
import type { Field } from '../../snapshot/field.ts'
import { problemOf } from '../document-problem.ts'
import type { ElasticsearchTarget } from '../open.ts'
import { namesIn, selectionFor, spreadOf } from '../spread.ts'
import type {
  Delivered,
  FieldRow,
  Held,
  HostsAnswer,
  HostsRequest,
  Outcome,
  Parcel,
  PruneOptions,
  PruneReport,
  Receiver,
  Retention,
  SearchRequest,
  Selected,
  SelectRequest,
  Split,
  SpreadRequest,
  Store,
  ValuesAnswer,
  ValuesRequest,
} from '../store.ts'
import { type Asking, firstTimeOf } from './asking/asking.ts'
import { distributionOf } from './asking/distribution.ts'
import { fieldList } from './asking/field-list.ts'
import { Fleet } from './asking/fleet.ts'
import { holdersOf } from './asking/holders.ts'
import { Reader } from './asking/reader.ts'
import { searchFor, selectedOf } from './asking/selection.ts'
import { countedSplits, countingFor } from './asking/spread.ts'
import { connect } from './connection/client.ts'
import { actionable, failureOf } from './connection/failure.ts'
import { fieldTypesOf } from './mapping/field-types.ts'
import { daysAlias, historyAlias, latestAlias } from './mapping/index-names.ts'
import { applySetup, planSetup, type SetupStep } from './setup/setup.ts'
import { prune } from './upkeep/retention.ts'
import { comparedWithKept } from './writing/known-states.ts'
import { OwnIndices } from './writing/own-indices.ts'
import { Writer } from './writing/writer.ts'

/** Opens the store in a cluster that was set up. Throws ActionableError when it cannot be reached or used. */
export async function openElasticsearchStore(
  target: ElasticsearchTarget,
  fields: readonly Field[],
  stop?: AbortSignal,
): Promise<Store & Receiver> {
  const { client } = await connect(target, stop)
  return new ElasticsearchStore(client, target, fields)
}

/** A receiver whose deliveries can be made visible at once. */
export interface LiveReceiver extends Receiver {
  /** Resolves when questions find what was delivered so far; without the right to refresh, they do a second later. */
  refresh(): Promise<void>
}

/**
 * The receiving end for an agent. A cluster nobody has set up yet is set up, where the login's rights allow it; else every
 * delivery says what is to be done, and nothing is written.
 */
export async function openReceiver(
  target: ElasticsearchTarget,
  fields: readonly Field[],
  stop?: AbortSignal,
): Promise<LiveReceiver> {
  const { client } = await connect(target, stop)
  try {
    const isSetUp = await client.indices.existsAlias({ name: latestAlias(target.prefix) })
    if (!isSetUp) refuseBlocked(await applySetup(client, planSetup(target.prefix, fields), { now: Date.now() }))
  } catch (error) {
    if (error instanceof ActionableError || failureOf(error).kind !== 'forbidden') {
      await client.close()
      throw error instanceof ActionableError ? error : actionable(failureOf(error), target, error)
    }
  }
  return new ElasticsearchStore(client, target, fields)
}

/** A set-up that met something of somebody else under its names has made nothing to write to. */
function refuseBlocked(steps: readonly SetupStep[]): void {
  const blocked = steps.find(({ action }) => action === 'foreign' || action === 'refused')
  if (!blocked) return
  throw new ActionableError(`Elasticsearch could not be set up: ${blocked.what} "${blocked.name}": ${blocked.detail}`, {
    next: '`mitra setup` says what is in the way; `indexer.prefix` gives the indices other names',
  })
}

class ElasticsearchStore implements Store, LiveReceiver {
  readonly #client: Client
  readonly #target: ElasticsearchTarget
  readonly #asking: Asking
  readonly #reader: Reader
  readonly #fleet: Fleet
  readonly #indices: OwnIndices
  readonly #writer: Writer
  /** Written by this process and perhaps not yet to be found. */
  readonly #unseen = new Set<string>()
  #refreshing: Promise<unknown> = Promise.resolve()

  constructor(client: Client, target: ElasticsearchTarget, fields: readonly Field[]) {
    const { prefix } = target
    this.#client = client
    this.#target = target
    this.#asking = { client, prefix, types: fieldTypesOf(fields) }
    this.#reader = new Reader(this.#asking)
    this.#fleet = new Fleet(this.#asking, this.#reader)
    this.#indices = new OwnIndices(client, prefix)
    this.#writer = new Writer({ ...this.#asking, indices: this.#indices, target })
  }

  async deliver(parcels: readonly Parcel[], signal: AbortSignal): Promise<Delivered[]> {
    try {
      this.#unseen.add(latestAlias(this.#target.prefix))
      return await this.#writer.write(parcels, signal)
    } catch (error) {
      const failure = failureOf(error)
      const { message: reason } = actionable(failure, this.#target, error)
      const pause = failure.kind === 'busy' && failure.after_ms !== undefined && { after_ms: failure.after_ms }
      return parcels.map(() => ({ status: 'retry', reason, ...pause }))
    }
  }

  identity(signal: AbortSignal): Promise<string | undefined> {
    return this.#asked(() => this.#indices.identity(signal))
  }

  async refresh(): Promise<void> {
    await this.#asked(() => this.#seeOwnWrites())
  }

  async write(documents: readonly Document[]): Promise<Outcome[]> {
    return this.#asked(async () => {
      const refreshHistory = () => this.#refresh([historyAlias(this.#target.prefix)])
      const sound = documents.filter((document) => problemOf(document, timeOf(document)) === undefined)
      const compared = await comparedWithKept(this.#client, this.#target.prefix, sound, refreshHistory)
      const byDocument = new Map(compared.map((parcel) => [parcel.document, parcel]))
      const parcels = documents.map(
        (document) => byDocument.get(document) ?? { document, version: 0, unchanged: false },
      )
      const { prefix } = this.#target
      for (const alias of [latestAlias(prefix), daysAlias(prefix), historyAlias(prefix)]) this.#unseen.add(alias)
      return this.#settled(parcels)
    })
  }

  async *search(request: SearchRequest): AsyncIterable<Document> {
    try {
      await this.#seeOwnWrites()
      let isEmpty = true
      for await (const document of this.#reader.search(request)) {
        isEmpty = false
        yield document
      }
      if (isEmpty && request.view.kind !== 'latest') await this.#reader.mustBeSetUp()
    } catch (error) {
      throw this.#failure(error)
    }
  }

  async *select(request: SelectRequest): AsyncIterable<Selected> {
    for await (const document of this.search(searchFor(request))) yield selectedOf(document, request.fields)
  }

  count({ condition, view }: SearchRequest): Promise<number> {
    return this.#answered(() => this.#reader.count(condition, view))
  }

  async spread(request: SpreadRequest): Promise<Split[]> {
    const splits = await this.#answered(async () => {
      const counting = await countingFor(this.#asking, this.#reader, request)
      return counting && countedSplits(counting)
    })
    return splits ?? spreadOf(this.select(selectionFor(request)), request)
  }

  async holders(request: SpreadRequest, held: readonly Held[]): Promise<string[][]> {
    const names = await this.#answered(async () => {
      const counting = await countingFor(this.#asking, this.#reader, request)
      return counting && holdersOf(counting, held)
    })
    return names ?? namesIn(await spreadOf(this.select(selectionFor(request)), request), held)
  }

  hosts(request: HostsRequest): Promise<HostsAnswer> {
    return this.#answered(() => this.#fleet.hosts(request))
  }

  values(
    field: string,
    { condition, view, silentBefore = Number.NEGATIVE_INFINITY }: ValuesRequest,
  ): Promise<ValuesAnswer> {
    return this.#answered(async () => {
      const [{ values, hosts }, seen] = await Promise.all([
        distributionOf(this.#asking, this.#reader, { field, condition, view }),
        this.#fleet.lastSeen(view),
      ])
      const asked = await this.#fleet.asked(condition.kind === 'all' ? undefined : condition, view, seen)
      const answered = { asked, matched: hosts, seen, silentBefore }
      return { values, coverage: await this.#fleet.coverage([{ kind: 'exists', field }], view, answered) }
    })
  }

  fields(): Promise<FieldRow[]> {
    return this.#answered(() => fieldList(this.#asking, this.#reader))
  }

  get(host: string, path: string, at?: number): Promise<Document | undefined> {
    return this.#answered(() => this.#reader.get(host, path, at))
  }

  historySince(): Promise<number | undefined> {
    return this.#answered(() => firstTimeOf(this.#asking, historyAlias(this.#target.prefix)))
  }

  async paths(host: string, dataset: string): Promise<string[]> {
    const found: string[] = []
    const value = (field: string, text: string) => ({ kind: 'value', field, value: { text } }) as const
    const must = [value('host.name', host), value('event.dataset', dataset)]
    const condition = { kind: 'bool' as const, must, should: [], must_not: [value('file.exists', 'false')] }
    for await (const document of this.search({ condition, view: { kind: 'latest' }, withoutContent: true }))
      found.push(document['file.path'])
    return found
  }

  prune(retention: Retention, now: number, options: PruneOptions): Promise<PruneReport> {
    return this.#answered(async () => {
      await this.#reader.mustBeSetUp()
      return prune(this.#asking, this.#reader, retention, now, options)
    })
  }

  /** Agents of different hosts share the cluster; two of one host are told apart by their outbox. */
  async claim(): Promise<void> {}

  async close(): Promise<void> {
    try {
      await this.#seeOwnWrites()
    } finally {
      await this.#client.close()
    }
  }

  /** Retries what passes by itself; what is left after some seconds is an error. */
  async #settled(parcels: readonly Parcel[]): Promise<Outcome[]> {
    const signal = new AbortController().signal
    const outcomes: Outcome[] = []
    let left = parcels.map((parcel, at) => ({ parcel, at }))
    let reason = ''
    for (const pause of [0, 500, 2000, 5000]) {
      if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause))
      const answers = await this.#writer.write(
        left.map(({ parcel }) => parcel),
        signal,
      )
      const again: typeof left = []
      for (const [index, answer] of answers.entries()) {
        const item = left[index]!
        if (answer.status === 'retry') {
          again.push(item)
          reason = answer.reason
        } else outcomes[item.at] = answer
      }
      if (again.length === 0) return outcomes
      left = again
    }
    throw new ActionableError(`${left.length} of ${parcels.length} documents were not taken: ${reason}`, {
      next: '`mitra doctor` shows what is wrong; writing them again changes nothing of what was taken',
    })
  }

  /** What this process wrote is found by its questions. Without the right to refresh, a second later. */
  async #seeOwnWrites(): Promise<void> {
    if (this.#unseen.size > 0) {
      const aliases = [...this.#unseen]
      this.#unseen.clear()
      this.#refreshing = Promise.all([this.#refreshing, this.#refresh(aliases)]).catch((error) => {
        for (const alias of aliases) this.#unseen.add(alias)
        this.#refreshing = Promise.resolve()
        throw error
      })
    }
    // a question asked meanwhile waits too
    await this.#refreshing
  }

  async #refresh(aliases: readonly string[]): Promise<void> {
    await this.#client.indices.refresh({ index: [...aliases], ignore_unavailable: true }, { ignore: [403] })
  }

  async #answered<Answer>(question: () => Promise<Answer>): Promise<Answer> {
    return this.#asked(async () => {
      await this.#seeOwnWrites()
      return question()
    })
  }

  async #asked<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    try {
      return await work()
    } catch (error) {
      throw this.#failure(error)
    }
  }

  #failure(error: unknown) {
    return actionable(failureOf(error), this.#target, error)
  }
}
