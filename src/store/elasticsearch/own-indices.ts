// The indices a write goes to: made by name before the first document, from mitra's templates only. Elasticsearch is never left
// to guess a mapping.
import type { Client } from '@elastic/elasticsearch'
import { FailureError } from './failure.ts'
import { latestAlias } from './index-names.ts'

/** Knows which indices have been seen with mitra's mapping. */
export class OwnIndices {
  readonly #client: Client
  readonly #prefix: string
  readonly #known = new Set<string>()
  #isSetUp = false

  constructor(client: Client, prefix: string) {
    this.#client = client
    this.#prefix = prefix
  }

  /** Makes the indices that are not there. Throws FailureError `not_set_up` where they are not mitra's, or what the client throws. */
  async ensure(names: Iterable<string>, signal: AbortSignal): Promise<void> {
    await this.#ensureSetUp(signal)
    const unknown = [...new Set(names)].filter((name) => !this.#known.has(name))
    for (let at = 0; at < unknown.length; at += 30) await this.#ensureSome(unknown.slice(at, at + 30), signal)
  }

  /** After an index turned out to be gone. */
  forget(): void {
    this.#known.clear()
    this.#isSetUp = false
  }

  async #ensureSetUp(signal: AbortSignal): Promise<void> {
    if (this.#isSetUp) return
    const alias = latestAlias(this.#prefix)
    const own = await this.#ownAmong([alias], signal)
    if (own.size === 0) throw new FailureError({ kind: 'not_set_up', index: alias })
    this.#isSetUp = true
  }

  async #ensureSome(names: readonly string[], signal: AbortSignal): Promise<void> {
    const own = await this.#ownAmong(names, signal)
    const missing = names.filter((name) => !own.has(name))
    for (const index of missing) {
      // another agent may be faster
      await this.#client.indices.create({ index }, { signal, ignore: [400] })
    }
    const made = missing.length === 0 ? own : await this.#ownAmong(missing, signal)
    const strange = missing.find((name) => !made.has(name))
    if (strange !== undefined) throw new FailureError({ kind: 'not_set_up', index: strange })
    for (const name of names) this.#known.add(name)
  }

  /** Which of these exist with mitra's mapping; an alias by its own name. */
  async #ownAmong(names: readonly string[], signal: AbortSignal): Promise<Set<string>> {
    const found = await this.#client.indices.getMapping(
      { index: [...names], ignore_unavailable: true, filter_path: '*.mappings._meta' },
      { signal, ignore: [404] },
    )
    const own = Object.entries(found).filter(([, { mappings }]) => mappings?._meta?.['mitra'] !== undefined)
    const indices = new Set(own.map(([index]) => index))
    if (names.length === 1 && indices.size === 1) indices.add(names[0]!)
    return indices
  }
}
