// A delivery into a real Elasticsearch through whatever goes wrong, and what must hold in the end: what was reported as stored is
// there once, and the newest state of each path is the newest in the store.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { declaredFields } from '../../src/commands/declared-fields.ts'
import { type Delivery, type DeliveryFigures, type DeliveryOptions, openDelivery } from '../../src/delivery/delivery.ts'
import { realSleep } from '../../src/delivery/sender.ts'
import type { Document } from '../../src/snapshot/document.ts'
import { snapshotId } from '../../src/snapshot/snapshot-id.ts'
import { openReceiver } from '../../src/store/elasticsearch/driver.ts'
import { historyAlias, latestAlias } from '../../src/store/elasticsearch/mapping/index-names.ts'
import type { ElasticsearchTarget } from '../../src/store/open.ts'
import { setUp, targetOf } from '../elasticsearch/empty-store.ts'
import { request } from '../elasticsearch/request.ts'
import type { ServerAddress } from '../elasticsearch/server.ts'
import { newFolder, snapshot } from './open.ts'

const patienceMs = 60_000

export interface FaultRunOptions extends Partial<DeliveryOptions> {
  /** How the delivery is to send, where that is not straight to the server. */
  through?: Partial<ElasticsearchTarget>
  /** Of the outbox; a new one when not given. */
  folder?: string
}

/** What the store has of one observation. */
export interface Kept {
  id: string
  path: string
  time: string
  content: string
  /** Equal for the same state: everything of the document but its time. */
  state: string
  ctime: string
}

export class FaultRun {
  readonly folder: string
  readonly target: ElasticsearchTarget
  /** Lines of the log: what the delivery said of itself. */
  readonly said: string[] = []
  readonly #address: ServerAddress
  readonly #options: Partial<DeliveryOptions>
  #delivery: Delivery | undefined
  /** Ids in the history of all that was reported as stored. */
  readonly #stored = new Set<string>()
  /** By path: the newest state. */
  readonly #newest = new Map<string, string>()
  #seconds = 0

  constructor(address: ServerAddress, { through = {}, folder = newFolder(), ...options }: FaultRunOptions = {}) {
    this.#address = address
    this.#options = options
    this.folder = folder
    this.target = { ...targetOf(address), compression: false, timeout_s: 5, ...through }
  }

  get delivery(): Delivery {
    assert.ok(this.#delivery, 'not open')
    return this.#delivery
  }

  /** Ids in the history, in order of writing. */
  get stored(): string[] {
    return [...this.#stored]
  }

  get deadLetters(): string {
    return join(this.folder, 'dead-letters.ndjson')
  }

  /** Sets the cluster up and opens the delivery, whose pauses are short. */
  async open(): Promise<this> {
    await setUp(this.#address, this.target)
    await this.reopen()
    return this
  }

  async reopen(): Promise<void> {
    const say = (level: string) => (message: string, fields?: Record<string, unknown>) =>
      void this.said.push(`${level} ${message}${fields?.['reason'] === undefined ? '' : `: ${fields['reason']}`}`)
    this.#delivery = await openDelivery({
      path: join(this.folder, 'outbox.db'),
      maxBytes: 100_000_000,
      deadLetters: this.deadLetters,
      receiver: () => openReceiver(this.target, declaredFields),
      log: { info: say('info'), warn: say('warn'), error: say('error') },
      sleep: (ms, signal) => realSleep(Math.min(ms, 150), signal),
      ...this.#options,
    })
    await this.#delivery.claim('test')
  }

  /** Writes a new state of each of so many paths, and notes what was reported. */
  async write(paths: number, more: (document: Document) => Document = (document) => document): Promise<void> {
    this.#seconds += 1
    const documents = Array.from({ length: paths }, (_, path) =>
      more(snapshot(`/fault/${path}`, `state ${this.#seconds} of ${path}`, this.#seconds)),
    )
    await this.writeThese(documents)
  }

  async writeThese(documents: readonly Document[]): Promise<void> {
    const outcomes = await this.delivery.write(documents)
    for (const [index, { status }] of outcomes.entries()) if (status === 'stored') this.noteStored(documents[index]!)
  }

  noteStored(document: Document): void {
    const id = snapshotId(document['host.name'], document['file.path'])
    this.#stored.add(`${id}@${Date.parse(document['@timestamp'])}`)
    this.#newest.set(document['file.path'], document.content ?? '')
  }

  /** Resolves when the delivery shows what is waited for. */
  async until(holds: (figures: DeliveryFigures) => boolean): Promise<void> {
    for (const since = Date.now(); Date.now() - since < patienceMs; await sleep(20))
      if (holds(this.delivery.figures())) return
    assert.fail(`it did not come to that: ${holds}; ${JSON.stringify(this.delivery.figures())}`)
  }

  /** Resolves when nothing waits any more; without hurry, as it would go by itself. */
  async drained(): Promise<void> {
    await this.until(({ queued_documents }) => queued_documents === 0)
  }

  /** Every reported snapshot is in the history, none is there that was not reported, and each path's newest is in latest. */
  async assertKept({ without = new Set<string>() }: { without?: ReadonlySet<string> } = {}): Promise<void> {
    const kept = await this.history()
    const expected = [...this.#stored].filter((id) => !without.has(id))
    assert.equal(kept.length, new Set(kept).size, 'a snapshot is in the history twice')
    assert.deepEqual(new Set(kept), new Set(expected))
    assert.deepEqual(await this.latest(), new Map([...this.#newest].sort()))
  }

  /** Ids of all versions. */
  async history(): Promise<string[]> {
    return (await this.versions()).map(({ id }) => id)
  }

  /** All versions, by path and time. */
  versions(): Promise<Kept[]> {
    return this.#kept(historyAlias(this.target.prefix))
  }

  /** Newest content by path. */
  async latest(): Promise<Map<string, string>> {
    const newest = await this.#kept(latestAlias(this.target.prefix))
    return new Map(newest.map(({ path, content }) => [path, content] as const).sort())
  }

  async close(): Promise<void> {
    await this.#delivery?.close({ within_ms: 0 })
  }

  async #kept(index: string): Promise<Kept[]> {
    const kept: Kept[] = []
    await request(this.#address, `/${index}/_refresh`, { method: 'POST' })
    for (let after: unknown[] | undefined; ; ) {
      const body = { size: 5000, sort: ['file.path', '@timestamp'], ...(after && { search_after: after }) }
      const answer = await request(this.#address, `/${index}/_search`, { method: 'POST', body })
      const page = (answer as unknown as { hits: { hits: Hit[] } }).hits.hits
      for (const { _id: id, _source } of page)
        kept.push({
          id,
          path: _source['file.path'],
          time: _source['@timestamp'],
          content: _source.content ?? '',
          state: _source.state ?? '',
          ctime: _source['file.ctime'] ?? '',
        })
      if (page.length < 5000) return kept
      after = page.at(-1)?.sort
    }
  }
}

interface Hit {
  _id: string
  _source: { 'file.path': string; '@timestamp': string; content?: string; state?: string; 'file.ctime'?: string }
  sort: unknown[]
}
