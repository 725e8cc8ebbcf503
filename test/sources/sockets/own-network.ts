// A network namespace with sockets in it, for tests: nothing else comes and goes there.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const script = join(import.meta.dirname, 'open-sockets.pl')
const isRoot = process.getuid?.() === 0
// somebody else is root in a user namespace of his own
const unshare = isRoot ? ['-n'] : ['-r', '-n']
const enter = isRoot ? ['-n'] : ['-U', '--preserve-credentials', '-n']

/** Why there can be none here; false when there can. */
export function noNetwork(): string | false {
  if (spawnSync('perl', ['-MSocket=IPV6_V6ONLY,SO_REUSEPORT', '-e', '1']).status !== 0) return 'perl is not installed'
  if (spawnSync('nsenter', ['--version']).error) return 'nsenter is not installed'
  const { error, stderr } = spawnSync('unshare', [...unshare, 'true'], { encoding: 'utf8' })
  if (error) return 'unshare is not installed'
  return stderr === '' ? false : `no network namespace may be made: ${stderr.trim()}`
}

export interface OwnNetwork {
  /** The process that has the sockets. */
  pid: number
  /** What a program prints that runs in the namespace. Throws when it fails. */
  run(...command: string[]): string
  /** As a program and its arguments. */
  command(...command: string[]): [string, string[]]
  close(): Promise<void>
}

/** `mixed FOLDER` or `many COUNT`, as open-sockets.pl says. */
export async function ownNetwork(...what: string[]): Promise<OwnNetwork> {
  const holder = spawn('unshare', [...unshare, 'perl', script, ...what], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(holder, 'close')
  const first = await Promise.race([once(createInterface({ input: holder.stdout }), 'line'), ended])
  if (first[0] !== 'ready') throw new Error('open-sockets.pl has failed')
  const pid = pidOf(holder)
  const command = (...words: string[]): [string, string[]] => ['nsenter', ['-t', String(pid), ...enter, ...words]]
  return {
    pid,
    command,
    run(...words) {
      const { status, stdout, stderr } = spawnSync(...command(...words), { encoding: 'utf8', maxBuffer: 2 ** 28 })
      if (status !== 0) throw new Error(`${words.join(' ')}: exit status ${status}: ${stderr}`)
      return stdout
    },
    async close() {
      holder.stdin.end()
      await ended
    },
  }
}

function pidOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error('unshare did not start')
  return pid
}
