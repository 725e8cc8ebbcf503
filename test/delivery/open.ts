// A delivery for tests: its folder, a receiver in memory, what it logs, and time that passes when it is told to.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Delivery, type DeliveryOptions, openDelivery } from '../../src/delivery/delivery.ts'
import type { Sleep } from '../../src/delivery/sender.ts'
import type { Document } from '../../src/snapshot/document.ts'
import { MemoryReceiver } from './memory-receiver.ts'

export const start = Date.parse('2026-11-18T10:00:00Z')

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'mitra-delivery-'))
}

/** A document of host `h`, observed so many seconds after the start. */
export function snapshot(path: string, content: string, seconds: number, kind: 'state' | 'metric' = 'state'): Document {
  return {
    '@timestamp': new Date(start + seconds * 1000).toISOString(),
    'host.name': 'h',
    'file.path': path,
    'event.dataset': 'mitra.file',
    'event.kind': kind,
    content,
  }
}

export class TestDelivery {
  readonly folder: string
  readonly receiver = new MemoryReceiver()
  readonly said: string[] = []
  readonly sleeps: number[] = []
  now = start
  random = 0.5
  /** What a pause waits for. */
  sleep: Sleep = async (_ms, signal) => {
    await new Promise<void>((resolve) => {
      this.passTime = resolve
      signal.addEventListener('abort', () => resolve(), { once: true })
      if (signal.aborted) resolve()
    })
  }
  /** Ends the pause under way. */
  passTime: () => void = () => {}
  #delivery: Delivery | undefined

  constructor(folder = newFolder()) {
    this.folder = folder
  }

  get path(): string {
    return join(this.folder, 'outbox.db')
  }

  get deadLetters(): string {
    return join(this.folder, 'dead-letters.ndjson')
  }

  get delivery(): Delivery {
    if (!this.#delivery) throw new Error('not open')
    return this.#delivery
  }

  async open(options: Partial<DeliveryOptions> = {}): Promise<Delivery> {
    const say = (level: string) => (message: string, fields?: Record<string, unknown>) =>
      void this.said.push(`${level} ${message}${fields?.['reason'] === undefined ? '' : `: ${fields['reason']}`}`)
    this.#delivery = await openDelivery({
      path: this.path,
      maxBytes: 10_000_000,
      deadLetters: this.deadLetters,
      receiver: async () => this.receiver,
      log: { info: say('info'), warn: say('warn'), error: say('error') },
      now: () => this.now,
      random: () => this.random,
      sleep: async (ms, signal) => {
        // the linger of a cycle, which no pause is as short as here
        if (ms === 100) return
        this.sleeps.push(ms)
        await this.sleep(ms, signal)
      },
      ...options,
    })
    return this.#delivery
  }

  /** Tries until nothing is queued. */
  async drain(): Promise<void> {
    for (let tries = 0; tries < 1000; tries++) {
      const { documents } = await this.delivery.drained(AbortSignal.timeout(5000))
      if (documents === 0) return
      this.passTime()
    }
    throw new Error('the queue does not become empty')
  }
}

/** Lets what is ready run, until the condition holds. */
export async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 2000; tries++) {
    if (condition()) return
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  throw new Error(`it did not come to that: ${condition}`)
}
