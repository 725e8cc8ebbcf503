// From the queue to the store: bulks, oldest first, in order per path; a pause when the store cannot take them now.
import { setTimeout as timer } from 'node:timers/promises'
import { messageOf } from '../errors.ts'
import { pacer } from '../pacer.ts'
import type { Delivered, Receiver } from '../store/store.ts'
import type { Outbox } from './outbox.ts'
import type { QueuedParcel, WaitingParcel } from './outbox-read.ts'
import { backOffMs } from './retry.ts'

/** What the sender is doing. Times are milliseconds since the epoch. */
export type SenderState =
  | { status: 'idle' }
  | { status: 'sending' }
  /** From the first attempt that failed until one succeeds; `until` is when the next one is made. */
  | { status: 'paused'; since: number; until: number; reason: string; cause?: unknown }

/** Ends early, without a throw, when the signal comes. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>

export interface SenderOptions {
  queue: Pick<Outbox, 'oldest' | 'read' | 'settle' | 'meet'>
  /** Asked when there is something to send, again after it failed. */
  receiver: (signal: AbortSignal) => Promise<Receiver>
  /** Takes a document the store will never take, before it leaves the queue. */
  onRejected: (parcel: QueuedParcel, reason: string) => void
  onState: (state: SenderState, before: SenderState) => void
  now: () => number
  random: () => number
  sleep?: Sleep
  /** Of JSON in one bulk; a single document may have more. */
  bulkBytes?: number
  bulkParcels?: number
  /** Bulks under way at a time; of one path never two. */
  concurrency?: number
  /** How long the first document of a cycle waits for the others, so that they travel together. */
  lingerMs?: number
}

/** What an attempt to empty the queue came to; `reason` when the store did not take everything. */
export interface Attempt {
  reason?: string
}

export const realSleep: Sleep = (ms, signal) => timer(ms, undefined, { signal }).catch(() => {})

const defaults = { sleep: realSleep, bulkBytes: 5_000_000, bulkParcels: 500, concurrency: 2, lingerMs: 100 }

const sliceMs = 5
const parcelsPerRead = 10

/** A bulk shrinks to a 64th: what a slow line cannot carry in the time of a request it may carry in parts. */
const mostHalvings = 6

interface Failure {
  reason: string
  askedMs: number
  cause?: unknown
}

export class Sender {
  readonly #options: SenderOptions & typeof defaults
  readonly #stop = new AbortController()
  /** Paths of the bulks under way. */
  readonly #busy = new Set<number>()
  readonly #attempts = new Set<(attempt: Attempt) => void>()
  readonly #sleepers = new Set<() => void>()
  #lanes: Promise<unknown> | undefined
  #state: SenderState = { status: 'idle' }
  #receiver: Promise<Receiver> | undefined
  /** A look under way at whom the receiver delivers to. */
  #meeting: Promise<void> | undefined
  /** How often the store turned out to be another. */
  #changes = 0
  #failures = 0
  /** How often the bulk is halved: once more with each that failed as a whole, once less with each that was taken. */
  #halvings = 0
  /** Paths of bulks that failed as a whole: others go first the next time, lest a few hold up everything. */
  readonly #stuck = new Set<number>()
  #pause: { over: Promise<void>; hurry: AbortController; isAsked: boolean } | undefined
  #hurries = 0

  constructor(options: SenderOptions) {
    this.#options = { ...defaults, ...withoutUndefined(options) }
  }

  get state(): SenderState {
    return this.#state
  }

  get isStarted(): boolean {
    return this.#lanes !== undefined
  }

  /** Begins to send; once is enough. */
  start(): void {
    this.#lanes ??= Promise.all(Array.from({ length: this.#options.concurrency }, () => this.#lane()))
  }

  /** Something was queued. */
  wake(): void {
    const sleepers = [...this.#sleepers]
    this.#sleepers.clear()
    for (const rise of sleepers) rise()
  }

  /**
   * Finds out whom it delivers to before there is anything to send. Ends without a throw when that cannot be found out, or when the
   * signal comes: sending tells why.
   */
  async meet(signal: AbortSignal): Promise<void> {
    await untilAborted(this.#meet(), signal).catch(() => {})
  }

  /**
   * Tries at once, cutting a pause short unless the store itself asked for it. Resolves when the queue is empty, or with the
   * reason when the attempt failed or the signal came.
   */
  attempt(signal: AbortSignal): Promise<Attempt> {
    return new Promise((resolve) => {
      const done = (attempt: Attempt) => {
        this.#attempts.delete(done)
        this.#hurries--
        signal.removeEventListener('abort', onAbort)
        resolve(attempt)
      }
      const onAbort = () => done({ reason: this.#state.status === 'paused' ? this.#state.reason : 'out of time' })
      this.#attempts.add(done)
      this.#hurries++
      signal.addEventListener('abort', onAbort)
      if (signal.aborted || this.#stop.signal.aborted) return onAbort()
      if (this.#pause?.isAsked && this.#state.status === 'paused') return done({ reason: this.#state.reason })
      this.#pause?.hurry.abort()
      this.wake()
    })
  }

  /** Ends the bulk under way without waiting for its answer: what it brought is sent again next time. */
  async stop(patienceMs: number): Promise<void> {
    this.#stop.abort()
    this.wake()
    for (const done of [...this.#attempts]) done({ reason: 'stopped' })
    const patience = new AbortController()
    const closing = Promise.resolve(this.#lanes)
      .then(async () => (await this.#receiver)?.close())
      .catch(() => {})
    await Promise.race([closing, realSleep(patienceMs, patience.signal)])
    patience.abort()
  }

  async #lane(): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      while (this.#pause && !signal.aborted) await this.#pause.over
      if (signal.aborted) return
      try {
        // before the queue is read: what waits there may mean something else to another store
        if (this.#receiver || this.#take().length > 0) await untilAborted(this.#meet(), signal)
        if (signal.aborted) return
        const bulk = this.#take()
        if (bulk.length === 0) await this.#rest()
        else await this.#send(bulk)
      } catch (error) {
        // The queue itself: a full disk, a damaged file.
        this.#fail({ reason: messageOf(error), askedMs: 0, cause: error })
      }
    }
  }

  #meet(): Promise<void> {
    this.#meeting ??= this.#compare().finally(() => {
      this.#meeting = undefined
    })
    return this.#meeting
  }

  async #compare(): Promise<void> {
    const receiver = await this.#reached()
    const identity = await receiver.identity?.(this.#stop.signal)
    if (this.#stop.signal.aborted || identity === undefined) return
    if (this.#options.queue.meet(identity)) this.#changes++
  }

  #reached(): Promise<Receiver> {
    this.#receiver ??= this.#options.receiver(this.#stop.signal).catch((error) => {
      this.#receiver = undefined
      throw error
    })
    return this.#receiver
  }

  #take(): WaitingParcel[] {
    const { queue, bulkBytes, bulkParcels } = this.#options
    const maxBytes = bulkBytes / 2 ** this.#halvings
    const maxParcels = Math.ceil(bulkParcels / 2 ** this.#halvings)
    const bulk = queue.oldest({ maxBytes, maxParcels, busy: this.#busy.union(this.#stuck) })
    if (bulk.length > 0 || this.#stuck.size === 0) return bulk
    this.#stuck.clear()
    return queue.oldest({ maxBytes, maxParcels, busy: this.#busy })
  }

  /** Nothing to send: sleeps until something is. */
  async #rest(): Promise<void> {
    const { sleep, lingerMs } = this.#options
    const woken = new Promise<void>((resolve) => this.#sleepers.add(resolve))
    if (this.#busy.size === 0) {
      this.#succeed('idle')
      for (const done of [...this.#attempts]) done({})
    }
    await woken
    if (this.#hurries === 0) await sleep(lingerMs, this.#stop.signal)
  }

  async #send(waiting: readonly WaitingParcel[]): Promise<void> {
    const paths = new Set(waiting.map(({ pathId }) => pathId))
    for (const path of paths) this.#busy.add(path)
    try {
      // the store it was chosen for: another may be met while it is read
      const changes = this.#changes
      const bulk = await this.#read(waiting)
      if (bulk.length === 0 || changes !== this.#changes || this.#stop.signal.aborted) return
      if (this.#state.status === 'idle') this.#become({ status: 'sending' })
      const delivered = await this.#deliver(bulk)
      if (delivered === undefined) return
      // the store before may have taken it: this one gets it again
      if (changes !== this.#changes) return
      const failure = this.#settle(bulk, delivered)
      if (failure) this.#fail(failure)
      else this.#succeed('sending')
    } finally {
      for (const path of paths) this.#busy.delete(path)
      // a lane that found every path busy looks again
      if (this.#options.concurrency > 1) this.wake()
    }
  }

  /** Some at a time: unpacking a bulk takes longer than the event loop may be held. */
  async #read(waiting: readonly WaitingParcel[]): Promise<QueuedParcel[]> {
    const bulk: QueuedParcel[] = []
    const pace = pacer(sliceMs, 1)
    for (let at = 0; at < waiting.length && !this.#stop.signal.aborted; at += parcelsPerRead) {
      if (pace.isOver()) await pace.rest()
      bulk.push(...this.#options.queue.read(waiting.slice(at, at + parcelsPerRead)))
    }
    return bulk
  }

  /** The answers, or undefined when stopped before they came. */
  async #deliver(bulk: readonly QueuedParcel[]): Promise<Delivered[] | undefined> {
    const { signal } = this.#stop
    const work = async () => {
      try {
        const receiver = await this.#reached()
        return await receiver.deliver(bulk, signal)
      } catch (error) {
        return bulk.map((): Delivered & { cause: unknown } => ({
          status: 'retry',
          reason: messageOf(error),
          cause: error,
        }))
      }
    }
    return untilAborted(work(), signal)
  }

  /** Takes out of the queue what was answered for; gives why the rest is still there. */
  #settle(bulk: readonly QueuedParcel[], delivered: readonly Delivered[]): Failure | undefined {
    const taken: QueuedParcel[] = []
    const rejected: QueuedParcel[] = []
    let failure: Failure | undefined
    for (const [index, parcel] of bulk.entries()) {
      const answer = delivered[index] ?? { status: 'retry', reason: 'the store gave no answer for a document' }
      switch (answer.status) {
        case 'stored':
        case 'unchanged':
          taken.push(parcel)
          break
        case 'rejected':
          this.#options.onRejected(parcel, answer.reason)
          rejected.push(parcel)
          break
        case 'retry':
          failure ??= { reason: answer.reason, askedMs: 0, cause: (answer as { cause?: unknown }).cause }
          failure.askedMs = Math.max(failure.askedMs, answer.after_ms ?? 0)
      }
    }
    this.#options.queue.settle(taken, rejected)
    this.#learn(bulk, { isProgress: taken.length + rejected.length > 0, isWhole: failure === undefined })
    return failure
  }

  #learn(bulk: readonly QueuedParcel[], { isProgress, isWhole }: { isProgress: boolean; isWhole: boolean }): void {
    if (isWhole) {
      this.#halvings = Math.max(0, this.#halvings - 1)
      // one of them is tried again beside the others
      for (const path of [...this.#stuck].slice(0, 1)) this.#stuck.delete(path)
    }
    // the store lives, it only cannot take everything at once
    if (isProgress) this.#failures = 0
    else {
      this.#halvings = Math.min(mostHalvings, this.#halvings + 1)
      for (const { pathId } of bulk) this.#stuck.add(pathId)
    }
  }

  #succeed(status: 'idle' | 'sending'): void {
    if (this.#pause) return
    this.#failures = 0
    if (this.#state.status !== status) this.#become({ status })
  }

  #fail({ reason, askedMs, cause }: Failure): void {
    const { now, random, sleep } = this.#options
    if (this.#stop.signal.aborted) return
    if (!this.#pause) {
      this.#failures++
      const wait = backOffMs(this.#failures, random, askedMs)
      const hurry = new AbortController()
      const over = sleep(wait, AbortSignal.any([hurry.signal, this.#stop.signal])).then(() => {
        this.#pause = undefined
      })
      this.#pause = { over, hurry, isAsked: askedMs > 0 }
      const since = this.#state.status === 'paused' ? this.#state.since : now()
      this.#become({ status: 'paused', since, until: now() + wait, reason, cause })
    }
    for (const done of [...this.#attempts]) done({ reason })
  }

  #become(state: SenderState): void {
    const before = this.#state
    this.#state = state
    this.#options.onState(state, before)
  }
}

/** What the work gives, or undefined when the signal comes first. */
function untilAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result | undefined> {
  return new Promise((resolve, reject) => {
    const onAbort = () => resolve(undefined)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort)
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

/** An option that is given as undefined is one that is not given. */
function withoutUndefined<Options extends object>(options: Options): Options {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Options
}
