// Which path the document of a process has: one that is its own for as long as it is watched.
import type { ProcessStat } from '../parsers/proc-pid.ts'

export interface PathOwner {
  id: string
  name: string
  stat: Pick<ProcessStat, 'startTicks'>
}

export interface Placed {
  pathOf(id: string): string
  /** Paths whose process is no longer watched and that no other has taken. */
  gone: string[]
}

/** Paths below `folder`, by the id of a process. */
export function processPaths(folder: string) {
  let owners = new Map<string, string>()
  return {
    has: (id: string) => owners.has(id),
    /** Who was there before keeps its path, unless it calls itself otherwise now; the oldest of the others comes first. */
    place(processes: readonly PathOwner[]): Placed {
      const before = owners
      owners = new Map()
      const taken = new Set<string>()
      const give = (id: string, path: string) => {
        owners.set(id, path)
        taken.add(path)
      }
      const fresh: PathOwner[] = []
      for (const each of processes) {
        const path = before.get(each.id)
        if (path !== undefined && path.split('#', 1)[0] === baseOf(folder, each.name)) give(each.id, path)
        else fresh.push(each)
      }
      for (const { id, name } of fresh.sort((a, b) => a.stat.startTicks - b.stat.startTicks)) {
        const base = baseOf(folder, name)
        let path = base
        for (let number = 2; taken.has(path); number++) path = `${base}#${number}`
        give(id, path)
      }
      return {
        pathOf: (id) => owners.get(id) ?? folder,
        gone: [...new Set(before.values())].filter((path) => !taken.has(path)),
      }
    },
  }
}

/** A name may hold anything. */
function baseOf(folder: string, name: string): string {
  return `${folder}/${name.replace(/[^\w.@:+-]/g, '_').replace(/^\.+/, '_') || '_'}`
}
