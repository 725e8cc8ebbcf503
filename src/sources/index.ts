// The registry: one line a source.

import { block } from './block.ts'
import { buddyinfo } from './buddyinfo.ts'
import { cgroup } from './cgroup.ts'
import { clock } from './clock.ts'
import { cmdline } from './cmdline.ts'
import { config } from './config.ts'
import { conntrack } from './conntrack.ts'
import { diskstats } from './diskstats.ts'
import { filesystems } from './filesystems.ts'
import { host } from './host.ts'
import { hugepages } from './hugepages.ts'
import { interfaces } from './interfaces.ts'
import { kmsg } from './kmsg.ts'
import { loadavg } from './loadavg.ts'
import { memcached } from './memcached.ts'
import { meminfo } from './meminfo.ts'
import { modules } from './modules.ts'
import { mounts } from './mounts.ts'
import { netdev } from './netdev.ts'
import { netstat } from './netstat.ts'
import { numa } from './numa.ts'
import { packages } from './packages.ts'
import { pressure } from './pressure.ts'
import { processes } from './processes.ts'
import { sockets } from './sockets.ts'
import { sockstat } from './sockstat.ts'
import { softnet } from './softnet.ts'
import type { Format, SourceDefinition } from './source.ts'
import { stat } from './stat.ts'
import { sysctl } from './sysctl.ts'
import { vmstat } from './vmstat.ts'
import { zoneinfo } from './zoneinfo.ts'

export const sources: readonly SourceDefinition[] = [
  host,
  sysctl,
  meminfo,
  zoneinfo,
  buddyinfo,
  vmstat,
  loadavg,
  stat,
  diskstats,
  pressure,
  cgroup,
  numa,
  hugepages,
  block,
  mounts,
  netstat,
  softnet,
  sockstat,
  netdev,
  interfaces,
  conntrack,
  clock,
  cmdline,
  modules,
  filesystems,
  kmsg,
  sockets,
  processes,
  memcached,
  packages,
  config,
]

/** How the text at a path is understood: as configured, else as known; undefined for plain files. */
export function formatOf(path: string, configured: readonly Format[] = []): Format | undefined {
  for (const format of configured) if (format.matches(path)) return format
  for (const source of sources) for (const format of source.formats) if (format.matches(path)) return format
  return undefined
}
