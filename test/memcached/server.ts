// A real memcached for the tests: found on this machine, started on a port or a socket of its own.
import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../elasticsearch/free-port.ts'

const program = [...(process.env['PATH'] ?? '').split(':'), '/usr/bin', '/usr/local/bin']
  .map((folder) => join(folder, 'memcached'))
  .find((file) => {
    try {
      accessSync(file, constants.X_OK)
      return true
    } catch {
      return false
    }
  })

/** Why tests with a server are skipped; in CI ($CI) a missing server is a failure. */
export const skip = program === undefined && !process.env['CI'] ? 'needs memcached' : false

export interface MemcachedServer {
  /** As `mitra memcached` takes it. */
  address: string
  stop(): Promise<void>
}

/** A server of a few megabytes, at a socket where one is named, else at a free port. */
export async function startMemcached(options: { socket?: string; megabytes?: number } = {}): Promise<MemcachedServer> {
  if (program === undefined) throw new Error('memcached is not installed')
  const { socket, megabytes = 8 } = options
  const port = await freePort()
  const place = socket === undefined ? ['-l', '127.0.0.1', '-p', String(port), '-U', '0'] : ['-s', socket]
  const user = process.getuid?.() === 0 ? ['-u', 'root'] : []
  const child = spawn(program, [...place, ...user, '-m', String(megabytes), '-t', '2'], { stdio: 'ignore' })
  const address = socket ?? `127.0.0.1:${port}`
  await ready(child, address)
  return {
    address,
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      await ended
    },
  }
}

async function ready(child: ChildProcess, address: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (child.exitCode !== null) throw new Error(`memcached ended with ${child.exitCode}`)
    const client = await Client.open(address).catch(() => undefined)
    client?.close()
    if (client) return
    await sleep(25)
  }
  child.kill('SIGKILL')
  throw new Error(`memcached does not answer at ${address}`)
}

/** A client in the plainest form: one command, one answer. */
export class Client {
  readonly #socket: Socket
  readonly #answers: AsyncIterator<Buffer>

  private constructor(socket: Socket) {
    this.#socket = socket
    this.#answers = socket[Symbol.asyncIterator]()
  }

  static open(address: string): Promise<Client> {
    const [host = '', port] = address.split(':')
    const socket = port === undefined ? connect(address) : connect(Number(port), host)
    return new Promise((resolve, reject) => {
      socket.once('error', reject)
      socket.once('connect', () => resolve(new Client(socket)))
    })
  }

  /** The answer of the server, read until it ends as it should. */
  async #ask(text: string, end: RegExp): Promise<string> {
    this.#socket.write(Buffer.from(text))
    let answer = ''
    while (!end.test(answer)) {
      const { value, done } = await this.#answers.next()
      if (done) throw new Error(`memcached closed the connection after ${JSON.stringify(answer)}`)
      answer += value.toString()
    }
    return answer.trim()
  }

  /** Stores a value of so many bytes. */
  store(method: string, key: string, size: number): Promise<string> {
    return this.#ask(`${method} ${key} 0 0 ${size}\r\n${'x'.repeat(size)}\r\n`, /^[A-Z_ a-z]+\r\n$/)
  }

  get(key: string): Promise<string> {
    return this.#ask(`get ${key}\r\n`, /END\r\n$/)
  }

  /** So many gets at once, without waiting for one before asking the next. */
  async getMany(key: string, times: number): Promise<void> {
    this.#socket.write(`get ${key}\r\n`.repeat(times))
    let ends = 0
    let rest = ''
    while (ends < times) {
      const { value, done } = await this.#answers.next()
      if (done) throw new Error('memcached closed the connection')
      const answers = (rest + value.toString()).split('END\r\n')
      rest = answers.pop() ?? ''
      ends += answers.length
    }
  }

  close(): void {
    this.#socket.destroy()
  }
}
