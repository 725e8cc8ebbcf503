// /proc/loadavg: fs/proc/loadavg.c. `0.20 0.18 0.12 1/80 11206`: three averages, runnable/existing threads, newest pid.
import type { Fields } from '../snapshot/document.ts'

const line = /^(\d{1,9}\.\d\d) (\d{1,9}\.\d\d) (\d{1,9}\.\d\d) (\d{1,9})\/(\d{1,9}) \d+\s*$/

/** `loadavg.load1`, `load5`, `load15`, `running` and `total`; nothing when the line is not whole. */
export function parseLoadavg(text: string): Fields {
  const found = line.exec(text)
  if (!found) return {}
  return {
    'loadavg.load1': Number(found[1]),
    'loadavg.load5': Number(found[2]),
    'loadavg.load15': Number(found[3]),
    'loadavg.running': Number(found[4]),
    'loadavg.total': Number(found[5]),
  }
}
