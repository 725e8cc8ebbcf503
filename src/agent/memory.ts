// What the store has accepted: the fingerprint of each state, so that an unchanged one is not sent again on the same day.
import { dayOf } from '../snapshot/document.ts'

/**
 * By path, for the newest day: what was accepted on another is sent again anyway, and paths come and go. Survives nothing:
 * after a restart everything is sent once, and the store finds it unchanged.
 */
export class Memory {
  #day = -1
  readonly #accepted = new Map<string, { fingerprint: string; day: number }>()

  /** Paths remembered. */
  get size(): number {
    return this.#accepted.size
  }

  /** Whether the store has this state for the UTC day of `at` (milliseconds since the epoch). */
  has(path: string, fingerprint: string, at: number): boolean {
    const accepted = this.#accepted.get(path)
    return accepted !== undefined && accepted.fingerprint === fingerprint && accepted.day === dayOf(at)
  }

  accept(path: string, fingerprint: string, at: number): void {
    const day = dayOf(at)
    if (day > this.#day) {
      this.#accepted.clear()
      this.#day = day
    }
    this.#accepted.set(path, { fingerprint, day })
  }
}
