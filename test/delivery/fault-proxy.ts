// A proxy before a real Elasticsearch that does to requests what networks and overloaded servers do.
import { Agent, createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export type Fault =
  | { kind: 'pass' }
  /** The server is never asked. */
  | { kind: 'answer'; status: number; headers?: Record<string, string> }
  /** Half-open: the request is taken, nothing ever comes back and the server is never asked. */
  | { kind: 'hang' }
  /** The server does what it is asked; its answer comes so much later. */
  | { kind: 'late'; ms: number }
  /** The server does what it is asked; the connection breaks in the middle of its answer. */
  | { kind: 'cut' }
  /** Of a bulk, these operations never reach the server and come back with a status of their own. */
  | { kind: 'some'; refused: (position: number) => boolean; status: number }

export interface ProxyOptions {
  /** Of the server behind it. */
  url: string
  /** PEM texts, for a proxy that speaks TLS. */
  tls?: { key: string; cert: string }
}

const pass: Fault = { kind: 'pass' }

export class FaultProxy {
  /** What is done to a bulk; `count` begins at 1. Other requests pass. */
  fault: (count: number) => Fault = () => pass
  /** What is done to every request, bulks too, unless it is to pass. */
  everything: Fault = pass
  bulks = 0
  readonly #options: ProxyOptions
  readonly #server: Server | SecureServer
  readonly #agent = new Agent({ keepAlive: true })
  readonly #sockets = new Set<Socket>()
  #port = 0

  constructor(options: ProxyOptions) {
    this.#options = options
    const listener = (asked: IncomingMessage, answer: ServerResponse) =>
      void this.#handle(asked, answer).catch(() => asked.socket.destroy())
    this.#server = options.tls ? createSecureServer(options.tls, listener) : createServer(listener)
    const remember = (socket: Socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    }
    this.#server.on('connection', remember)
    this.#server.on('tlsClientError', () => {})
  }

  get url(): string {
    return `${this.#options.tls ? 'https' : 'http'}://127.0.0.1:${this.#port}`
  }

  /** Listens; after `stop` on the same port again. */
  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve))
    this.#port = (this.#server.address() as AddressInfo).port
  }

  /** Refuses connections, and breaks those there are. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.disconnect()
    await closed
  }

  disconnect(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  /** Another certificate from the next connection on. */
  showCertificate(tls: NonNullable<ProxyOptions['tls']>): void {
    ;(this.#server as SecureServer).setSecureContext(tls)
    this.disconnect()
  }

  async close(): Promise<void> {
    await this.stop()
    this.#agent.destroy()
  }

  async #handle(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const body = await bytesOf(asked)
    const isBulk = /\/_bulk\b/.test(asked.url ?? '')
    const fault = this.everything.kind === 'pass' && isBulk ? this.fault(++this.bulks) : this.everything
    switch (fault.kind) {
      case 'hang':
        return
      case 'answer':
        answer.writeHead(fault.status, { 'x-elastic-product': 'Elasticsearch', ...json, ...fault.headers })
        answer.end(JSON.stringify({ error: { type: 'es_rejected_execution_exception', reason: 'refused' } }))
        return
      case 'some':
        return this.#passSome(asked, body.toString(), answer, fault)
      case 'pass':
      case 'late':
      case 'cut': {
        const { status, headers, text } = await this.#ask(asked, body)
        if (fault.kind === 'late') await sleep(fault.ms)
        answer.writeHead(status, headers)
        if (fault.kind !== 'cut') return void answer.end(text)
        answer.write(text.subarray(0, text.length / 2))
        await sleep(20)
        asked.socket.destroy()
        return
      }
      default:
        return fault satisfies never
    }
  }

  async #passSome(
    asked: IncomingMessage,
    body: string,
    answer: ServerResponse,
    { refused, status }: Extract<Fault, { kind: 'some' }>,
  ): Promise<void> {
    const lines = body.split('\n').filter((line) => line !== '')
    const operations = Array.from({ length: lines.length / 2 }, (_, at) => `${lines[2 * at]}\n${lines[2 * at + 1]}\n`)
    const kept = operations.filter((_, at) => !refused(at))
    const taken = kept.length === 0 ? [] : itemsIn((await this.#ask(asked, Buffer.from(kept.join('')))).text)
    const error = { type: 'es_rejected_execution_exception', reason: 'refused' }
    const items = operations.map((_, at) => (refused(at) ? { index: { status, error } } : taken.shift()))
    answer.writeHead(200, { 'x-elastic-product': 'Elasticsearch', ...json })
    answer.end(JSON.stringify({ errors: true, items }))
  }

  #ask({ method, url = '', headers }: IncomingMessage, body: Buffer) {
    const options = {
      method: method ?? 'GET',
      agent: this.#agent,
      headers: { ...headers, 'content-length': body.length },
    }
    return new Promise<{ status: number; headers: IncomingMessage['headers']; text: Buffer }>((resolve, reject) => {
      const sent = request(`${this.#options.url}${url}`, options, (answer) => {
        bytesOf(answer).then(
          (text) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }),
          reject,
        )
      })
      sent.on('error', reject)
      sent.end(body)
    })
  }
}

const json = { 'content-type': 'application/vnd.elasticsearch+json;compatible-with=8' }

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function itemsIn(text: Buffer): unknown[] {
  return (JSON.parse(text.toString()) as { items: unknown[] }).items
}
