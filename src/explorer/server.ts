// The explorer as a server. Only a socket listens until somebody asks: an agent that nobody looks at carries no web server.

import { once } from 'node:events'
import { createServer, isIP, type Socket } from 'node:net'
import { hostname } from 'node:os'
import type { Duplex } from 'node:stream'
import { ActionableError } from '../errors.ts'
import type { Answering } from './answering.ts'
import type { Login } from './guard.ts'

export interface ServerOptions {
  /** Address to listen at, and port; port 0 takes any free one. */
  listen: string
  port: number
  /** Further names it may be asked by. */
  names: readonly string[]
  login?: Login
}

export interface ExplorerServer {
  /** Where it is, with a slash at the end. */
  url: string
  close(): Promise<void>
}

/** Listens until it is closed. Throws ActionableError where it may not or cannot. */
export async function serve(answering: Answering, options: ServerOptions): Promise<ExplorerServer> {
  const { port, names, login } = options
  const listen = options.listen.replace(/^\[(.*)\]$/, '$1')
  const isLocal = isLoopback(listen)
  if (!isLocal && login === undefined)
    throw new ActionableError(`without a login the explorer listens on this machine alone, not at ${listen}`, {
      next: 'set web.token, or web.user and web.password, in the configuration',
    })
  const rules = { names: isLocal ? names : [hostname(), ...names], ...(login && { login }) }
  const open = new Set<Socket>()
  let handle: ((socket: Socket) => void) | undefined
  const load = async () => {
    const [{ createServer: createHttpServer }, { front, listenerOf }] = await Promise.all([
      import('node:http'),
      import('./front.ts'),
    ])
    const http = createHttpServer(
      { requestTimeout: 30_000, maxHeaderSize: 32_768 },
      listenerOf(front(answering, rules)),
    )
    http.on('clientError', refuse)
    return (socket: Socket) => {
      http.emit('connection', socket)
      socket.resume()
    }
  }
  const server = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    socket.on('error', () => {})
    if (handle) return handle(socket)
    void load().then((loaded) => {
      handle ??= loaded
      handle(socket)
    })
  })
  server.maxConnections = 200
  server.listen(port, listen === 'localhost' ? '127.0.0.1' : listen)
  await listening(server, options)
  const address = server.address()
  const actual = typeof address === 'object' && address ? address.port : port
  return {
    url: `http://${isIP(listen) === 6 ? `[${listen}]` : listen}:${actual}/`,
    async close() {
      const closed = new Promise((done) => server.close(done))
      for (const socket of open) socket.destroy()
      await Promise.all([closed, answering.close()])
    },
  }
}

/** To what is no request: HTTP by hand, as nothing of it was understood. */
function refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable) return
  const isLong = error.code === 'HPE_HEADER_OVERFLOW'
  const text = isLong ? 'the address is too long: ask a shorter question\n' : 'this is no request that can be read\n'
  const status = isLong ? '431 Request Header Fields Too Large' : '400 Bad Request'
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${text.length}\r\nConnection: close\r\n\r\n${text}`,
  )
}

async function listening(server: ReturnType<typeof createServer>, { listen, port }: ServerOptions): Promise<void> {
  try {
    await once(server, 'listening')
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    const reason =
      code === 'EADDRINUSE' ? 'something listens there already' : cause instanceof Error ? cause.message : String(cause)
    throw new ActionableError(`the explorer cannot listen at ${listen}:${port}: ${reason}`, {
      next: 'choose another with --port',
      cause,
    })
  }
}

function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || /^127\.\d+\.\d+\.\d+$/.test(address)
}
