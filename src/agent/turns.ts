// One after the other: what must not overlap takes turns.

export class Turns {
  #last: Promise<unknown> = Promise.resolve()

  /** Runs work once all that asked before has ended, well or not. */
  take<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work)
    this.#last = result.catch(() => {})
    return result
  }

  /** Resolves when nothing runs or waits. */
  async idle(): Promise<void> {
    let last: unknown
    while (last !== this.#last) {
      last = this.#last
      await last
    }
  }
}
