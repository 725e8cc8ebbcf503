// Writing: a parcel becomes an operation on each view, a bulk of them one request, and what became of the operations what
// became of the parcel. Everything is idempotent: ids and versions are the document's own, so a repeated request changes nothing.
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Client, estypes } from '@elastic/elasticsearch'
import { pacer } from '../../../pacer.ts'
import { timeOf } from '../../../snapshot/document.ts'
import { problemOf } from '../../document-problem.ts'
import type { ElasticsearchTarget } from '../../open.ts'
import type { Delivered, Parcel } from '../../store.ts'
import { actionable, type Failure, failureOf } from '../connection/failure.ts'
import { failureOfItem } from '../connection/failure-of-response.ts'
import type { FieldTypes } from '../mapping/field-types.ts'
import { latestAlias } from '../mapping/index-names.ts'
import { type Operation, operationsOf } from './operations.ts'
import type { OwnIndices } from './own-indices.ts'

const gzipped = promisify<Buffer, { level: number }, Buffer>(gzip)

// A request is held in memory here and there; far below `http.max_content_length` (100 MB).
const requestBytes = 12 * 1024 * 1024
const sliceMs = 5

export class Writer {
  readonly #client: Client
  readonly #prefix: string
  readonly #types: FieldTypes
  readonly #indices: OwnIndices
  readonly #target: ElasticsearchTarget

  constructor(parts: {
    client: Client
    prefix: string
    types: FieldTypes
    indices: OwnIndices
    target: ElasticsearchTarget
  }) {
    this.#client = parts.client
    this.#prefix = parts.prefix
    this.#types = parts.types
    this.#indices = parts.indices
    this.#target = parts.target
  }

  /** Writes parcels; throws what concerns all of them: no connection, no right, no set-up. */
  async write(parcels: readonly Parcel[], signal: AbortSignal): Promise<Delivered[]> {
    const answers = parcels.map(({ document, unchanged }): Delivered => {
      const reason = problemOf(document, timeOf(document))
      return reason === undefined ? { status: unchanged ? 'unchanged' : 'stored' } : { status: 'rejected', reason }
    })
    const operations = await this.#operations(parcels, answers)
    if (operations.length === 0) return answers
    const named = operations.map(({ index }) => index)
    await this.#indices.ensure(
      named.filter((name) => name !== latestAlias(this.#prefix)),
      signal,
    )
    for (const request of requestsOf(operations)) await this.#send(request, answers, signal)
    return answers
  }

  /** Some at a time: those of a bulk take longer than the event loop may be held. */
  async #operations(parcels: readonly Parcel[], answers: readonly Delivered[]): Promise<Operation[]> {
    const operations: Operation[] = []
    const pace = pacer(sliceMs, 4)
    for (const [index, parcel] of parcels.entries()) {
      if (pace.isOver()) await pace.rest()
      if (answers[index]?.status === 'rejected') continue
      for (const operation of operationsOf(parcel, index, this.#prefix, this.#types)) operations.push(operation)
    }
    return operations
  }

  /** What is refused as a whole is sent in halves, until it is known which operation it was. */
  async #send(operations: readonly Operation[], answers: Delivered[], signal: AbortSignal): Promise<void> {
    try {
      await this.#bulk(operations, answers, signal)
    } catch (error) {
      const failure = failureOf(error)
      if (failure.kind !== 'too_large' && failure.kind !== 'invalid') throw error
      const [only] = operations
      if (operations.length === 1 && only) {
        const reason =
          failure.kind === 'invalid' ? failure.reason : 'larger than `http.max_content_length` lets through'
        answers[only.parcel] = { status: 'rejected', reason }
        return
      }
      const middle = Math.ceil(operations.length / 2)
      await this.#send(operations.slice(0, middle), answers, signal)
      await this.#send(operations.slice(middle), answers, signal)
    }
  }

  /** Compressed here: quickest is a third of the client's own CPU for a fifth more bytes. */
  async #post(operations: readonly Operation[], signal: AbortSignal): Promise<Pick<estypes.BulkResponse, 'items'>> {
    const body = Buffer.from(operations.map(({ action, source }) => `${action}\n${source}\n`).join(''))
    const request = { method: 'POST', path: '/_bulk', querystring: { filter_path: outcome } }
    const options = { signal, maxRetries: 0, compression: false }
    if (!this.#target.compression) return this.#client.transport.request({ ...request, bulkBody: body }, options)
    const packed = await gzipped(body, { level: 1 })
    const headers = { 'content-encoding': 'gzip' }
    return this.#client.transport.request({ ...request, bulkBody: packed }, { ...options, headers })
  }

  async #bulk(operations: readonly Operation[], answers: Delivered[], signal: AbortSignal): Promise<void> {
    const { items } = await this.#post(operations, signal)
    for (const [at, { parcel, index }] of operations.entries()) {
      const item = Object.values(items[at] ?? {})[0]
      // gone; 403: where a write makes no index of itself, the right to do so is what is missing
      if (item?.status === 404 || item?.status === 403) this.#indices.forget()
      // new among the newest states: of a new path, or of one known before to an index that others emptied and filled anew
      else if (item?.status === 201 && index === latestAlias(this.#prefix)) this.#indices.doubt()
      answers[parcel] = worse(answers[parcel]!, this.#answerOf(item, operations[at]!))
    }
  }

  /** Undefined when the operation did what it should; a conflict means that something newer is there. */
  #answerOf(item: estypes.BulkResponseItem | undefined, { index, source }: Operation): Delivered | undefined {
    const status = item?.status ?? 500
    if (status < 300 || status === 409) return undefined
    const failure = failureOfItem({ status, error: item?.error })
    if (passing.has(failure.kind)) {
      const { message } = actionable(failure, this.#target)
      const size = failure.kind === 'busy' && source.length > largeCharacters ? `; ${tooLarge(source.length)}` : ''
      return { status: 'retry', reason: `${message}${size}` }
    }
    const cause = item?.error?.caused_by?.reason
    const reason = `${item?.error?.reason ?? `no answer for ${index}`}${cause ? `: ${cause}` : ''}`
    return { status: status >= 500 || status === 404 ? 'retry' : 'rejected', reason }
  }
}

/** What nothing but time or an operator mends; the document is as good as before. */
const passing: ReadonlySet<string> = new Set<Failure['kind']>([
  'busy',
  'closed',
  'forbidden',
  'not_set_up',
  'read_only',
  'red',
  'unauthorized',
])

const largeCharacters = 4_000_000

/** By default a tenth of the heap holds what is being written, several times over for large documents. */
function tooLarge(characters: number): string {
  return `a document of ${Math.round(characters / 1e6)} MB is among them, for which its heap may be too small, or indexer.maxsize too high`
}

/** Of the answer only what became of each operation. */
const outcome =
  'items.*.status,items.*.error.type,items.*.error.reason,items.*.error.index,items.*.error.caused_by.reason'

/** As many operations as fit into a request; an operation larger than that has its own. */
function* requestsOf(operations: readonly Operation[]): Iterable<Operation[]> {
  let request: Operation[] = []
  let bytes = 0
  for (const operation of operations) {
    if (request.length > 0 && bytes + operation.source.length > requestBytes) {
      yield request
      request = []
      bytes = 0
    }
    request.push(operation)
    bytes += operation.source.length
  }
  if (request.length > 0) yield request
}

const order = ['unchanged', 'stored', 'retry', 'rejected']

/** Of two answers the one that tells more of what went wrong: a document refused by one view is refused. */
function worse(one: Delivered, other: Delivered | undefined): Delivered {
  return other !== undefined && order.indexOf(other.status) > order.indexOf(one.status) ? other : one
}
