// Processes and the files they hold open, as links below /proc: which process has a socket is found in no other way.
import { opendirSync, readdirSync, readlinkSync } from 'node:fs'
import type { Root } from './root.ts'

/** Numbers of all processes, in no order. */
export function processIds(root: Root): number[] {
  try {
    return readdirSync(root.locate('/proc'))
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
  } catch {
    return []
  }
}

/**
 * Calls `visit` with each open socket of a process: its descriptor and inode. The lowest descriptors come first; the first
 * `most` are looked at. False when this process may not look, or it has ended.
 */
export function visitSockets(
  root: Root,
  pid: number,
  most: number,
  visit: (descriptor: number, inode: number) => void,
): boolean {
  const folder = root.locate(`/proc/${pid}/fd`)
  try {
    // readdir of Node would read all names of a proxy's 100,000 descriptors, and sort them as texts
    const directory = opendirSync(folder, { bufferSize: Math.min(most, 1024) })
    try {
      for (let seen = 0; seen < most; seen++) {
        const entry = directory.readSync()
        if (entry === null) break
        const inode = inodeOfLink(`${folder}/${entry.name}`)
        if (inode !== undefined) visit(Number(entry.name), inode)
      }
    } finally {
      directory.closeSync()
    }
    return true
  } catch {
    return false
  }
}

/** Inode of the socket that is open under a descriptor; undefined when that is no socket, or not to be known. */
export function socketInode(root: Root, pid: number, descriptor: number): number | undefined {
  return inodeOfLink(root.locate(`/proc/${pid}/fd/${descriptor}`))
}

function inodeOfLink(path: string): number | undefined {
  try {
    const digits = /^socket:\[(\d+)\]$/.exec(readlinkSync(path))?.[1]
    return digits === undefined ? undefined : Number(digits)
  } catch {
    return undefined
  }
}

/** The network namespace of a process as the kernel numbers it; undefined where that is not to be known. `pid` may be `self`. */
export function networkNamespace(root: Root, pid: number | 'self'): string | undefined {
  try {
    return /^net:\[(\d+)\]$/.exec(readlinkSync(root.locate(`/proc/${pid}/ns/net`)))?.[1]
  } catch {
    return undefined
  }
}
