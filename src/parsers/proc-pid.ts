// The small files of /proc/PID: stat, statm, status, cmdline, cgroup. fs/proc/array.c, fs/proc/base.c; proc(5),
// Documentation/filesystems/proc.rst.
import { parseInteger } from './integer.ts'

export interface ProcessStat {
  /** Up to 15 bytes; whatever the process calls itself. */
  name: string
  parent: number
  threads: number
  /** Clock ticks from the boot to its start: with the pid, who it is. */
  startTicks: number
  /** Where its heap begins; undefined before Linux 3.5 and where it may not be known. */
  startBrk?: bigint
}

/** /proc/PID/stat; undefined when it is not whole. The name in parentheses may hold anything, parentheses and line feeds too. */
export function parseProcessStat(text: string): ProcessStat | undefined {
  const [open, close] = [text.indexOf('('), text.lastIndexOf(')')]
  if (open === -1 || close < open) return undefined
  // from state, which is the third field
  const fields = text.slice(close + 2).split(' ')
  const [parent, threads, startTicks] = [fields[1], fields[17], fields[19]].map(parseInteger)
  if (parent === undefined || threads === undefined || startTicks === undefined) return undefined
  const brk = fields[44] ?? ''
  const startBrk = /^[1-9]\d{0,19}$/.test(brk) ? BigInt(brk) : undefined
  return {
    name: text.slice(open + 1, close),
    parent,
    threads,
    startTicks,
    ...(startBrk !== undefined && { startBrk }),
  }
}

/** Resident pages of /proc/PID/statm; 0 for kernel threads. Cheap: the kernel has them counted. */
export function residentPages(statm: string): number {
  return parseInteger(statm.split(' ', 2)[1]) ?? 0
}

export interface ProcessStatus {
  /** Real user. */
  uid?: number
  /** In bytes. Swap since Linux 2.6.34, anonymous since 4.5. */
  memory: { rss?: number; peak?: number; virtual?: number; swap?: number; anonymous?: number }
}

const figures: Readonly<Record<string, keyof ProcessStatus['memory']>> = {
  VmRSS: 'rss',
  VmHWM: 'peak',
  VmSize: 'virtual',
  VmSwap: 'swap',
  RssAnon: 'anonymous',
}
/** Of some sixty lines. */
const wantedLines = /^(Uid|VmRSS|VmHWM|VmSize|VmSwap|RssAnon):[ \t]+(\d{1,16})([ \t]+kB[ \t\r]*$)?/gm

/** /proc/PID/status. A process without memory of its own, such as a kernel thread, has no figures. */
export function parseProcessStatus(text: string): ProcessStatus {
  const status: ProcessStatus = { memory: {} }
  for (const [, key = '', digits, isKilobytes] of text.matchAll(wantedLines)) {
    const value = parseInteger(digits)
    const figure = figures[key]
    if (value === undefined) continue
    if (figure === undefined) status.uid = value
    else if (isKilobytes !== undefined) status.memory[figure] = value * 1024
  }
  return status
}

/** /proc/PID/limits: how many files a process may have open; undefined where that is not told or without a limit. */
export function parseOpenFileLimit(text: string): number | undefined {
  return parseInteger(/^Max open files +(\d{1,20}) /m.exec(text)?.[1])
}

/** /proc/PID/cmdline: the words a process was started with, or what it has written over them. */
export function parseCommandLine(text: string): string[] {
  return text.replace(/\0+$/, '').split('\0')
}

/** The control group of /proc/PID/cgroup: of version 2, else that of systemd's hierarchy, else that of memory. */
export function parseControlGroup(text: string): string | undefined {
  const groups = new Map<string, string>()
  for (const row of text.split('\n', 50)) {
    const [, controllers = '', path = ''] = /^\d{1,9}:([^:]*):(\/.*)$/.exec(row) ?? []
    for (const controller of controllers.split(',')) if (path !== '') groups.set(controller, path)
  }
  // with both versions mounted, the path of version 2 may be / for all
  const unified = groups.get('')
  return unified !== undefined && unified !== '/'
    ? unified
    : (groups.get('name=systemd') ?? groups.get('memory') ?? unified)
}
