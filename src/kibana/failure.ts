// What can go wrong between mitra and Kibana, each in one line with the next step.
import { ActionableError } from '../errors.ts'
import { codeOf, tlsReason, unreachableReason } from '../store/elasticsearch/connection/failure-codes.ts'
import { type Answer, type KibanaTarget, LateError } from './http.ts'

/** For what was thrown instead of an answer; a defect is thrown on as it is. */
export function connectionFailure(error: unknown, { url, timeout_s }: KibanaTarget): unknown {
  const fail = (why: string, next: string) =>
    new ActionableError(`failed to reach Kibana at ${url}: ${why}`, { next, cause: error })
  if (error instanceof LateError)
    return fail(
      `no answer within ${timeout_s} s`,
      'see its log and how busy it is, or raise store.elasticsearch.timeout',
    )
  const code = codeOf(error)
  if (code === undefined) return error
  const isTls = url.startsWith('https:')
  const tls = tlsReason(code)
  if (tls === 'untrusted')
    return fail(
      'its certificate is signed by nobody this host trusts',
      'add its authority to the file of store.elasticsearch.ca, or name a file in $NODE_EXTRA_CA_CERTS',
    )
  if (tls === 'wrong_name') return fail('its certificate is for another name', 'write the name the certificate has')
  if (tls === 'expired' || tls === 'not_yet_valid')
    return fail('its certificate is not valid now', 'renew it, and see that the clock of this host is right')
  if (tls === 'not_tls') return fail('what answers there does not speak TLS', 'write http in its address')
  if (tls !== undefined)
    return fail(`TLS failed (${code})`, 'write http in its address if it has no TLS; else see which protocols it takes')
  switch (unreachableReason(code)) {
    case 'dns':
      return fail(`no address is known for ${new URL(url).hostname}`, 'see that it is spelt right')
    case 'refused':
      return fail('nothing listens there (connection refused)', 'see that Kibana runs; its port is 5601 by default')
    case 'reset':
      return fail('the connection was closed', isTls ? 'see its log' : 'if it expects TLS, write https in its address')
    case 'not_http':
      return fail('what answers there does not speak HTTP', 'its port is 5601 by default')
    case 'no_route':
    case 'no_answer':
      return fail('nothing answers there', 'see that the host is up and that no firewall drops the connection')
    default:
      return error
  }
}

/** For an answer that is none to the question, whatever the question was; undefined where it may be one. */
export function refusal({ status, headers, body }: Answer, target: KibanaTarget): ActionableError | undefined {
  const { url } = target
  if (headers['x-elastic-product'] === 'Elasticsearch')
    return new ActionableError(`what answers at ${url} is Elasticsearch, not Kibana`, {
      next: 'give the address of Kibana, whose port is 5601 by default',
    })
  if (status === 401) return loginFailure(target)
  if (status === 403)
    return new ActionableError(`the login may not do this in Kibana at ${url}${because(body)}`, {
      next: 'use a login with the role kibana_admin, or with all rights to Saved Objects Management in the space',
    })
  if (status >= 300 && status < 400)
    return new ActionableError(`Kibana is not at ${url}: it points to ${headers.location ?? 'another address'}`, {
      next: 'give the address as the browser shows it, with the path it may have',
    })
  if (status === 429 || (status >= 502 && status <= 504))
    return new ActionableError(`Kibana at ${url} is not ready (status ${status})${because(body)}`, {
      next: 'it may be starting, or have lost its Elasticsearch: see its log and try again later',
    })
  return undefined
}

/** For a login that Kibana does not take, or none where it wants one. */
export function loginFailure({ url, auth }: KibanaTarget): ActionableError {
  if (auth === undefined)
    return new ActionableError(`Kibana at ${url} wants a login`, {
      next: 'set store.elasticsearch.username and password, or api_key: Kibana knows the same',
    })
  const given =
    'apiKey' in auth
      ? 'the API key'
      : 'bearer' in auth
        ? 'the bearer token'
        : `user "${auth.username}" and its password`
  return new ActionableError(`Kibana at ${url} does not accept ${given}`, {
    next: 'see that the login of store.elasticsearch is right, and that this Kibana is of that Elasticsearch',
  })
}

/** What Kibana says of a failure, cut to a line; nothing where it says nothing. */
export function because(body: unknown): string {
  const { message, error } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
  const said = [message, error, body].find((each) => typeof each === 'string')
  // a page of a proxy says nothing in a line
  if (said === undefined || /^\s*</.test(String(said))) return ''
  const line = String(said).replace(/\s+/g, ' ').trim()
  if (line === '') return ''
  return `: ${line.length > longestReason ? `${line.slice(0, longestReason)}…` : line}`
}

const longestReason = 200
