// Names of owners and groups, from the host's own files and never from a name service.
import { readResolved } from '../host/read-file.ts'
import type { Root } from '../host/root.ts'
import { parseGroup, parsePasswd } from '../parsers/passwd.ts'

/** Undefined for a number without a name. */
export interface OwnerNames {
  user(uid: number): string | undefined
  group(gid: number): string | undefined
}

const maxBytes = 16 * 1024 * 1024

/** Names as they are now; the two files are read again only when they have changed. `folders` as in `Root.resolve`. */
export function createOwnerNames(): (root: Root, signal: AbortSignal, folders: Set<string>) => Promise<OwnerNames> {
  const users = cached('/etc/passwd', parsePasswd)
  const groups = cached('/etc/group', parseGroup)
  return async (root, signal, folders) => {
    const userNames = await users(root, signal, folders)
    const groupNames = await groups(root, signal, folders)
    return { user: (uid) => userNames.get(uid), group: (gid) => groupNames.get(gid) }
  }
}

function cached(path: string, parse: (text: string) => Map<number, string>) {
  let version = ''
  let names = new Map<number, string>()
  return async (root: Root, signal: AbortSignal, folders: Set<string>): Promise<Map<number, string>> => {
    try {
      const resolved = await root.resolve(path, folders)
      const { stat } = resolved
      const found = `${stat?.dev}:${stat?.ino}:${stat?.size}:${stat?.mtimeNs}:${stat?.ctimeNs}`
      if (found === version) return names
      const file = await readResolved(root, path, resolved, { maxBytes, signal })
      names = parse(file.status === 'read' ? (file.content.text ?? '') : '')
      version = found
    } catch (error) {
      if (signal.aborted) throw error
      // Numbers without names are better than no documents.
      names = new Map()
      version = ''
    }
    return names
  }
}
