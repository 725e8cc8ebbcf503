// Connections to one node that keep what went wrong: the client's own leave only a message of it, and a failure is told by its
// code. Each request has a deadline for all of it, whatever the connection waits for.
import type { ClientRequest } from 'node:http'
import { errors, HttpConnection, UndiciConnection } from '@elastic/elasticsearch'

type Options = ConstructorParameters<typeof UndiciConnection>[0]
type Params = Parameters<UndiciConnection['request']>[0]
type RequestOptions = Omit<Parameters<UndiciConnection['request']>[1], 'asStream'>

/** What became of one request below the client. */
interface Trace {
  cause?: unknown
}

/** To a node directly. */
export class DirectConnection extends UndiciConnection {
  /** The request that is being started: read before anything else can run. */
  #starting: Trace = {}

  constructor(options: Options) {
    super(options)
    const send = this.pool.request.bind(this.pool)
    const traced = async (...request: Parameters<typeof send>) => {
      const trace = this.#starting
      try {
        const response = await send(...request)
        response.body.on('error', (cause: Error) => {
          trace.cause = cause
        })
        return response
      } catch (cause) {
        trace.cause = cause
        throw cause
      }
    }
    this.pool.request = traced as typeof send
  }

  override request(params: Params, options: RequestOptions): Promise<never> {
    return requested(options, (trace, own) => {
      this.#starting = trace
      return super.request(params, own)
    })
  }
}

/** To a node through a proxy. */
export class ProxiedConnection extends HttpConnection {
  #starting: Trace = {}

  constructor(options: Options) {
    super(options)
    const make: (request: object) => ClientRequest = this.makeRequest
    const traced = (request: object) => {
      const trace = this.#starting
      const made = make(request)
      made.on('error', (cause) => {
        trace.cause = cause
      })
      return made
    }
    this.makeRequest = traced as typeof this.makeRequest
  }

  override request(params: Params, options: RequestOptions): Promise<never> {
    return requested(options, (trace, own) => {
      this.#starting = trace
      return super.request(params, own)
    })
  }
}

async function requested(
  { timeout, signal, ...options }: RequestOptions,
  request: (trace: Trace, options: RequestOptions) => Promise<unknown>,
): Promise<never> {
  const trace: Trace = {}
  // one of its own: the client would tell a shared one that all its requests are aborted
  const controller = new AbortController()
  const abort = () => controller.abort()
  if (signal?.aborted) abort()
  signal?.addEventListener('abort', abort, { once: true })
  let isLate = false
  const expire = () => {
    isLate = true
    abort()
  }
  const timer = timeout ? setTimeout(expire, timeout) : undefined
  try {
    return (await request(trace, { ...options, signal: controller.signal })) as never
  } catch (error) {
    if (signal?.aborted) throw new errors.RequestAbortedError('request aborted')
    if (isLate) throw new errors.TimeoutError('request timed out')
    if (error instanceof errors.ConnectionError && trace.cause !== undefined) error.cause = trace.cause
    throw error
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}
