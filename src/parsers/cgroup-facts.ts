// Figures of cgroups of version 2 as mitra writes them of /sys/fs/cgroup: `system memory.events.oom_kill 3`, a figure a line. The files
// are those of Documentation/admin-guide/cgroup-v2.rst: flat keyed (memory.events, cpu.stat), one value (memory.current, pids.current)
// and pressure.
import type { Fields } from '../snapshot/document.ts'
import { parseInteger } from './integer.ts'
import { parsePressure } from './pressure.ts'

/** Keys of flat keyed files worth a field. */
const keyed: Readonly<Record<string, readonly string[]>> = {
  'memory.events': ['high', 'max', 'oom', 'oom_kill'],
  'cpu.stat': ['nr_periods', 'nr_throttled', 'throttled_usec'],
}

/** Figures of one file under its own and their names. */
export function cgroupFigures(file: string, text: string): [name: string, value: number][] {
  if (file.endsWith('.pressure')) return parsePressure(text).map(({ kind, avg60 }) => [`${file}.${kind}_avg60`, avg60])
  const keys = keyed[file]
  if (keys === undefined) {
    const value = parseInteger(text.trim())
    return value === undefined ? [] : [[file, value]]
  }
  return text.split('\n', 100).flatMap((row): [string, number][] => {
    const [key = '', digits, more] = row.trimEnd().split(' ')
    const value = parseInteger(digits)
    return value === undefined || more !== undefined || !keys.includes(key) ? [] : [[`${file}.${key}`, value]]
  })
}

const line = /^([\w-]{1,32}) ([a-z][a-z0-9_.]{0,40}) (\d{1,19}(?:\.\d{1,2})?)$/
const killedLine = /^oom_killed (\/\S{1,300}) (\d{1,19})$/
const mostLines = 1000

/** `cgroup.system.memory.events.oom_kill` and so on, `cgroup.oom_kill` of all, and `cgroup.oom_killed`: where it happened. */
export function parseCgroupFacts(text: string): Fields {
  const fields: Fields = {}
  const killed: string[] = []
  let kills: number | undefined
  for (const row of text.split('\n', mostLines)) {
    const [, group, name, digits] = line.exec(row.trimEnd()) ?? []
    const place = killedLine.exec(row.trimEnd())?.[1]
    if (place !== undefined) killed.push(place)
    if (group === undefined) continue
    const value = digits?.includes('.') ? Number(digits) : parseInteger(digits)
    if (value === undefined) continue
    fields[`cgroup.${group}.${name}`] = value
    if (name === 'memory.events.oom_kill') kills = (kills ?? 0) + value
  }
  if (kills !== undefined) fields['cgroup.oom_kill'] = kills
  if (killed.length > 0) fields['cgroup.oom_killed'] = killed
  return fields
}
