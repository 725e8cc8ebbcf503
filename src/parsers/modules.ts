// /proc/modules: kernel/module/procfs.c. `nvidia 14360576 88 nvidia_uvm, Live 0xffffffffc1e63000 (POE)`: name, size, users, by whom it is
// used, state, address, and letters of what it taints the kernel with (Documentation/admin-guide/tainted-kernels.rst).
import type { Fields } from '../snapshot/document.ts'

const line =
  /^([\w-]{1,64}) (\d{1,12}) (?:\d{1,9}|-) \S+ (?:Live|Loading|Unloading) 0x[0-9a-f]{1,16}(?: \(([A-Z+-]{1,32})\))?\s*$/
const ownLine = /^([\w-]{1,64}) \d{1,12}(?: \(([A-Z+-]{1,32})\))?$/
const mostModules = 2000

/** The lines without what changes with each use, by name: `nvidia 14360576 (POE)`. */
export function stableModules(text: string): string {
  const rows = text.split('\n', mostModules).flatMap((row) => {
    const [, name, size, taints] = line.exec(row) ?? []
    return name === undefined ? [] : [`${name} ${size}${taints === undefined ? '' : ` (${taints})`}\n`]
  })
  return rows.sort().join('')
}

/** `module.name`, `module.count`, and `module.tainting`: those that are not of the kernel’s own source, or were forced. */
export function parseModules(text: string): Fields {
  const names: string[] = []
  const tainting: string[] = []
  for (const row of text.split('\n', mostModules)) {
    const [, name, taints] = ownLine.exec(row.trimEnd()) ?? []
    if (name === undefined) continue
    names.push(name)
    if (taints !== undefined) tainting.push(name)
  }
  if (names.length === 0) return {}
  return {
    'module.count': names.length,
    'module.name': names,
    ...(tainting.length > 0 && { 'module.tainting': tainting }),
  }
}
