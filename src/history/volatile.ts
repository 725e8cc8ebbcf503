// What changes by itself, with nobody changing anything: noise where somebody's changes are looked for.
import { isGauge } from '../parsers/net-snmp.ts'
import { isRandomSysctl, isVolatileSysctl } from '../parsers/sysctl.ts'
import type { Document } from '../snapshot/document.ts'

/** Figures of kernel tables that follow from settings, hardware or system, among those that measure. */
const lasting: Readonly<Record<string, RegExp>> = {
  'mitra.meminfo':
    /^(?:MemTotal|SwapTotal|CommitLimit|VmallocTotal|HardwareCorrupted|Huge[Pp]age(?:s_Total|size)|Hugetlb)$/,
  'mitra.zoneinfo': /\.(?:min|low|high|spanned|present|managed)$/,
  'mitra.host': /^(?:id|ip|mac|os\..*|architecture|boot\.id|cpu\..*|memory\.total|agent\.version)$/,
}

/** Whether a key, as `keysOf` names it, counts, measures or is made up anew with every read. */
export function isVolatileKey(document: Document, key: string): boolean {
  const dataset = document['event.dataset']
  if (dataset === 'mitra.sysctl') return isVolatileSysctl(key) || isRandomSysctl(key)
  if (document['event.kind'] !== 'metric') return false
  if (dataset === 'mitra.netstat') return !isGauge(key) || /Curr/.test(key)
  return !lasting[dataset]?.test(key)
}
