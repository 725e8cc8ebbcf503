// The indices a write goes to: made by name before the first document, from mitra's templates only. Elasticsearch is never left
// to guess a mapping.
import type { Client } from '@elastic/elasticsearch'
import { FailureError, failureOf } from '../connection/failure.ts'
import { latestAlias } from '../mapping/index-names.ts'

/** Knows which indices have been seen with mitra's mapping. */
export class OwnIndices {
  readonly #client: Client
  readonly #prefix: string
  readonly #known = new Set<string>()
  #isSetUp = false
  #identity: { uuid: string | undefined } | undefined

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
    this.doubt()
  }

  /** After a sign that the indices may be others than before, of the same names. */
  doubt(): void {
    this.#identity = undefined
  }

  /**
   * The uuid of the index of the newest states, which is new whenever the index is; undefined where the login may not see it.
   * Asks once, until there is doubt. Throws FailureError `not_set_up` where there is no such index, or what the client throws.
   */
  async identity(signal: AbortSignal): Promise<string | undefined> {
    this.#identity ??= await this.#askIdentity(signal)
    return this.#identity.uuid
  }

  async #askIdentity(signal: AbortSignal): Promise<{ uuid: string | undefined }> {
    const index = latestAlias(this.#prefix)
    try {
      const found = await this.#client.indices.getSettings(
        { index, name: 'index.uuid', flat_settings: true, ignore_unavailable: true },
        { signal },
      )
      const uuids = Object.values(found).flatMap(({ settings }) => settings?.['index.uuid'] ?? [])
      if (uuids.length === 0) throw new FailureError({ kind: 'not_set_up', index })
      return { uuid: uuids.sort().join() }
    } catch (error) {
      // a role of somebody's own making: without this right mitra delivers as well
      if (failureOf(error).kind === 'forbidden') return { uuid: undefined }
      throw error
    }
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
