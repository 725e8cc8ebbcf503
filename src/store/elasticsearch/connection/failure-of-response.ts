// What a refusal of Elasticsearch means: by its status and the types in its body.
import type { errors } from '@elastic/elasticsearch'
import type { Failure } from './failure.ts'

interface ErrorBody {
  type?: string
  reason?: string
  index?: string
  root_cause?: readonly ErrorBody[]
  caused_by?: ErrorBody
}

/** Types of errors that say that shards are not there, at the top or at the root. */
const shardsMissing: ReadonlySet<string> = new Set([
  'no_shard_available_action_exception',
  'unavailable_shards_exception',
  'search_phase_execution_exception',
])

type Refusal = Pick<errors.ResponseError, 'statusCode' | 'body' | 'headers'>

/** What a refusal of one operation of a bulk means. */
export function failureOfItem({ status, error }: { status: number; error?: object | undefined }): Failure {
  return failureOfResponse({ statusCode: status, body: { error }, headers: {} }, undefined)
}

/** `node`: URL of the node that refused, where it is known. */
export function failureOfResponse(error: Refusal, node: string | undefined): Failure {
  const status = error.statusCode ?? 0
  const body = bodyOf(error.body)
  const root = body.root_cause?.[0] ?? body
  const type = root.type ?? body.type
  const index = root.index === undefined ? {} : { index: root.index }
  if (type === 'cluster_block_exception') {
    const reason = status === 429 ? 'disk' : status === 403 ? 'index' : 'no_master'
    // which one is only said in a sentence
    const [, blocked] = /^index \[([^\]]+)\]/.exec(root.reason ?? '') ?? []
    return { kind: 'read_only', reason, ...(blocked !== undefined && { index: blocked }) }
  }
  if (type === 'master_not_discovered_exception') return { kind: 'read_only', reason: 'no_master' }
  if (type === 'index_not_found_exception' || type === 'aliases_not_found_exception')
    return { kind: 'not_set_up', ...index }
  // what no handler takes is answered with a bare text, every other refusal with an object
  const hasNoHandler = (status === 400 || status === 405) && typeof error.body?.error === 'string'
  if (hasNoHandler || type === 'api_not_available_exception') return { kind: 'unsupported' }
  if (type === 'index_closed_exception') return { kind: 'closed', ...index }
  if (type === 'search_context_missing_exception') return { kind: 'expired' }
  switch (status) {
    case 401:
      return { kind: 'unauthorized', ...(node !== undefined && { node }) }
    case 403:
      return { kind: 'forbidden', ...refusalOf(root.reason ?? '') }
    case 413:
      return { kind: 'too_large' }
    case 400:
      return { kind: 'invalid', ...(type !== undefined && { type }), reason: reasonOf(body) }
    case 503:
      if (shardsMissing.has(type ?? '')) return { kind: 'red', ...index }
      return busy(error, status, node)
    case 429:
    case 502:
    case 504:
      return { ...busy(error, status, node), ...(type === 'circuit_breaking_exception' && { lacks: 'memory' }) }
    default:
      return { kind: 'server', status, ...(type !== undefined && { type }), reason: reasonOf(body) }
  }
}

/** `error` of the body is an object, or just a text where no handler took the request; another server sends anything. */
function bodyOf(body: unknown): ErrorBody {
  const error = typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined
  if (typeof error === 'string') return { reason: error }
  return typeof error === 'object' && error !== null ? error : {}
}

const longestReason = 200

/** The innermost reason, on one line. */
function reasonOf(body: ErrorBody): string {
  let inner = body.root_cause?.[0] ?? body
  while (inner.caused_by?.reason !== undefined) inner = inner.caused_by
  const text = (inner.reason ?? body.reason ?? inner.type ?? 'no reason given').replace(/\s+/g, ' ').trim()
  return text.length > longestReason ? `${text.slice(0, longestReason)}…` : text
}

/** What a refusal names, as far as it does: it comes only as a sentence. */
function refusalOf(reason: string): { action?: string; privileges?: string[]; indices?: string } {
  const [, action] = /^action \[([^\]]+)\]/.exec(reason) ?? []
  const [, indices] = / on (?:restricted )?indices \[([^\]]+)\]/.exec(reason) ?? []
  const [, privileges] = /granted by the (?:index|cluster) privileges \[([^\]]+)\]/.exec(reason) ?? []
  return {
    ...(action !== undefined && { action }),
    ...(indices !== undefined && { indices }),
    ...(privileges !== undefined && { privileges: privileges.split(',') }),
  }
}

function busy(error: Refusal, status: number, node: string | undefined): Failure {
  const seconds = Number(error.headers?.['retry-after'])
  const after = seconds > 0 ? { after_ms: seconds * 1000 } : {}
  return { kind: 'busy', status, ...(node !== undefined && { node }), ...after }
}
