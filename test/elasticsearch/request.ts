// Requests to a test server without the client: what starts servers does not depend on what they are to test.
import http from 'node:http'
import https from 'node:https'

/** How to talk to a test server. */
export interface Address {
  /** No slash at its end. */
  url: string
  /** PEM text of the authority, for a server with TLS. */
  ca?: string
  username?: string
  password?: string
}

/** The JSON of an answer; throws for any status above 299 and after `timeout_ms`. */
export async function request(
  address: Address,
  path: string,
  options: { method?: string; body?: unknown; timeout_ms?: number } = {},
): Promise<Record<string, unknown>> {
  const { method = 'GET', body, timeout_ms = 30_000 } = options
  const { ca, username, password } = address
  const secure = address.url.startsWith('https:')
  const settings: https.RequestOptions = {
    method,
    agent: false,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    signal: AbortSignal.timeout(timeout_ms),
    ...(ca === undefined ? {} : { ca }),
    ...(username === undefined ? {} : { auth: `${username}:${password}` }),
  }
  return new Promise((resolve, reject) => {
    const sent = (secure ? https : http).request(`${address.url}${path}`, settings, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk) => (text += chunk))
      answer.on('error', reject)
      answer.on('end', () => {
        const status = answer.statusCode ?? 0
        if (status > 299) return reject(new Error(`${method} ${path} answered ${status}: ${text.slice(0, 300)}`))
        resolve(JSON.parse(text || '{}'))
      })
    })
    sent.on('error', reject)
    sent.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

/** The version a server says it has. The minimal distribution has no `GET /`, so it is asked as a node. */
export async function versionOf(address: Address): Promise<string> {
  const { nodes } = (await request(address, '/_nodes/_local?filter_path=nodes.*.version')) as {
    nodes: Record<string, { version: string }>
  }
  return Object.values(nodes)[0]!.version
}
