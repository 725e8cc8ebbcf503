// The outbox against a model of it: random writes, deliveries with random answers, crashes, a queue that is full, a clock that
// steps, a store that is emptied. What must hold after each step and at the end is asserted; how the outbox comes to it is its own.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { type Outbox, openOutbox } from '../../src/delivery/outbox.ts'
import type { QueuedParcel } from '../../src/delivery/outbox-read.ts'
import { type Kept, MemoryReceiver } from './memory-receiver.ts'
import { newFolder, snapshot } from './open.ts'

const paths = ['/state/a', '/state/b', '/state/c', '/metric/a', '/metric/b']
const isMetric = (path: string) => path.startsWith('/metric')
/** Texts that do not compress, of about 100, 1100 and 5000 bytes. */
const texts = [40, 500, 2500].map((bytes, seed) => noise(bytes, seed + 1))
const answers = ['stored', 'stored', 'stored', 'retry', 'rejected'] as const

type Answer = (typeof answers)[number]
type Write = { path: string; text: number; afterSeconds: number }
type Step =
  | { kind: 'write'; writes: Write[] }
  /** `meanwhile`: written between the reading of a bulk and the answer. */
  | { kind: 'deliver'; answers: Answer[]; maxParcels: number; meanwhile: Write[] }
  | { kind: 'crash' }
  /** The store is another from now on, which the outbox finds out before it delivers. */
  | { kind: 'another' }

const write: fc.Arbitrary<Write> = fc.record({
  path: fc.constantFrom(...paths),
  text: fc.nat(2),
  afterSeconds: fc.constantFrom(0, 1, 300, 86_400, -3600),
})
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 16,
    arbitrary: fc.record({ kind: fc.constant('write' as const), writes: fc.array(write, { maxLength: 6 }) }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('deliver' as const),
      answers: fc.array(fc.constantFrom(...answers), { minLength: 1, maxLength: 5 }),
      maxParcels: fc.integer({ min: 1, max: 8 }),
      meanwhile: fc.array(write, { maxLength: 2 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('crash' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('another' as const) }) },
)

function noise(length: number, seed: number): string {
  let state = seed
  let text = ''
  while (text.length < length * 2) {
    state = (state * 1103515245 + 12345) % 2 ** 31
    text += String.fromCharCode(33 + (state % 90))
  }
  return text
}

const opened: Outbox[] = []
after(() => {
  for (const outbox of opened) outbox.close()
})

class Run {
  readonly receiver = new MemoryReceiver()
  readonly #path = join(newFolder(), 'outbox.db')
  readonly #maxBytes: number
  #outbox!: Outbox
  #seconds = 0
  /** By path: the newest state written, and whether some parcel of the path was ever rejected. */
  readonly #newest = new Map<string, { text: string; wasRejected: boolean }>()
  /** By path: the distinct states in order. */
  readonly #changes = new Map<string, string[]>()
  /** Paths not written since the store is another: their newest state waits, or is lost to it until it is written again. */
  readonly #untold = new Set<string>()
  #stores = 1
  #met: string | undefined
  #queued = 0
  rejected = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
    this.receiver.become('store 1')
  }

  /** Opens it anew, what was open before stays as a killed process leaves it. */
  async open(): Promise<void> {
    const log = { info() {}, warn() {}, error: (message: string) => assert.fail(message) }
    this.#outbox = await openOutbox({ path: this.#path, maxBytes: this.#maxBytes, log, now: () => 0 })
    opened.push(this.#outbox)
  }

  async take(what: Step): Promise<void> {
    if (what.kind === 'write') this.#write(what.writes)
    else if (what.kind === 'deliver') await this.#deliver(what)
    else if (what.kind === 'another') this.receiver.become(`store ${++this.#stores}`)
    else await this.open()
    this.#check()
  }

  async finish(): Promise<void> {
    this.#meet()
    this.#write(
      [...this.#untold]
        .filter((path) => !isMetric(path))
        .map((path) => ({ path, text: this.#textOf(path), afterSeconds: 0 })),
    )
    while (this.#outbox.figures().queued_documents > 0)
      await this.#deliver({ kind: 'deliver', answers: ['stored'], maxParcels: 100, meanwhile: [] })
    this.#check()
    for (const [path, { text, wasRejected }] of this.#newest)
      if (!wasRejected && !this.#untold.has(path))
        assert.equal(this.receiver.latest.get(path)?.content, text, `latest of ${path}`)
    const { dropped_total } = this.#outbox.figures()
    if (dropped_total + this.rejected > 0) return
    for (const [path, changes] of this.#changes) {
      const history = inOrder(this.receiver.history.get(path))
      if (this.#stores === 1) assert.deepEqual(history, changes.map(labelOf), `history of ${path}`)
      else if (!this.#untold.has(path))
        assert.equal(history.at(-1), labelOf(changes.at(-1)), `end of the history of ${path}`)
    }
  }

  /** Before a delivery. */
  #meet(): void {
    const isOther = this.#met !== undefined && this.#met !== this.receiver.store
    this.#met = this.receiver.store
    assert.equal(this.#outbox.meet(this.#met ?? ''), isOther)
    if (isOther) for (const path of this.#newest.keys()) this.#untold.add(path)
  }

  #textOf(path: string): number {
    return texts.indexOf(this.#newest.get(path)?.text ?? '')
  }

  #write(writes: readonly Write[]): void {
    const documents = writes.map(({ path, text, afterSeconds }) => {
      this.#seconds += afterSeconds
      return snapshot(path, texts[text] ?? '', this.#seconds, isMetric(path) ? 'metric' : 'state')
    })
    const before = this.#outbox.figures()
    const outcomes = this.#outbox.write(documents)
    const { queued_documents, dropped_total } = this.#outbox.figures()
    this.#queued += queued_documents + dropped_total - before.queued_documents - before.dropped_total
    for (const [index, document] of documents.entries()) {
      const path = document['file.path']
      const text = document.content ?? ''
      const newest = this.#newest.get(path)
      const isSame = !isMetric(path) && newest?.text === text
      if (!isSame) assert.equal(outcomes[index]?.status, 'stored')
      else if (!newest.wasRejected && !this.#untold.has(path)) assert.equal(outcomes[index]?.status, 'unchanged')
      if (!isSame) this.#changes.set(path, [...(this.#changes.get(path) ?? []), text])
      this.#untold.delete(path)
      this.#newest.set(path, { text, wasRejected: newest?.wasRejected ?? false })
    }
  }

  async #deliver({ answers: given, maxParcels, meanwhile }: Step & { kind: 'deliver' }): Promise<void> {
    this.#meet()
    const bulk = this.#outbox.read(this.#outbox.oldest({ maxBytes: 12_000, maxParcels, busy: new Set() }))
    this.#write(meanwhile)
    const answerOf = new Map(bulk.map((parcel, index) => [parcel.id, given[index % given.length]]))
    const sent = bulk.filter(({ id }) => answerOf.get(id) === 'stored')
    for (const parcel of sent) this.#checkSent(parcel)
    await this.receiver.deliver(sent, new AbortController().signal)
    const rejected = bulk.filter(({ id }) => answerOf.get(id) === 'rejected')
    this.rejected += rejected.length
    for (const { document } of rejected) {
      const newest = this.#newest.get(document['file.path'])
      if (newest) newest.wasRejected = true
    }
    this.#outbox.settle(sent, rejected)
  }

  /** What the mark of a parcel claims must be so at the store, where a later one may have overtaken it after a retry. */
  #checkSent({ document, unchanged, version }: QueuedParcel): void {
    if (!unchanged) return
    const path = document['file.path']
    const before = this.receiver.history.get(path)?.filter((kept) => kept.version < version)
    assert.equal(
      inOrder(before).at(-1),
      labelOf(document.content),
      `${path} is marked unchanged, the history says otherwise`,
    )
  }

  #check(): void {
    const { queued_documents, queued_bytes, delivered_total, rejected_total, dropped_total } = this.#outbox.figures()
    assert.equal(queued_documents + delivered_total + rejected_total + dropped_total, this.#queued, 'all is counted')
    const all = this.#outbox.read(this.#outbox.oldest({ maxBytes: 1e9, maxParcels: 1e5, busy: new Set() }))
    if (queued_bytes > this.#maxBytes) {
      const queuedPaths = new Set(all.map(({ document }) => document['file.path']))
      assert.equal(queuedPaths.size, queued_documents, 'over the limit only the newest of each path are left')
    }
    for (const path of paths) {
      const versions = all.filter(({ document }) => document['file.path'] === path).map(({ version }) => version)
      assert.deepEqual(
        versions,
        [...new Set(versions)].sort((one, other) => one - other),
        `versions of ${path}`,
      )
    }
  }
}

/** What arrived late after a retry has its place by its version. */
function inOrder(kept: readonly Kept[] = []): string[] {
  return [...kept].sort((one, other) => one.version - other.version).map(({ content }) => labelOf(content))
}

function labelOf(text: string | undefined): string {
  return `text ${texts.indexOf(text ?? '')}`
}

for (const [what, maxBytes, runs] of [
  ['with room enough', 1e8, 60],
  ['when it is full', 25_000, 100],
  ['when not even the newest fit', 4000, 60],
] as const)
  test(`whatever happens, what the outbox says holds ${what}`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const run = new Run(maxBytes)
        await run.open()
        for (const one of steps) await run.take(one)
        await run.finish()
        for (const outbox of opened.splice(0)) outbox.close()
      }),
      { numRuns: runs },
    )
  })
