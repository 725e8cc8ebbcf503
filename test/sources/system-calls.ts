// Sees, and on request fails or delays, the synchronous file system calls of this process.
import nodeFs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { after } from 'node:test'

const { openSync, readdirSync } = nodeFs

export interface SystemCallsSeen {
  opened: string[]
  listed: string[]
}

/** Everything opened and listed from now to the end of the test file, by path; `before` may throw in place of an `open`. */
export function watchSystemCalls(before: (path: string) => void = () => {}): SystemCallsSeen {
  const seen: SystemCallsSeen = { opened: [], listed: [] }
  nodeFs.openSync = (path, flags, mode) => {
    seen.opened.push(String(path))
    before(String(path))
    return openSync(path, flags, mode)
  }
  nodeFs.readdirSync = ((...args: Parameters<typeof readdirSync>) => {
    seen.listed.push(String(args[0]))
    return readdirSync(...args)
  }) as typeof readdirSync
  syncBuiltinESMExports()
  after(restoreSystemCalls)
  return seen
}

export function restoreSystemCalls(): void {
  Object.assign(nodeFs, { openSync, readdirSync })
  syncBuiltinESMExports()
}
