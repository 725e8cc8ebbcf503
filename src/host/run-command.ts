// Runs a command of the host without a shell, in a process group of its own that never outlives its limits.
import { type ChildProcess, spawn } from 'node:child_process'
import { constants, setPriority } from 'node:os'

export interface CommandOptions {
  timeoutMs: number
  /** Of standard output. */
  maxBytes: number
  signal: AbortSignal
  env?: Record<string, string>
  cwd?: string
}

export interface CommandResult {
  /** At most `maxBytes`, cut there when there was more. */
  stdout: Buffer
  /** At most the first 64 KB. */
  stderr: string
  /** Exit status, null when a signal or a problem ended it. */
  status: number | null
  /** The signal that ended it, of its own or ours. */
  signal: NodeJS.Signals | null
  problem?: 'timeout' | 'too_large' | 'not_found' | 'no_permission' | 'aborted'
}

const stderrBytes = 64 * 1024
/** Between SIGTERM and SIGKILL, and as long again until a process that will not die is given up. */
const graceMsOnLimit = 1000
const graceMsOnAbort = 500
/** Silence on the pipe that counts as its end once the command itself has ended. */
const drainMs = 200

/**
 * Runs `argv` to its end. Whatever goes wrong is told in the result; only a defect throws. On timeout, overflow or abort the
 * whole group gets SIGTERM, then SIGKILL, and the result comes as soon as the command itself has ended.
 */
export function runCommand(argv: readonly string[], options: CommandOptions): Promise<CommandResult> {
  const [file, ...args] = argv
  if (file === undefined || file === '' || argv.some((part) => part.includes('\0')))
    return Promise.resolve(failed('not_found', `not a command: ${JSON.stringify(argv)}`))
  if (options.signal.aborted) return Promise.resolve(failed('aborted', ''))
  let child: ChildProcess
  try {
    child = spawn(file, args, {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...options.env, LC_ALL: 'C' },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    })
  } catch (error) {
    return Promise.resolve(spawnFailure(error as NodeJS.ErrnoException))
  }
  return supervise(child, options)
}

function supervise(child: ChildProcess, options: CommandOptions): Promise<CommandResult> {
  lowerPriority(child.pid)
  return new Promise((resolve) => {
    const stdout = collector(options.maxBytes)
    const stderr = collector(stderrBytes)
    let problem: CommandResult['problem']
    let ended: Pick<CommandResult, 'status' | 'signal'> | undefined
    const timers = new Set<NodeJS.Timeout>()
    const after = (ms: number, run: () => void) => timers.add(setTimeout(run, ms))

    const finish = (result: CommandResult) => {
      for (const timer of timers) clearTimeout(timer)
      options.signal.removeEventListener('abort', onAbort)
      child.stdout?.destroy()
      child.stderr?.destroy()
      child.unref()
      resolve(result)
    }
    const finishAsEnded = () => {
      if (problem !== undefined) killGroup(child.pid, 'SIGKILL')
      finish({
        stdout: stdout.bytes(),
        stderr: stderr.bytes().toString('utf8'),
        status: ended?.status ?? null,
        signal: ended?.signal ?? null,
        ...(problem === undefined ? {} : { problem }),
      })
    }
    const stop = (reason: NonNullable<CommandResult['problem']>) => {
      if (problem !== undefined) return
      if (ended === undefined || reason === 'too_large') problem = reason
      if (ended !== undefined) return finishAsEnded()
      const graceMs = reason === 'aborted' ? graceMsOnAbort : graceMsOnLimit
      killGroup(child.pid, 'SIGTERM')
      after(graceMs, () => killGroup(child.pid, 'SIGKILL'))
      // A process stuck in the kernel does not even die of SIGKILL: it is left behind.
      after(2 * graceMs, finishAsEnded)
    }
    const onAbort = () => stop('aborted')
    // A grandchild may hold the pipe open long after the command has ended, so silence ends the wait, not the pipe's end.
    const drain = () => {
      const before = stdout.length()
      after(drainMs, () => setImmediate(() => (stdout.length() === before ? finishAsEnded() : drain())))
    }

    after(options.timeoutMs, () => stop('timeout'))
    options.signal.addEventListener('abort', onAbort)
    child.stdout?.on('data', (chunk: Buffer) => {
      if (!stdout.add(chunk)) stop('too_large')
    })
    child.stderr?.on('data', (chunk: Buffer) => stderr.add(chunk))
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (child.pid === undefined) finish(spawnFailure(error))
    })
    child.on('exit', (status, signal) => {
      ended = { status, signal }
      if (problem !== undefined) return finishAsEnded()
      child.on('close', finishAsEnded)
      drain()
    })
  })
}

/** Keeps the first `limit` bytes of what is added; `add` is false from the first byte beyond them. */
function collector(limit: number) {
  const chunks: Buffer[] = []
  let length = 0
  let over = false
  return {
    add(chunk: Buffer): boolean {
      const room = limit - length
      if (chunk.length > room) over = true
      if (room > 0) chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk)
      length += Math.min(chunk.length, Math.max(0, room))
      return !over
    },
    bytes: () => Buffer.concat(chunks, length),
    length: () => length,
  }
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch {
    // The group is gone already.
  }
}

function lowerPriority(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW)
  } catch {
    // It has ended already, or may not be touched: it runs at ours.
  }
}

function spawnFailure(error: NodeJS.ErrnoException): CommandResult {
  const denied = error.code === 'EACCES' || error.code === 'EPERM'
  return failed(denied ? 'no_permission' : 'not_found', error.message)
}

function failed(problem: NonNullable<CommandResult['problem']>, stderr: string): CommandResult {
  return { stdout: Buffer.alloc(0), stderr, status: null, signal: null, problem }
}
