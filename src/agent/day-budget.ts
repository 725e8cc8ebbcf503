// Bytes that may be taken in a UTC day, counted in a small file too: an agent that is killed and starts again has the same day.
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dayOf } from '../snapshot/document.ts'

export interface DayBudgetOptions {
  maxBytes: number
  /** Where it is kept; without one a new process has a day of its own. */
  file?: string | undefined
  /** Milliseconds since the epoch. */
  now(): number
}

const keepEvery_ms = 1000

export class DayBudget {
  readonly #options: DayBudgetOptions
  #day: number
  #spent: number
  #keptAt = Number.NEGATIVE_INFINITY

  constructor(options: DayBudgetOptions) {
    this.#options = options
    const kept = options.file === undefined ? undefined : readKept(options.file)
    this.#day = kept?.day ?? dayOf(options.now())
    this.#spent = kept?.bytes ?? 0
  }

  /** Bytes of the day so far. */
  get spent(): number {
    this.#turn()
    return this.#spent
  }

  /** Bytes that are left, none when 0 or less. */
  get left(): number {
    return this.#options.maxBytes - this.spent
  }

  spend(bytes: number): void {
    this.#turn()
    this.#spent += bytes
    const now = this.#options.now()
    if (Math.abs(now - this.#keptAt) < keepEvery_ms) return
    this.#keptAt = now
    this.keep()
  }

  /** Writes it down. A file that cannot be written bounds this process all the same. */
  keep(): void {
    const { file } = this.#options
    if (file === undefined) return
    try {
      writeFileSync(`${file}.new`, JSON.stringify({ day: this.#day, bytes: this.#spent }))
      renameSync(`${file}.new`, file)
    } catch {}
  }

  #turn(): void {
    const day = dayOf(this.#options.now())
    // a clock that is set back over midnight gives no second day; one that was years ahead must not stop everything
    if (day === this.#day || day === this.#day - 1) return
    this.#day = day
    this.#spent = 0
  }
}

function readKept(file: string): { day: number; bytes: number } | undefined {
  try {
    const { day, bytes } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
    if (typeof day === 'number' && typeof bytes === 'number' && bytes >= 0) return { day, bytes }
  } catch {}
  return undefined
}
