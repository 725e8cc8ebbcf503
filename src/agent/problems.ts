// What could not be read, told when it begins and when it ends: a file unreadable for a month is two lines, not thousands.
import type { Log } from './log.ts'

export class ProblemLog {
  readonly #log: Log
  readonly #open = new Map<string, string>()
  #storeFailure: string | undefined

  constructor(log: Log) {
    this.#log = log
  }

  /** Takes what became of a path: its failure, or undefined when it was observed without one. */
  tell(path: string, failure: string | undefined): void {
    if (this.#open.get(path) === failure) return
    if (failure !== undefined) {
      this.#open.set(path, failure)
      this.#log.warn('source failed', { path, cause: failure })
    } else {
      this.#open.delete(path)
      this.#log.info('source readable again', { path })
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
