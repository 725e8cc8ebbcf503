// Processes by more than their number, which another process may have tomorrow.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

export interface ProcessIdentity {
  pid: number
  /** When it started, in whatever form the system says it. */
  started: string
}

/** Who a process is, or nothing when there is none (a zombie is none). */
export function identityOf(pid: number): ProcessIdentity | undefined {
  const started = existsSync('/proc/self/stat') ? startedByProc(pid) : startedByPs(pid)
  return started === undefined ? undefined : { pid, started }
}

export function isAlive({ pid, started }: ProcessIdentity): boolean {
  return identityOf(pid)?.started === started
}

/** Ends a process group by its leader: SIGTERM, then SIGKILL to what is left after `patience_ms`. */
export async function endGroup(leader: ProcessIdentity, patience_ms: number): Promise<void> {
  if (!isAlive(leader)) return
  signalGroup(leader.pid, 'SIGTERM')
  for (const since = Date.now(); isAlive(leader) && Date.now() - since < patience_ms; ) await sleep(50)
  signalGroup(leader.pid, 'SIGKILL')
}

export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch {
    // all of it has ended
  }
}

function startedByProc(pid: number): string | undefined {
  try {
    // the name in parentheses may hold anything, so count from the last one: state is field 3, start time field 22
    const [, rest = ''] = /\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
    const fields = rest.split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19]
  } catch {
    return undefined
  }
}

function startedByPs(pid: number): string | undefined {
  try {
    const said = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim()
    return said === '' || said.startsWith('Z') ? undefined : said.replace(/^\S+\s+/, '')
  } catch {
    return undefined
  }
}
