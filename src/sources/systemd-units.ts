// What was done to units of systemd, from the links and files below /etc/systemd/system. No unit file is opened.
import type { Root } from '../host/root.ts'
import { systemdUnitLines, type UnitEntry } from '../parsers/systemd-units.ts'
import { changeMark } from './host-file.ts'
import type { Pass } from './source.ts'

export const unitsFolder = '/etc/systemd/system'

const mostEntries = 5000

/** Reads again only when one of the folders has changed. */
export function createUnitReader(): (pass: Pass) => Promise<string | undefined> {
  let last: { root: Root; marks: Map<string, string>; text: string } | undefined
  return async ({ root, signal }) => {
    if (last?.root === root && (await areSame(root, last.marks))) return last.text
    const marks = new Map<string, string>()
    const entries: UnitEntry[] = []
    const list = async (below: string): Promise<void> => {
      const folder = below === '' ? unitsFolder : `${unitsFolder}/${below}`
      const { real, stat } = await root.resolve(folder)
      if (!stat?.isDirectory()) return
      marks.set(folder, (await changeMark(root, folder)) ?? '')
      const { entries: found } = await root.calls.readDirectory(root.locate(real), mostEntries)
      for (const entry of found) {
        signal.throwIfAborted()
        const path = below === '' ? entry.name : `${below}/${entry.name}`
        if (entry.isSymbolicLink())
          entries.push({ path, target: await root.calls.readlink(root.locate(`${real}/${entry.name}`)) })
        else if (entry.isFile()) entries.push({ path })
        else if (entry.isDirectory() && below === '') await list(path)
      }
    }
    await list('')
    if (marks.size === 0) return undefined
    const text = systemdUnitLines(entries)
    last = { root, marks, text }
    return text
  }
}

async function areSame(root: Root, marks: ReadonlyMap<string, string>): Promise<boolean> {
  const folders = new Set<string>()
  for (const [folder, mark] of marks) if ((await changeMark(root, folder, folders)) !== mark) return false
  return true
}
