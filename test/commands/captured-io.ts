// An Io for tests: keeps what a command writes, and is as wide, as coloured and as late as the test says.
import type { Io, Output } from '../../src/terminal/io.ts'

export interface Captured {
  io: Io
  stdout(): string
  stderr(): string
  /** Both, in the order written. */
  both(): string
  bytes(): Buffer
}

/** Both outputs are a terminal of the given width, or both are pipes. */
export function captured(options: {
  terminal?: boolean
  columns?: number
  now?: number
  stdin?: string | Uint8Array
  env?: Record<string, string | undefined>
  signal?: AbortSignal
}): Captured {
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  const both: Buffer[] = []
  const output = (chunks: Buffer[]): Output => ({
    isTerminal: options.terminal ?? false,
    columns: options.columns ?? (options.terminal ? 100 : 80),
    async write(chunk) {
      const bytes = Buffer.from(chunk as string)
      chunks.push(bytes)
      both.push(bytes)
    },
    flush: async () => {},
  })
  async function* stdin() {
    if (options.stdin !== undefined) yield Buffer.from(options.stdin as string)
  }
  return {
    io: {
      stdin: stdin(),
      stdout: output(stdout),
      stderr: output(stderr),
      env: options.env ?? {},
      now: () => options.now ?? Date.now(),
      signal: options.signal ?? new AbortController().signal,
    },
    stdout: () => Buffer.concat(stdout).toString(),
    stderr: () => Buffer.concat(stderr).toString(),
    both: () => Buffer.concat(both).toString(),
    bytes: () => Buffer.concat(stdout),
  }
}
