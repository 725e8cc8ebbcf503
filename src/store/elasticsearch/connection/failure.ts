// What went wrong between mitra and Elasticsearch, told by types, statuses and codes: never by the words of a message.
import { errors } from '@elastic/elasticsearch'
import { ActionableError, UnavailableError } from '../../../errors.ts'
import type { ElasticsearchTarget } from '../../open.ts'
import { codeOf, type TlsReason, tlsReason, type UnreachableReason, unreachableReason } from './failure-codes.ts'
import { failureOfResponse } from './failure-of-response.ts'
import { wordsOf } from './failure-words.ts'

export type Failure =
  /** No connection. `code`: the system's, where there is one. */
  | {
      kind: 'unreachable'
      reason: UnreachableReason | 'proxy' | 'other'
      node?: string
      code?: string
      /** What a proxy answered. */
      status?: number
    }
  /** Connected, and no answer in time. */
  | { kind: 'timeout'; node?: string }
  /** It cannot take the request now, `lacks: 'memory'`: for want of heap. `after_ms`: when to try again, where it says so. */
  | { kind: 'busy'; status: number; lacks?: 'memory'; node?: string; after_ms?: number }
  /** It does not know the login. */
  | { kind: 'unauthorized'; node?: string }
  /** The login lacks a right: the action refused, and the privileges any of which would grant it. */
  | { kind: 'forbidden'; action?: string; privileges?: readonly string[]; indices?: string }
  /** An index or alias that `mitra setup` makes is not there, or not mitra's. */
  | { kind: 'not_set_up'; index?: string }
  /** `disk`: flood-stage watermark. `index`: blocked by a setting. `no_master`: the cluster has lost its head. */
  | { kind: 'read_only'; reason: 'disk' | 'index' | 'no_master'; index?: string }
  /** An operator closed it: neither read nor written until it is opened again. */
  | { kind: 'closed'; index?: string }
  | { kind: 'tls'; reason: TlsReason; node?: string; code?: string }
  /** Shards of an index are not there: an answer would be incomplete. */
  | { kind: 'red'; index?: string }
  | { kind: 'too_large' }
  /** It will never take such a request. */
  | { kind: 'invalid'; type?: string; reason: string }
  /** This Elasticsearch has no such feature. */
  | { kind: 'unsupported' }
  /** The position of a long answer is gone. */
  | { kind: 'expired' }
  | { kind: 'wrong_product'; node?: string }
  | { kind: 'too_old'; version: string }
  /** Aborted by the caller. */
  | { kind: 'aborted' }
  /** A fault of the server. */
  | { kind: 'server'; status?: number; type?: string; reason: string }

/** A failure that mitra found itself. */
export class FailureError extends Error {
  override name = 'FailureError'
  readonly failure: Failure

  constructor(failure: Failure, cause?: unknown) {
    super(failure.kind, { cause })
    this.failure = failure
  }
}

/** One line for people, naming the node or nodes, and what to do; nothing of the server's JSON. */
export function actionable(failure: Failure, target: ElasticsearchTarget, cause?: unknown): ActionableError {
  const { message, next } = wordsOf(failure, target)
  const options = { next, cause: new FailureError(failure, cause) }
  return failure.kind === 'invalid' ? new ActionableError(message, options) : new UnavailableError(message, options)
}

/** What a thrown error means. Throws the error itself where it comes from elsewhere: a defect keeps its stack. */
export function failureOf(error: unknown): Failure {
  if (error instanceof FailureError) return error.failure
  if (error instanceof ActionableError && error.cause instanceof FailureError) return error.cause.failure
  const node = nodeOf(error)
  if (error instanceof errors.ResponseError) return failureOfResponse(error, node)
  const at = node === undefined ? {} : { node }
  if (error instanceof errors.TimeoutError) return { kind: 'timeout', ...at }
  if (error instanceof errors.RequestAbortedError || isAbort(error)) return { kind: 'aborted' }
  if (error instanceof errors.ProductNotSupportedError) return { kind: 'wrong_product', ...at }
  if (error instanceof errors.NoLivingConnectionsError) return { kind: 'unreachable', reason: 'other', ...at }
  if (error instanceof errors.DeserializationError || error instanceof errors.SerializationError)
    return { kind: 'server', reason: 'the answer cannot be read' }
  const code = codeOf(error)
  const isConnection = error instanceof errors.ConnectionError
  if (code === undefined) {
    if (isConnection) return { kind: 'unreachable', reason: 'other', ...at }
    throw error
  }
  const tls = tlsReason(code)
  if (tls !== undefined) return { kind: 'tls', reason: tls, ...at, code }
  const reason = unreachableReason(code)
  if (reason === undefined && !isConnection) throw error
  return { kind: 'unreachable', reason: reason ?? 'other', ...at, code }
}

/** URL of the node asked, without credentials. */
function nodeOf(error: unknown): string | undefined {
  if (!(error instanceof errors.ElasticsearchClientError)) return undefined
  const { meta } = error as { meta?: { meta?: { connection?: { url?: URL } | null } } }
  const url = meta?.meta?.connection?.url
  return url === undefined ? undefined : new URL(String(url)).origin
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}
