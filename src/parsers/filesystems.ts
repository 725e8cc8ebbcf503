// /proc/filesystems: fs/filesystems.c. `nodev` and a tab, or a tab, then the kind of file system.
import type { Fields } from '../snapshot/document.ts'

const line = /^(?:nodev)?\t([\w.-]{1,64})\s*$/
const mostLines = 500

/** `filesystem.type`: the kinds that can be mounted without loading a module. */
export function parseFilesystems(text: string): Fields {
  const types = text.split('\n', mostLines).flatMap((row) => line.exec(row)?.[1] ?? [])
  return types.length === 0 ? {} : { 'filesystem.type': types }
}
