// The certificate authority that a fingerprint names. It is looked up in the chain that a node shows, and then trusted like any
// other: that a certificate is in a chain proves nothing, that it signed the chain does.
import { X509Certificate } from 'node:crypto'
import { type ClientRequest, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Socket } from 'node:net'
import { connect as connectTls, type DetailedPeerCertificate, type TLSSocket } from 'node:tls'
import type { ElasticsearchTarget } from '../../open.ts'
import { FailureError } from './failure.ts'

/** PEM text of the authority with this SHA-256 fingerprint: of `tls.ca` where given, else shown by the first node that answers. */
export async function authorityOf(target: ElasticsearchTarget, fingerprint: string): Promise<string> {
  const wanted = fingerprint.replaceAll(':', '').toUpperCase()
  if (target.tls?.ca !== undefined) {
    const own = certificatesIn(target.tls.ca).find((each) => printOf(each.fingerprint256) === wanted)
    if (own === undefined) throw new FailureError({ kind: 'tls', reason: 'fingerprint' })
    return own.toString()
  }
  const failures: unknown[] = []
  for (const node of target.nodes) {
    const url = new URL(node)
    if (url.protocol !== 'https:') continue
    try {
      const raw = (await chainOf(url, target)).find((each) => printOf(each.fingerprint256) === wanted)?.raw
      if (raw !== undefined) return new X509Certificate(raw).toString()
      throw new FailureError({ kind: 'tls', reason: 'fingerprint', node: url.origin })
    } catch (error) {
      failures.push(error)
    }
  }
  throw failures.find((each) => each instanceof FailureError) ?? failures[0]
}

function certificatesIn(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  return blocks.map((block) => new X509Certificate(block))
}

function printOf(fingerprint: string): string {
  return fingerprint.replaceAll(':', '')
}

/** The certificates a node shows, its own first. */
async function chainOf(url: URL, target: ElasticsearchTarget): Promise<DetailedPeerCertificate[]> {
  const signal = AbortSignal.timeout(target.timeout_s * 1000)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = Number(url.port || 443)
  const tunnel =
    target.proxy === undefined ? undefined : await tunnelTo(`${url.hostname}:${port}`, target.proxy, signal)
  return new Promise((resolve, reject) => {
    // Nothing is sent on this connection, so it does not matter who is at its other end.
    const socket: TLSSocket = connectTls({
      ...(tunnel ? { socket: tunnel } : { host, port }),
      ...(!/^[\d.]+$|:/.test(host) && { servername: host }),
      rejectUnauthorized: false,
    })
    const abort = () => socket.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' }))
    signal.addEventListener('abort', abort, { once: true })
    socket.on('error', reject)
    socket.on('secureConnect', () => {
      const chain: DetailedPeerCertificate[] = []
      for (
        let each = socket.getPeerCertificate(true);
        each?.raw && !chain.includes(each);
        each = each.issuerCertificate
      )
        chain.push(each)
      signal.removeEventListener('abort', abort)
      socket.destroy()
      resolve(chain)
    })
  })
}

function tunnelTo(path: string, proxy: string, signal: AbortSignal): Promise<Socket> {
  const { username, password, protocol, hostname, port } = new URL(proxy)
  const login = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')
  const headers = { host: path, ...(username && { 'proxy-authorization': `Basic ${login}` }) }
  return new Promise((resolve, reject) => {
    const send = protocol === 'https:' ? httpsRequest : httpRequest
    const request: ClientRequest = send({ method: 'CONNECT', hostname, port, path, headers, agent: false, signal })
    request.on('connect', ({ statusCode = 0 }, socket) => {
      if (statusCode === 200) return resolve(socket)
      socket.destroy()
      reject(new FailureError({ kind: 'unreachable', reason: 'proxy', status: statusCode }))
    })
    request.on('error', reject)
    request.end()
  })
}
