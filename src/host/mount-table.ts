// What lies behind a path, as /proc/self/mounts tells it: asking that table asks no file system.

/** Kinds of file systems, as /proc/mounts names them, that may never answer. */
export const networkTypes =
  /^(nfs|cifs|smb|9p|ceph|gfs|ocfs|afs|fuse|glusterfs|lustre|coda|ncp|beegfs|gpfs|virtiofs|autofs)/

/** File systems that are memory. */
const memoryTypes = /^(proc|sysfs|tmpfs|devtmpfs|ramfs|cgroup2?)$/

interface Mount {
  point: string
  type: string
}

function* mountsIn(table: string): Generator<Mount> {
  for (const line of table.split('\n')) {
    const [, escaped, type] = line.split(' ')
    if (escaped === undefined || type === undefined) continue
    yield {
      point: escaped.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8))),
      type,
    }
  }
}

/** The mount of a network that a path is on; undefined where there is none, or the table cannot be read. */
export function networkMountOf(path: string, mounts: () => string): string | undefined {
  let text: string
  try {
    text = mounts()
  } catch {
    return undefined
  }
  let best: Mount | undefined
  for (const mount of mountsIn(text))
    if (isAtOrBelow(path, mount.point) && mount.point.length >= (best?.point.length ?? 0)) best = mount
  return best && networkTypes.test(best.type) ? best.point : undefined
}

/**
 * Whether names can be looked up at a path without a thread that waits: it is memory, or on the file system of `/`, without which
 * the agent does not run either. The table is read again when it is a second old.
 */
export function promptPlaces(mounts: () => string, now: () => number): (path: string) => boolean {
  let readAt = Number.NEGATIVE_INFINITY
  let byPoint = new Map<string, boolean>()
  return (path) => {
    if (now() - readAt > 1000) {
      readAt = now()
      byPoint = promptByPoint(mounts)
    }
    for (let at = path; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
      const isPrompt = byPoint.get(at)
      if (isPrompt !== undefined) return isPrompt
    }
    return byPoint.get('/') ?? false
  }
}

/** Of two mounts at one point the later covers the other. */
function promptByPoint(mounts: () => string): Map<string, boolean> {
  const found = new Map<string, boolean>()
  try {
    for (const { point, type } of mountsIn(mounts()))
      found.set(point, memoryTypes.test(type) || (point === '/' && !networkTypes.test(type)))
  } catch {
    // without a table no place is known to be prompt
  }
  return found
}

/** Whether a path is a folder or lies below it. */
export function isAtOrBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`)
}
