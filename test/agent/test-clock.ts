// Time that a test moves.
import type { Clock } from '../../src/agent/schedule.ts'

/** Turns of the event loop that what a timer starts may need: it reads and writes no real file but those of the kernel. */
const turns = 10

/** A clock that a test moves; timers fire as it passes them. */
export class TestClock implements Clock {
  time: number
  #timers: { at: number; callback: () => void }[] = []

  constructor(time: number) {
    this.time = time
  }

  now = () => this.time

  setTimeout = (callback: () => void, ms: number) => {
    const timer = { at: this.time + ms, callback }
    this.#timers.push(timer)
    return timer
  }

  clearTimeout = (timer: unknown) => {
    this.#timers = this.#timers.filter((each) => each !== timer)
  }

  /** Lets time pass; what is due fires in order, and what it starts gets its turn. */
  async pass(ms: number): Promise<void> {
    const end = this.time + ms
    for (;;) {
      for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
      const [next] = this.#timers.sort((a, b) => a.at - b.at)
      if (!next || next.at > end) break
      this.time = Math.max(this.time, next.at)
      this.clearTimeout(next)
      next.callback()
    }
    this.time = end
  }

  /** Sets the clock; timers run by elapsed time and are not moved by it. */
  set(time: number): void {
    for (const timer of this.#timers) timer.at += time - this.time
    this.time = time
  }
}
