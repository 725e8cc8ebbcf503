// The client of one cluster: nodes, TLS, credentials, proxy. One client speaks to 8.19 and 9.x.
import { setTimeout as sleep } from 'node:timers/promises'
import { Client, type ClientOptions, errors, SniffingTransport } from '@elastic/elasticsearch'
import { ActionableError } from '../../../errors.ts'
import type { ElasticsearchTarget } from '../../open.ts'
import { authorityOf } from './authority.ts'
import { DirectConnection, ProxiedConnection } from './connection.ts'
import { actionable, FailureError, failureOf } from './failure.ts'

export interface Connected {
  client: Client
  /** `9.4.3`; undefined where the login may not ask for it. */
  version?: string
  /** Something to say once, that is no error. */
  notice?: string
}

const oldest = { major: 8, minor: 19 }
const newestMajor = 9

/**
 * Connects and asks who is there. Throws ActionableError when nothing answers, when it is no Elasticsearch or too old a one, or
 * when it refuses the login; `failureOf` tells what it was. Requests are tried on another node where one does not answer;
 * `maxRetries: 0` with a request leaves that. `stop` aborts every request that has no signal of its own, these first ones too.
 */
export async function connect(target: ElasticsearchTarget, stop?: AbortSignal): Promise<Connected> {
  try {
    const client = new Client(await optionsOf(target, stop))
    try {
      return { client, ...(await identityOf(client)) }
    } catch (error) {
      await client.close()
      throw error
    }
  } catch (error) {
    throw actionable(failureOf(error), target, error)
  }
}

/** Connects, works and closes. Throws ActionableError for whatever goes wrong with the cluster. */
export async function withClient<Result>(
  target: ElasticsearchTarget,
  work: (connected: Connected) => Promise<Result>,
  connecting: (opening: () => Promise<Connected>) => Promise<Connected> = (opening) => opening(),
): Promise<Result> {
  const connected = await connecting(() => connect(target))
  try {
    return await work(connected)
  } catch (error) {
    throw error instanceof ActionableError ? error : actionable(failureOf(error), target, error)
  } finally {
    await connected.client.close()
  }
}

const compatible = 'application/vnd.elasticsearch+json; compatible-with=8'

/** Speaks the language of version 8, which 9 understands too. */
class CompatibleTransport extends SniffingTransport {
  constructor(options: ConstructorParameters<typeof SniffingTransport>[0]) {
    super({
      ...options,
      vendoredHeaders: {
        jsonContentType: compatible,
        ndjsonContentType: 'application/vnd.elasticsearch+x-ndjson; compatible-with=8',
        accept: `${compatible},text/plain`,
      },
      openTelemetry: { enabled: false },
      // seconds; the caller has a back-off of its own where it matters
      retryBackoff: () => 0.1,
    })
  }

  /** A server that has too much to do gets some seconds, unless the caller waits by itself (`maxRetries: 0`). */
  override async request(params: RequestParams, options?: RequestOptions): Promise<never> {
    const pauses = options?.maxRetries === 0 ? [] : busyPauses
    for (const pause of pauses) {
      try {
        return (await super.request(params, options)) as never
      } catch (error) {
        if (!(error instanceof errors.ResponseError) || error.statusCode !== 429) throw error
        await sleep(pause * (0.5 + Math.random()), undefined, options?.signal ? { signal: options.signal } : {})
      }
    }
    return (await super.request(params, options)) as never
  }
}

type RequestParams = Parameters<SniffingTransport['request']>[0]
type RequestOptions = Parameters<SniffingTransport['request']>[1]

/** Milliseconds before each further attempt. */
const busyPauses = [250, 1000, 3000]

function stoppedBy(stop: AbortSignal): typeof CompatibleTransport {
  return class extends CompatibleTransport {
    override request(params: RequestParams, options?: RequestOptions): Promise<never> {
      return super.request(params, { ...options, signal: options?.signal ?? stop })
    }
  }
}

async function optionsOf(target: ElasticsearchTarget, stop: AbortSignal | undefined): Promise<ClientOptions> {
  const { nodes, auth, proxy, compression } = target
  const timeout = target.timeout_s * 1000
  const connecting = Math.min(timeout, 10_000)
  return {
    nodes: [...nodes],
    Transport: stop ? stoppedBy(stop) : CompatibleTransport,
    Connection: proxy === undefined ? DirectConnection : ProxiedConnection,
    requestTimeout: timeout,
    // every node once, and a lone one twice: its kept connection may just have been closed
    maxRetries: Math.min(nodes.length, 3),
    compression,
    enableMetaHeader: false,
    tls: { ...(await trustOf(target)), timeout: connecting },
    ...(auth && { auth }),
    ...(proxy === undefined
      ? // deadlines are the connection's own
        { agent: { connections: 16, keepAliveTimeout: 60_000, headersTimeout: 0, bodyTimeout: 0 } as object }
      : { proxy, agent: { maxSockets: 16 } }),
  }
}

async function trustOf(target: ElasticsearchTarget): Promise<NonNullable<ClientOptions['tls']>> {
  const { ca, caFingerprint, verify = true } = target.tls ?? {}
  // a file may name the certificate of the node itself, or one between
  const trust = { allowPartialTrustChain: true } as object
  if (caFingerprint !== undefined) {
    const authority = await authorityOf(target, caFingerprint)
    return { ...trust, ca: authority, ...(!verify && { checkServerIdentity: () => undefined }) }
  }
  return { ...trust, ...(ca !== undefined && { ca }), rejectUnauthorized: verify }
}

interface Identity {
  version?: string
  notice?: string
}

async function identityOf(client: Client): Promise<Identity> {
  const version = await versionOf(client)
  if (version === undefined) return {}
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major < oldest.major || (major === oldest.major && minor < oldest.minor))
    throw new FailureError({ kind: 'too_old', version })
  if (major <= newestMajor) return { version }
  return { version, notice: `Elasticsearch ${version} is newer than this mitra knows; it was made for 8.19 and 9` }
}

async function versionOf(client: Client): Promise<string | undefined> {
  try {
    const version = (await answerOf(client, '/')).version?.number
    if (typeof version === 'string') return version
    throw new FailureError({ kind: 'wrong_product' })
  } catch (error) {
    // `cluster:monitor/main` is more than an agent or a searcher needs
    if (isForbidden(error)) return undefined
    if (!isUnanswered(error)) throw error
    if (!isElasticsearch(error)) throw new FailureError({ kind: 'wrong_product' }, error)
    return nodeVersion(client)
  }
}

interface Answer {
  version?: { number?: unknown }
  nodes?: Record<string, { version?: string }>
}

async function answerOf(client: Client, path: string): Promise<Answer> {
  // an older server refuses the media type of version 8
  const headers = { accept: 'application/json', 'content-type': 'application/json' }
  const body: unknown = await client.transport.request({ method: 'GET', path }, { headers })
  return typeof body === 'object' && body !== null ? body : {}
}

/** Minimal distributions have nothing at the root. */
async function nodeVersion(client: Client): Promise<string | undefined> {
  try {
    const { nodes = {} } = await answerOf(client, '/_nodes/_local')
    return Object.values(nodes)[0]?.version
  } catch (error) {
    if (isForbidden(error)) return undefined
    throw error
  }
}

function isForbidden(error: unknown): boolean {
  return error instanceof errors.ResponseError && error.statusCode === 403 && error.body?.error?.type !== undefined
}

/** Answers to the plainest of questions that are none, as other web servers give them. */
function isUnanswered(error: unknown): boolean {
  if (error instanceof errors.DeserializationError) return true
  return error instanceof errors.ResponseError && [400, 403, 404, 405].includes(error.statusCode ?? 0)
}

function isElasticsearch(error: unknown): boolean {
  return error instanceof errors.ResponseError && error.headers?.['x-elastic-product'] === 'Elasticsearch'
}
