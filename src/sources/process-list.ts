// Which processes of a host are watched: the largest, and those the configuration names.
import { NoDataError } from '../errors.ts'
import { isMissing, type Root } from '../host/root.ts'
import { pacer } from '../pacer.ts'
import {
  type ProcessStat,
  parseCommandLine,
  parseControlGroup,
  parseProcessStat,
  parseProcessStatus,
  residentPages,
} from '../parsers/proc-pid.ts'
import type { OwnerNames } from './owner-names.ts'

export interface ProcessChoice {
  /** So many of the largest by resident memory. */
  top: number
  /** By name; `*` stands for any characters. */
  names: readonly string[]
  /** By name or number. */
  users: readonly string[]
  /** Control groups, with those below them. */
  cgroups: readonly string[]
}

/** A process that is watched. */
export interface ChosenProcess {
  pid: number
  name: string
  stat: ProcessStat
  /** The configuration names it; else it is one of the largest. */
  isNamed: boolean
}

export interface ProcessList {
  /** Processes with memory of their own: neither kernel threads nor zombies. */
  count: number
  chosen: ChosenProcess[]
}

/** However many the configuration names: each is a document with every pass. */
const mostWatched = 100

/** `isWatched`: a process of the pass before stays until it is not even among twice as many of the largest. */
export async function listProcesses(
  root: Root,
  choice: ProcessChoice,
  isWatched: (pid: number, stat: ProcessStat) => boolean,
  owners: OwnerNames,
): Promise<ProcessList> {
  const pace = pacer()
  const sizes: { pid: number; pages: number }[] = []
  const threads = kernelThreads(root)
  for (const entry of root.list('/proc')) {
    if (!/^[1-9]\d{0,9}\/$/.test(entry)) continue
    const pid = Number(entry.slice(0, -1))
    if (threads.has(pid)) continue
    const pages = residentPages(readOf(root, pid, 'statm') ?? '')
    if (pages > 0) sizes.push({ pid, pages })
    if (pace.isOver()) await pace.rest()
  }
  sizes.sort((a, b) => b.pages - a.pages || a.pid - b.pid)
  const isNamed = namedBy(root, choice, owners)
  const chosen: ChosenProcess[] = []
  for (const [rank, { pid }] of sizes.entries()) {
    if (chosen.length === mostWatched) break
    if (pace.isOver()) await pace.rest()
    if (rank >= 2 * choice.top && isNamed === undefined) break
    const stat = parseProcessStat(readOf(root, pid, 'stat') ?? '')
    if (stat === undefined) continue
    const isLarge = rank < choice.top || (rank < 2 * choice.top && isWatched(pid, stat))
    const name = nameOf(root, pid, stat)
    const wanted = isNamed?.(pid, name) === true
    if (isLarge || wanted) chosen.push({ pid, name, stat, isNamed: wanted })
  }
  return { count: sizes.length, chosen }
}

/**
 * The kernel's own threads, which have no memory: about half of what /proc lists on a small host, more with many processors; each is a
 * file less to read. Empty in a container, and where no children are listed (CONFIG_PROC_CHILDREN): their statm says it then.
 */
function kernelThreads(root: Root): ReadonlySet<number> {
  if (readOf(root, 2, 'comm') !== 'kthreadd\n') return new Set()
  const children = readOf(root, 2, 'task/2/children') ?? ''
  return new Set(children.split(' ').filter(Boolean).map(Number))
}

/** Undefined where nothing is named. */
function namedBy(
  root: Root,
  { names, users, cgroups }: ProcessChoice,
  owners: OwnerNames,
): ((pid: number, name: string) => boolean) | undefined {
  if (names.length + users.length + cgroups.length === 0) return undefined
  const patterns = names.map((name) => {
    const parts = name.split('*').map((part) => part.replace(/[\\^$.+?()[\]{}|]/g, '\\$&'))
    return new RegExp(`^${parts.join('.*')}$`, 's')
  })
  return (pid, name) => {
    if (patterns.some((pattern) => pattern.test(name))) return true
    const uid = users.length > 0 ? parseProcessStatus(readOf(root, pid, 'status') ?? '').uid : undefined
    if (uid !== undefined && users.some((user) => user === String(uid) || user === owners.user(uid))) return true
    const group = cgroups.length > 0 ? parseControlGroup(readOf(root, pid, 'cgroup') ?? '') : undefined
    return group !== undefined && cgroups.some((each) => group === each || group.startsWith(each.replace(/\/*$/, '/')))
  }
}

/** The kernel keeps 15 bytes of a name; the program’s own, where it begins with these, is whole. Newer Node calls itself MainThread. */
function nameOf(root: Root, pid: number, { name }: ProcessStat): string {
  const isNode = name === 'MainThread'
  if (name.length < 15 && !isNode) return name
  const [program = ''] = parseCommandLine(readOf(root, pid, 'cmdline') ?? '')
  const whole = program.split('/').at(-1) ?? ''
  return whole.startsWith(isNode ? 'node' : name) && whole.length <= 64 ? whole : name
}

/** Text of a file of a process; undefined when the process has ended or may not be looked at. */
export function readOf(root: Root, pid: number, file: string): string | undefined {
  try {
    return root.readKernelText(`/proc/${pid}/${file}`)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (error instanceof NoDataError || isMissing(error)) return undefined
    if (code === 'ESRCH' || code === 'EACCES' || code === 'EPERM') return undefined
    throw error
  }
}
