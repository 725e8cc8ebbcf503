// Small files of a device in /sys, each with one value.
import { NoDataError } from '../errors.ts'
import type { Root } from '../host/root.ts'

/** Names in a folder of /sys, sorted, where there is one; devices there are links or folders. */
export function deviceNames(root: Root, folder: string): string[] {
  return root
    .list(folder)
    .map((name) => name.replace(/\/$/, ''))
    .sort()
}

/** The value of a file; undefined where there is none, and where the device has no answer (a card without a link has no speed). */
export function deviceValue(root: Root, path: string): string | undefined {
  try {
    return root.readKernelText(path).trim()
  } catch (error) {
    if (error instanceof NoDataError || unanswered.has((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

const unanswered: ReadonlySet<string> = new Set([
  'EINVAL',
  'EOPNOTSUPP',
  'ENODEV',
  'ENXIO',
  'EIO',
  'EACCES',
  'EPERM',
  'EBUSY',
])
