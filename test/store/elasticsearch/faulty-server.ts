// Servers with one fault each, for what a real Elasticsearch cannot be brought to do.
import { readFileSync } from 'node:fs'
import { createServer as createHttp, type RequestListener } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import type { ElasticsearchTarget } from '../../../src/store/open.ts'
import type { Certificate } from '../../elasticsearch/certificate.ts'

export interface Answer {
  status: number
  /** Sent as JSON, or as it is where it is a text. */
  body?: unknown
  headers?: Record<string, string>
}

/** What `GET /` of an Elasticsearch says. */
export const banner: Answer = { status: 200, body: { version: { number: '9.4.3' } } }

export interface Asked {
  method: string
  path: string
  headers: NodeJS.Dict<string | string[]>
  /** As it came. */
  body: string
}

/** An HTTP server that answers every request with what `answer` gives; undefined for never. Gives its URL. */
export async function httpServer(
  t: TestContext,
  answer: (request: Asked) => Answer | undefined,
  certificate?: Certificate,
): Promise<string> {
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url: path = '', headers: sent } = request
      const given = answer({ method, path, headers: sent, body: Buffer.concat(chunks).toString() })
      if (given === undefined) return
      const { status, body = {}, headers } = given
      const isText = typeof body === 'string'
      response.writeHead(status, {
        'x-elastic-product': 'Elasticsearch',
        'content-type': isText ? 'text/html' : 'application/json',
        ...headers,
      })
      response.end(isText ? body : JSON.stringify(body))
    })
  }
  if (certificate === undefined) return `http://127.0.0.1:${await listening(t, createHttp(listener))}`
  // an authority sent along is what a fingerprint is looked for in
  const chain = readFileSync(certificate.certificate, 'utf8') + certificate.ca
  const server = createHttps({ key: readFileSync(certificate.key), cert: chain }, listener)
  return `https://127.0.0.1:${await listening(t, server)}`
}

/** A server that does what `onConnection` says with each connection. Gives its port. */
export function tcpServer(t: TestContext, onConnection: (socket: Socket) => void): Promise<number> {
  return listening(
    t,
    createTcp((socket) => {
      socket.on('error', () => {})
      onConnection(socket)
    }),
  )
}

async function listening(t: TestContext, server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

/** A port where nothing listens. */
export async function deadPort(): Promise<number> {
  const server = createTcp()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** How such a server is reached. */
export function target(node: string, more: Partial<ElasticsearchTarget> = {}): ElasticsearchTarget {
  return { nodes: [node], prefix: 'mitra_', compression: false, timeout_s: 5, ...more }
}
