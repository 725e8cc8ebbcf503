// Memory, kills, throttling and pressure of the top control groups: services, users, containers.
import { NoDataError } from '../errors.ts'
import type { Root } from '../host/root.ts'
import { cgroupFigures, parseCgroupFacts } from '../parsers/cgroup-facts.ts'
import { deviceValue } from './device-files.ts'
import { kernelTable } from './kernel-table.ts'

const folder = '/sys/fs/cgroup'
/** Where a host has both versions, the second lies beside the first. */
const mounts = [folder, `${folder}/unified`]
const files = [
  'memory.current',
  'memory.events',
  'memory.pressure',
  'cpu.stat',
  'cpu.pressure',
  'io.pressure',
  'pids.current',
]
/** Groups that have fields of their own: those of systemd and of container engines. */
const known =
  /^(?:system|user|machine|init|kubepods|kubelet|docker|podman|lxc|libpod_parent|garden|buildkit)(?:\.slice|\.scope)?$/
/** Groups that are told as the places of kills, and that are looked at to find them. */
const mostPlaces = 32
const mostLooks = 500

export const cgroup = kernelTable({
  name: 'cgroup',
  path: folder,
  summary:
    'Memory, out-of-memory kills, throttling and pressure of the top control groups, from /sys/fs/cgroup of version 2; on ' +
    'version 1 the kills of the host are `vmstat.oom_kill`.',
  fields: [
    {
      name: 'cgroup.*',
      type: 'double',
      unit: 'count',
      counter: /\.(?:memory\.events|cpu\.stat)\./,
      summary:
        'Of a top group of systemd or a container engine and all below it, as `cgroup.system.memory.events.oom_kill` of ' +
        'system.slice: events of memory (`high`, `max`, `oom`, `oom_kill`) and `cpu.stat` since it was made, ' +
        '`memory.current` in bytes, `pids.current`, and pressure as `memory.pressure.full_avg60` in percent of the time.',
    },
    {
      name: 'cgroup.oom_kill',
      type: 'long',
      unit: 'count',
      summary: 'Processes killed for want of memory in all these groups; goes down when a group goes.',
    },
    {
      name: 'cgroup.oom_killed',
      type: 'keyword',
      summary: 'Groups in which processes were killed for want of memory, as `/system.slice/api.service`; at most 32.',
    },
  ],
  reads: mounts.map((mount) => `${mount}/cgroup.controllers`),
  read: ({ root }) => readGroups(root),
  parse: parseCgroupFacts,
})

function readGroups(root: Root): string {
  const mount = mounts.find((each) => deviceValue(root, `${each}/cgroup.controllers`) !== undefined)
  if (mount === undefined) throw new NoDataError('no control groups of version 2 on this host')
  const groups = childrenOf(root, mount).filter((name) => known.test(name))
  const text = groups.map((group) => groupLines(root, `${mount}/${group}`, group)).join('')
  if (text === '') throw new NoDataError('no known control groups of version 2 on this host')
  return text + killLines(root, mount, groups)
}

function groupLines(root: Root, place: string, group: string): string {
  const key = group.replace(/\.(?:slice|scope)$/, '')
  return files
    .flatMap((file) => cgroupFigures(file, deviceValue(root, `${place}/${file}`) ?? ''))
    .map(([name, value]) => `${key} ${name} ${value}\n`)
    .join('')
}

/** A group counts the kills of those below it, so only groups that have any need a look inside: most often none. */
function killLines(root: Root, mount: string, groups: readonly string[]): string {
  const lines: string[] = []
  let looks = 0
  const look = (place: string) => {
    if (lines.length === mostPlaces || ++looks > mostLooks) return
    const kills = killsIn(root, `${mount}${place}`)
    if (kills === 0) return
    const before = lines.length
    for (const child of childrenOf(root, `${mount}${place}`)) look(`${place}/${child}`)
    if (lines.length === before) lines.push(`oom_killed ${place} ${kills}\n`)
  }
  for (const group of groups) look(`/${group}`)
  return lines.join('')
}

function killsIn(root: Root, place: string): number {
  const events = cgroupFigures('memory.events', deviceValue(root, `${place}/memory.events`) ?? '')
  return events.find(([name]) => name.endsWith('.oom_kill'))?.[1] ?? 0
}

/** A group may go while it is looked at. */
function childrenOf(root: Root, place: string): string[] {
  try {
    return root
      .list(place)
      .filter((name) => name.endsWith('/'))
      .map((name) => name.slice(0, -1))
  } catch (error) {
    if (error instanceof NoDataError) return []
    throw error
  }
}
