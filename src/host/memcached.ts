// A connection to a memcached server, over TCP or a unix socket, in its text protocol: lines ended by CR LF, latin-1 on the wire.
import { connect, type NetConnectOpts, type Socket } from 'node:net'

/** More than a server's statistics have, and than any of its lines. */
const mostCharacters = 4 * 1024 * 1024

export type MemcachedAddress = { host: string; port: number } | { path: string }

/** Reads `host:port`, `[address]:port`, a host alone, or the path of a socket; undefined for anything else. */
export function memcachedAddress(text: string): MemcachedAddress | undefined {
  if (/^\/[^\0]+$/.test(text)) return { path: text }
  const [, bracketed, name, digits = '11211'] =
    /^(?:\[([a-f\d:.]+)\]|([a-z\d_](?:[a-z\d._-]*[a-z\d_])?))(?::(\d{1,5}))?$/i.exec(text) ?? []
  const host = bracketed ?? name
  const port = Number(digits)
  return host === undefined || port < 1 || port > 65_535 ? undefined : { host, port }
}

export class MemcachedConnection {
  readonly #socket: Socket
  readonly #batches: AsyncGenerator<string[]>

  private constructor(socket: Socket) {
    this.#socket = socket
    this.#batches = linesOf(socket)
  }

  /** Connects; the signal ends it at any time, then or later. Rejects with the system's error. */
  static open(address: MemcachedAddress, signal: AbortSignal): Promise<MemcachedConnection> {
    const socket = connect({ ...address, signal, noDelay: true } as NetConnectOpts)
    return new Promise((resolve, reject) => {
      socket.once('error', reject)
      socket.once('connect', () => {
        socket.off('error', reject)
        // what fails later is told by whoever reads
        socket.on('error', () => {})
        resolve(new MemcachedConnection(socket))
      })
    })
  }

  /** The lines a command such as `stats` answers, up to the line END. Throws what the server says in place of them. */
  async ask(command: string): Promise<string[]> {
    this.#socket.write(`${command}\r\n`)
    const found: string[] = []
    let length = 0
    for (;;) {
      const { value, done } = await this.#batches.next()
      if (done) throw new Error(`the server closed the connection at ${command}`)
      for (const line of value) {
        if (line === 'END') return found
        throwRefusal(line, command)
        found.push(line)
        length += line.length + 2
        if (length > mostCharacters) throw new Error(`the server's answer to ${command} does not end`)
      }
    }
  }

  /**
   * Events of these kinds as the server writes them, the lines of one read at a time, until it ends the connection. While nobody
   * reads, the server leaves events out and waits for nothing.
   */
  async *watch(kinds: readonly string[]): AsyncGenerator<string[]> {
    const command = `watch ${kinds.join(' ')}`
    this.#socket.write(`${command}\r\n`)
    let isAccepted = false
    for await (const lines of this.#batches) {
      if (!isAccepted) throwRefusal(lines[0] ?? '', command)
      yield isAccepted ? lines : lines.slice(1)
      isAccepted = true
    }
  }

  close(): void {
    this.#socket.destroy()
  }
}

function throwRefusal(line: string, command: string): void {
  if (/^(ERROR|CLIENT_ERROR|SERVER_ERROR)\b/.test(line))
    throw new Error(`the server answered ${JSON.stringify(line.slice(0, 200))} to ${command}`)
}

async function* linesOf(socket: Socket): AsyncGenerator<string[]> {
  socket.setEncoding('latin1')
  let rest = ''
  for await (const chunk of socket as AsyncIterable<string>) {
    const lines = (rest + chunk).split(/\r?\n/)
    rest = lines.pop() ?? ''
    if (rest.length > mostCharacters) throw new Error('the server sends a line that does not end')
    if (lines.length > 0) yield lines
  }
}
