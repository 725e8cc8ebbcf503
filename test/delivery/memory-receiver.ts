// A store in memory that takes parcels as the real one does, and fails when it is told to.
import type { Delivered, Parcel, Receiver } from '../../src/store/store.ts'

/** What becomes of a parcel; undefined: it is taken. */
export type Fault = (parcel: Parcel, attempt: number) => Delivered | undefined

export interface Kept {
  version: number
  time: string
  content: string | undefined
}

export class MemoryReceiver implements Receiver {
  /** By path: the newest. */
  readonly latest = new Map<string, Kept>()
  /** By path: what the history holds, in order of arrival; a version that comes twice is there once. */
  readonly history = new Map<string, Kept[]>()
  /** Every parcel that came, taken or not. */
  readonly seen: Parcel[] = []
  readonly bulks: number[] = []
  isClosed = false
  /** Which store it is; undefined: it cannot tell. */
  store: string | undefined
  fault: Fault = () => undefined
  /** Called before a bulk is looked at: to throw, or to hang. */
  before: (signal: AbortSignal) => Promise<void> = async () => {}
  #attempts = 0

  async deliver(parcels: readonly Parcel[], signal: AbortSignal): Promise<Delivered[]> {
    this.#attempts++
    await this.before(signal)
    this.bulks.push(parcels.length)
    return parcels.map((parcel) => {
      this.seen.push(parcel)
      const fault = this.fault(parcel, this.#attempts)
      if (fault && fault.status !== 'stored') return fault
      return this.#take(parcel)
    })
  }

  async identity(_signal: AbortSignal): Promise<string | undefined> {
    return this.store
  }

  /** Becomes another store, which holds nothing. */
  become(store: string): void {
    this.store = store
    this.latest.clear()
    this.history.clear()
  }

  async close(): Promise<void> {
    this.isClosed = true
  }

  #take({ document, version, unchanged }: Parcel): Delivered {
    const path = document['file.path']
    const kept: Kept = { version, time: document['@timestamp'], content: document.content }
    const latest = this.latest.get(path)
    if (latest === undefined || version >= latest.version) this.latest.set(path, kept)
    if (unchanged) return { status: 'unchanged' }
    const history = this.history.get(path) ?? []
    if (!history.some((before) => before.version === version)) history.push(kept)
    this.history.set(path, history)
    return { status: 'stored' }
  }
}
