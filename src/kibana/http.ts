// Requests to Kibana. Its certificate may be of the authority of Elasticsearch or of any that this host trusts.
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { rootCertificates } from 'node:tls'
import type { ElasticsearchTarget } from '../store/open.ts'
import type { Address } from './address.ts'

export interface KibanaTarget extends Address {
  auth?: NonNullable<ElasticsearchTarget['auth']>
  tls?: { ca?: string; verify?: boolean }
  /** Seconds a request may take. */
  timeout_s: number
  /** Ends a request when it aborts. */
  stop?: AbortSignal
}

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  /** Parsed where it is JSON. */
  body: unknown
}

/** The body of a request: a file as a form of a browser would send it. */
export interface Upload {
  name: string
  text: string
}

/** An answer longer than this is none of Kibana's. */
const longestAnswer = 16 * 1024 * 1024

/** Thrown where no answer came in time. */
export class LateError extends Error {
  override name = 'LateError'
}

/** Asks below the address. Throws LateError, or the system's error with its code. */
export async function ask(target: KibanaTarget, path: string, upload?: Upload): Promise<Answer> {
  const late = AbortSignal.timeout(target.timeout_s * 1000)
  const signal = target.stop === undefined ? late : AbortSignal.any([late, target.stop])
  try {
    return await exchange(target, path, upload === undefined ? undefined : formOf(upload), signal)
  } catch (error) {
    target.stop?.throwIfAborted()
    if (late.aborted) throw new LateError('no answer in time', { cause: error })
    throw error
  }
}

interface Form {
  type: string
  bytes: Buffer
}

function formOf({ name, text }: Upload): Form {
  const boundary = 'mitra-saved-objects'
  const head = [
    `--${boundary}`,
    `content-disposition: form-data; name="file"; filename="${name}"`,
    'content-type: application/ndjson',
    '',
    '',
  ].join('\r\n')
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    bytes: Buffer.from(`${head}${text}\r\n--${boundary}--\r\n`),
  }
}

function exchange(target: KibanaTarget, path: string, form: Form | undefined, signal: AbortSignal): Promise<Answer> {
  const { url, auth, tls = {} } = target
  const { ca, verify = true } = tls
  const settings = {
    method: form === undefined ? 'GET' : 'POST',
    agent: false,
    signal,
    headers: {
      accept: 'application/json',
      // Kibana refuses what a page of another site could send
      'kbn-xsrf': 'mitra',
      ...(auth && { authorization: credentialsOf(auth) }),
      ...(form && { 'content-type': form.type, 'content-length': form.bytes.length }),
    },
    rejectUnauthorized: verify,
    ...(ca !== undefined && { ca: [...rootCertificates, ca] }),
  }
  return new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? httpsRequest : httpRequest
    const request = send(url + path, settings, (response) => {
      const chunks: Buffer[] = []
      let size = 0
      response.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > longestAnswer) response.destroy()
        else chunks.push(chunk)
      })
      response.on('error', reject)
      response.on('close', () => reject(Object.assign(new Error('the answer broke off'), { code: 'ECONNRESET' })))
      response.on('end', () => {
        const body = parsed(Buffer.concat(chunks).toString())
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body })
      })
    })
    request.on('error', reject)
    request.end(form?.bytes)
  })
}

function credentialsOf(auth: NonNullable<KibanaTarget['auth']>): string {
  if ('apiKey' in auth) return `ApiKey ${auth.apiKey}`
  if ('bearer' in auth) return `Bearer ${auth.bearer}`
  return `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}`
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
