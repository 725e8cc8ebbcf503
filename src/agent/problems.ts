// What could not be read, told when it begins and when it ends: a file unreadable for a month is two lines, not thousands.
import { dayOf } from '../snapshot/document.ts'
import type { Log } from './log.ts'

export class ProblemLog {
  readonly #log: Log
  readonly #open = new Map<string, { failure: string; toldOn: number }>()
  #day = -1
  #storeFailure: string | undefined

  constructor(log: Log) {
    this.#log = log
  }

  /** Takes what became of a path at a time: its failure, or undefined when it was observed without one. */
  tell(path: string, failure: string | undefined, at: number): void {
    const day = dayOf(at)
    if (day > this.#day) this.#dropUntold(day)
    const known = this.#open.get(path)
    if (failure !== undefined) this.#open.set(path, { failure, toldOn: day })
    if (known?.failure === failure) return
    if (failure !== undefined) {
      this.#log.warn('source failed', { path, cause: failure })
    } else {
      this.#open.delete(path)
      this.#log.info('source readable again', { path })
    }
  }

  /** Of what no cycle has come across for a whole day nothing more will be told: it is gone, or no longer asked for. */
  #dropUntold(day: number): void {
    this.#day = day
    for (const [path, { toldOn }] of this.#open)
      if (toldOn < day - 1) {
        this.#open.delete(path)
        this.#log.info('failed source is gone', { path })
      }
  }

  /** Takes a document the store will never take. */
  tellRejected(path: string, reason: string): void {
    this.#log.error('document rejected by the store', { path, reason })
  }

  /** Takes what the store threw, or undefined when it worked. */
  tellStore(failure: string | undefined): void {
    if (failure === this.#storeFailure) return
    if (failure !== undefined) this.#log.error('store failed', { cause: failure })
    else this.#log.info('store works again')
    this.#storeFailure = failure
  }
}
