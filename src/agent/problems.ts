// What could not be read, told when it begins and when it ends: a file unreadable for a month is two lines, not thousands.
import type { Problem } from './cycle.ts'
import type { Log } from './log.ts'

export class ProblemLog {
  readonly #log: Log
  readonly #open = new Map<string, string>()
  #storeFailure: string | undefined

  constructor(log: Log) {
    this.#log = log
  }

  /** Takes the problems of a cycle over the sources it read. */
  tell(problems: readonly Problem[], isCovered: (path: string) => boolean): void {
    const now = new Map(problems.map(({ path, message }) => [path, message]))
    for (const [path, message] of now) {
      if (this.#open.get(path) === message) continue
      this.#open.set(path, message)
      this.#log.warn('source failed', { path, cause: message })
    }
    for (const path of this.#open.keys()) {
      if (now.has(path) || !isCovered(path)) continue
      this.#open.delete(path)
      this.#log.info('source readable again', { path })
    }
  }

  /** Takes what the store threw, or undefined when it worked. */
  tellStore(failure: string | undefined): void {
    if (failure === this.#storeFailure) return
    if (failure !== undefined) this.#log.error('store failed', { cause: failure })
    else this.#log.info('store works again')
    this.#storeFailure = failure
  }
}
