// Which keys come up most while a memcached is watched: counts and bytes, of a bounded number of keys.
import { isRefused, type MemcachedEvent } from '../sources/memcached-watch.ts'

export interface KeyFigures {
  key: string
  count: number
  /** Of all values together. */
  bytes: number
  largest: number
  /** How often the server refused the value. */
  refused: number
}

const mostKeys = 100_000

export class MemcachedKeys {
  readonly #figures = new Map<string, KeyFigures>()
  events = 0
  bytes = 0
  refused = 0
  /** Whether keys were forgotten, because there were too many. */
  isPartial = false

  add({ key, size = 0, result }: MemcachedEvent): void {
    const refused = isRefused(result) ? 1 : 0
    this.events++
    this.bytes += size
    this.refused += refused
    const figures = this.#figures.get(key)
    if (figures) {
      figures.count++
      figures.bytes += size
      figures.largest = Math.max(figures.largest, size)
      figures.refused += refused
      return
    }
    if (this.#figures.size >= mostKeys) this.#forgetHalf()
    this.#figures.set(key, { key, count: 1, bytes: size, largest: size, refused })
  }

  /** How many keys are known. */
  get size(): number {
    return this.#figures.size
  }

  /** The keys with most of a figure, most first; those alike by name. */
  top(figure: 'count' | 'bytes', most: number): KeyFigures[] {
    return [...this.#figures.values()]
      .filter((each) => each[figure] > 0)
      .sort((one, other) => other[figure] - one[figure] || (one.key < other.key ? -1 : 1))
      .slice(0, most)
  }

  /** Keeps the half that was seen most, and of the rest those that are among the largest. */
  #forgetHalf(): void {
    this.isPartial = true
    const kept = [...this.top('count', mostKeys / 2), ...this.top('bytes', 1000)]
    this.#figures.clear()
    for (const figures of kept) this.#figures.set(figures.key, figures)
  }
}
