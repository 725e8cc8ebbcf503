// The registry: one line a source.
import { buddyinfo } from './buddyinfo.ts'
import { diskstats } from './diskstats.ts'
import { host } from './host.ts'
import { loadavg } from './loadavg.ts'
import { meminfo } from './meminfo.ts'
import { netstat } from './netstat.ts'
import { packages } from './packages.ts'
import { pressure } from './pressure.ts'
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
  netstat,
  softnet,
  sockstat,
  packages,
]

/** How the text at a path is understood; undefined for plain files. */
export function formatOf(path: string): Format | undefined {
  for (const source of sources) for (const format of source.formats) if (format.matches(path)) return format
  return undefined
}
