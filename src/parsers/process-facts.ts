// Who a process is: /proc/<pid>/stat, status, cmdline and cgroup (fs/proc/array.c, man 5 proc). Names and command lines are whatever
// the process says.
import { parseInteger } from './integer.ts'

/** Name and start of a process; the start, in clock ticks since boot, tells it from an earlier one of its number. */
export function parseProcessStat(text: string): { name: string; started: number } | undefined {
  const open = text.indexOf('(')
  // the name may hold parentheses and line feeds: it ends with the last one
  const close = text.lastIndexOf(')')
  if (open === -1 || close < open) return undefined
  const started = parseInteger(text.slice(close + 2).split(' ')[19])
  return started === undefined ? undefined : { name: text.slice(open + 1, close), started }
}

const longestCommand = 300

/** The arguments with blanks between them; kernel threads and the dead have none. */
export function parseCommandLine(text: string): string {
  return text.slice(0, longestCommand).replace(/\0+$/, '').replaceAll('\0', ' ')
}

/** Resident memory in bytes, from /proc/<pid>/status. */
export function parseResident(text: string): number | undefined {
  const kilobytes = parseInteger(/^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1])
  return kilobytes === undefined ? undefined : kilobytes * 1024
}

/** The cgroup of the unified hierarchy, else that of systemd, else the first that is not the root. */
export function parseCgroup(text: string): string | undefined {
  const lines = text.split('\n', 100).map((line) => /^\d+:([^:]*):(\/.*)$/.exec(line))
  const find = (isWanted: (controllers: string) => boolean) =>
    lines.find((line) => line !== null && isWanted(line[1] ?? '') && line[2] !== '/')?.[2]
  return (
    find((controllers) => controllers === '') ??
    find((controllers) => controllers === 'name=systemd') ??
    find(() => true)
  )
}

/** First twelve digits of the id of the container a cgroup belongs to, as container runtimes show it. */
export function containerOf(cgroup: string): string | undefined {
  return /(?:^|[/:-])([0-9a-f]{12})[0-9a-f]{52}(?:\.scope)?(?:\/|$)/.exec(cgroup)?.[1]
}
