// Between the agent and a store beyond the network: what is written is safe on disk at once and sent when the store takes it.
import { ActionableError, messageOf } from '../errors.ts'
import type { Document } from '../snapshot/document.ts'
import { claimStore } from '../sqlite/claim.ts'
import type { Outcome, Receiver } from '../store/store.ts'
import { createDeadLetters } from './dead-letters.ts'
import type { DeliveryLog } from './log.ts'
import { type Outbox, openOutbox, type QueueFigures } from './outbox.ts'
import type { QueuedParcel } from './outbox-read.ts'
import { Sender, type SenderState, type Sleep } from './sender.ts'

export interface DeliveryOptions {
  /** The outbox, a file on this host. */
  path: string
  /** Bytes the outbox may take; beyond, the oldest samples go first, and never the newest state of a path. */
  maxBytes: number
  /** File for documents the store will never take; 10 MB, rotated once. */
  deadLetters: string
  /** Reaches the store; asked when there is something to send, and again as long as it throws. */
  receiver: (signal: AbortSignal) => Promise<Receiver>
  log: DeliveryLog
  /** Milliseconds since the epoch. */
  now?: () => number
  /** From 0 up to 1, for the jitter of pauses. */
  random?: () => number
  sleep?: Sleep
  /** Bulks under way at a time. */
  concurrency?: number
  /** Of JSON in one bulk. */
  bulkBytes?: number
}

export interface DeliveryFigures extends QueueFigures {
  state: SenderState['status']
  /** Milliseconds since the epoch. */
  paused_since?: number
  reason?: string
}

/** What is still queued, and why. */
export interface Left {
  documents: number
  reason?: string
}

export interface Delivery {
  /** Queues documents; when it returns they survive kill -9 and power loss. Throws ActionableError when they cannot be kept. */
  write(documents: readonly Document[]): Promise<Outcome[]>
  /** Paths of a host whose newest state exists. */
  paths(host: string, dataset: string): Promise<string[]>
  figures(): DeliveryFigures
  /**
   * Finds out whom it delivers to, so that what is written next is held against what that store was told; ends without a throw when
   * it cannot be found out or the signal comes.
   */
  meet(signal: AbortSignal): Promise<void>
  /** Sends now; resolves when nothing is queued, the attempt failed or the signal came. */
  drained(signal: AbortSignal): Promise<Left>
  /** Claims the outbox for one agent until close; throws ActionableError naming the agent that has it. */
  claim(agent: string): Promise<void>
  /** Sends what fits into the time (5 s unless given) and keeps the rest; gives what is left. Sends nothing if nothing was asked for. */
  close(options?: { within_ms?: number }): Promise<Left>
}

const closeWithinMs = 5000
/** For a request that does not end when it is told to. */
const patienceMs = 500

/**
 * Opens the outbox. Sending begins when it is claimed, written to or asked to: the store may be out of reach, or the outbox another
 * agent's. Throws ActionableError when the outbox cannot be used.
 */
export async function openDelivery(options: DeliveryOptions): Promise<Delivery> {
  const { path, maxBytes, log, now = Date.now, random = Math.random } = options
  const outbox = await openOutbox({ path, maxBytes, log, now })
  const rejections = new RejectionLog(options, now)
  const sender = new Sender({
    queue: outbox,
    receiver: options.receiver,
    onRejected: (parcel, reason) => rejections.tell(parcel, reason),
    onState: (state, before) => tellState(log, outbox, now, state, before),
    now,
    random,
    ...(options.sleep && { sleep: options.sleep }),
    ...(options.concurrency !== undefined && { concurrency: options.concurrency }),
    ...(options.bulkBytes !== undefined && { bulkBytes: options.bulkBytes }),
  })
  return new OpenDelivery(options, outbox, sender)
}

class OpenDelivery implements Delivery {
  readonly #options: DeliveryOptions
  readonly #outbox: Outbox
  readonly #sender: Sender
  readonly #fullness: FullnessLog
  #release: (() => void) | undefined
  #closed: Promise<Left> | undefined

  constructor(options: DeliveryOptions, outbox: Outbox, sender: Sender) {
    this.#options = options
    this.#outbox = outbox
    this.#sender = sender
    this.#fullness = new FullnessLog(options, outbox.figures().dropped_total)
  }

  async write(documents: readonly Document[]): Promise<Outcome[]> {
    const outcomes = this.#outbox.write(documents)
    this.#fullness.tell(this.#outbox.figures())
    this.#sender.start()
    this.#sender.wake()
    return outcomes
  }

  async paths(host: string, dataset: string): Promise<string[]> {
    return this.#outbox.paths(host, dataset)
  }

  figures(): DeliveryFigures {
    const { state } = this.#sender
    return {
      ...this.#outbox.figures(),
      state: state.status,
      ...(state.status === 'paused' && { paused_since: state.since, reason: state.reason }),
    }
  }

  async meet(signal: AbortSignal): Promise<void> {
    await this.#sender.meet(signal)
  }

  async drained(signal: AbortSignal): Promise<Left> {
    this.#sender.start()
    const { reason } = await this.#sender.attempt(signal)
    const documents = this.#outbox.figures().queued_documents
    return { documents, ...(documents > 0 && reason !== undefined && { reason }) }
  }

  async claim(agent: string): Promise<void> {
    this.#release = await claimStore(this.#options.path, agent, {
      what: 'outbox',
      another: 'an outbox of its own',
    })
    this.#sender.start()
  }

  close({ within_ms = closeWithinMs }: { within_ms?: number } = {}): Promise<Left> {
    this.#closed ??= this.#close(within_ms)
    return this.#closed
  }

  async #close(within_ms: number): Promise<Left> {
    try {
      if (!this.#sender.isStarted) return { documents: this.#outbox.figures().queued_documents }
      const left = await this.drained(AbortSignal.timeout(within_ms))
      await this.#sender.stop(patienceMs)
      return left
    } finally {
      this.#release?.()
      this.#release = undefined
      this.#outbox.close()
    }
  }
}

/** A pause is told when it begins and when it ends, however many attempts it had. */
function tellState(log: DeliveryLog, outbox: Outbox, now: () => number, state: SenderState, before: SenderState): void {
  if (state.status === 'paused' && before.status !== 'paused') {
    const { reason, cause } = state
    const next = cause instanceof ActionableError ? cause.next : undefined
    log.warn('delivery paused', { reason, ...(next !== undefined && { next }) })
  } else if (state.status !== 'paused' && before.status === 'paused') {
    const paused_s = Math.max(0, Math.round((now() - before.since) / 1000))
    log.info('delivery goes on', { paused_s, queued_documents: outbox.figures().queued_documents })
  }
}

/** Says when the outbox begins to drop, and when it has room again. */
class FullnessLog {
  readonly #options: DeliveryOptions
  #isFull = false
  #dropped: number

  constructor(options: DeliveryOptions, dropped: number) {
    this.#options = options
    this.#dropped = dropped
  }

  tell({ dropped_total, queued_bytes }: QueueFigures): void {
    const { log, path, maxBytes } = this.#options
    if (!this.#isFull && dropped_total > this.#dropped) {
      this.#isFull = true
      log.warn('outbox is full, the oldest go', { outbox: path, max_bytes: maxBytes })
    } else if (this.#isFull && queued_bytes < maxBytes / 2) {
      this.#isFull = false
      log.info('outbox has room again', { outbox: path, dropped: dropped_total - this.#dropped })
    }
    if (!this.#isFull) this.#dropped = dropped_total
  }
}

/** Sets rejected documents aside, and tells of each path once while the agent runs: what is wrong with one is with the next. */
class RejectionLog {
  readonly #letters: ReturnType<typeof createDeadLetters>
  readonly #log: DeliveryLog
  readonly #file: string
  readonly #now: () => number
  readonly #told = new Set<number>()

  constructor({ deadLetters, log }: DeliveryOptions, now: () => number) {
    this.#letters = createDeadLetters(deadLetters)
    this.#file = deadLetters
    this.#log = log
    this.#now = now
  }

  tell({ document, pathId }: QueuedParcel, reason: string): void {
    const path = document['file.path']
    if (!this.#told.has(pathId) && this.#told.size < 10_000) {
      this.#told.add(pathId)
      this.#log.error('document rejected by the store', { path, reason, dead_letters: this.#file })
    }
    try {
      this.#letters.add(this.#now(), reason, document)
    } catch (error) {
      this.#log.error('rejected document cannot be set aside', {
        path,
        dead_letters: this.#file,
        cause: messageOf(error),
      })
    }
  }
}
