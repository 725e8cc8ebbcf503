// What a command talks to: two outputs, an input, the environment, a clock, a signal. Tests hand in their own.
import type { Screen } from './screen.ts'

export interface Output {
  readonly isTerminal: boolean
  /** Width in characters; 80 when it is no terminal. */
  readonly columns: number
  /** Resolves when taken over; rejects with the system's error, `EPIPE` when the reader has gone. */
  write(chunk: string | Uint8Array): Promise<void>
  /** Resolves when everything written has left the process. */
  flush(): Promise<void>
}

export interface Io {
  stdin: AsyncIterable<Uint8Array>
  stdout: Output
  stderr: Output
  env: Record<string, string | undefined>
  /** Milliseconds since the epoch. */
  now(): number
  /** Takes over the terminal; absent where there is none to show something on and to get keys from. */
  openScreen?: (() => Promise<Screen>) | undefined
  /** Aborted by SIGINT or SIGTERM, where the command asks to be told (`signals: 'graceful'`). */
  signal: AbortSignal
}

const chunkBytes = 64 * 1024

/** An output over a stream of the process. Writes to a terminal go out at once, others in chunks of 64 kB. */
export function streamOutput(stream: NodeJS.WriteStream): Output {
  let pending: (string | Uint8Array)[] = []
  let size = 0
  // Errors arrive at the callbacks of writes; without a listener they would also end the process.
  stream.on('error', () => {})
  const send = (chunk: string | Uint8Array) =>
    new Promise<void>((resolve, reject) => {
      stream.write(chunk, (error) => (error ? reject(error) : resolve()))
    })
  const flush = async () => {
    if (pending.length === 0) return
    const chunks = pending
    pending = []
    size = 0
    if (chunks.every((chunk) => typeof chunk === 'string')) return send(chunks.join(''))
    await send(Buffer.concat(chunks.map((chunk) => (typeof chunk === 'string' ? Buffer.from(chunk) : chunk))))
  }
  return {
    isTerminal: stream.isTTY === true,
    get columns() {
      return stream.isTTY ? stream.columns || 80 : 80
    },
    async write(chunk) {
      pending.push(chunk)
      size += chunk.length
      if (stream.isTTY || size >= chunkBytes) await flush()
    },
    flush,
  }
}

/** The process's own streams, environment and clock. */
export function processIo(signal: AbortSignal): Io {
  return {
    get stdin() {
      return process.stdin
    },
    stdout: streamOutput(process.stdout),
    stderr: streamOutput(process.stderr),
    env: process.env,
    now: Date.now,
    get openScreen() {
      if (!process.stdout.isTTY || !process.stdin.isTTY || process.env['TERM'] === 'dumb') return undefined
      return async () => (await import('./screen.ts')).openScreen({ input: process.stdin, output: process.stdout })
    },
    signal,
  }
}
