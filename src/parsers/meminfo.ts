// /proc/meminfo: fs/proc/meminfo.c, Documentation/filesystems/proc.rst. Each kernel version adds lines; none changed meaning.
import type { Fields } from '../snapshot/document.ts'
import { isLong, parseInteger } from './integer.ts'

const line = /^([A-Za-z]\w{0,63})(?:\((\w{1,32})\))?:\s+(\d+)(?:\s+(kB))?\s*$/
/** Five times what the newest kernel prints. */
const mostLines = 300

/** `meminfo.MemFree` and so on in bytes, as counts where the kernel prints no unit; `Active(anon)` is `meminfo.Active_anon`. */
export function parseMeminfo(text: string): Fields {
  const fields: Fields = {}
  for (const row of text.split('\n', mostLines)) {
    const [, name, part, digits, kilobytes] = line.exec(row) ?? []
    const value = parseInteger(digits)
    if (name === undefined || value === undefined) continue
    const figure = kilobytes ? value * 1024 : value
    if (isLong(figure)) fields[`meminfo.${name}${part === undefined ? '' : `_${part}`}`] = figure
  }
  return fields
}
