// Keeps dear readings below a share of one processor: what took long is done again later.

/** Knows what each kind of reading took the last time, and when the last of any kind was. */
export class Spending {
  readonly #clock: () => number
  readonly #share: number
  readonly #costs = new Map<string, number>()
  #last = Number.NEGATIVE_INFINITY

  /** `clock`: milliseconds that only go forward; `share`: of a processor. */
  constructor(clock = () => performance.now(), share = 0.01) {
    this.#clock = clock
    this.#share = share
  }

  /** Whether the time since the last reading pays for one of this kind; the first of a kind it always does. */
  affords(kind: string): boolean {
    return this.#clock() - this.#last >= (this.#costs.get(kind) ?? 0) / this.#share
  }

  /** Does it and takes down what it took. */
  async pay<Result>(kind: string, work: () => Promise<Result>): Promise<Result> {
    const started = this.#clock()
    try {
      return await work()
    } finally {
      this.#last = this.#clock()
      this.#costs.set(kind, this.#last - started)
    }
  }
}
