// Tables of /proc/net belong to a network namespace: which one, depends on who reads them.
import { NoDataError } from '../errors.ts'
import type { Root } from '../host/root.ts'

/**
 * Text of a table of the host's own network. /proc/net is that of the reading process; below another root (a container's
 * mount of its host) the first process of that root has the right one. Throws NoDataError when there is neither.
 */
export function readNetTable(root: Root, name: string): string {
  if (root.base !== '/') {
    try {
      return root.readKernelText(`/proc/1/net/${name}`)
    } catch {
      // A tree without processes, or no permission to look into the first.
    }
  }
  return root.readKernelText(`/proc/net/${name}`)
}

/** As `readNetTable`, and empty where the host has no such table. */
export function readNetTableIfAny(root: Root, name: string): string {
  try {
    return readNetTable(root, name)
  } catch (error) {
    if (error instanceof NoDataError) return ''
    throw error
  }
}
