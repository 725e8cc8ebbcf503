// How full the file systems are. Asking one that is on another machine may never return, so those are not asked, and the others within
// the time limit of file calls.
import { NoDataError } from '../errors.ts'
import { HangingError } from '../host/file-calls.ts'
import { networkTypes } from '../host/mount-table.ts'
import { isMissing, type Root } from '../host/root.ts'
import { reasonOf } from '../host/system-error.ts'
import { parseMountSpace, type Space } from '../parsers/mount-space.ts'
import { type Mount, parseMounts, unescaped } from '../parsers/mounts.ts'
import type { Observation } from '../snapshot/observation.ts'
import { failedObservation } from './failed-observation.ts'
import type { Collect, Pass, SourceDefinition } from './source.ts'

const path = 'mounts'
const dataset = 'mitra.mounts'

export const mounts: SourceDefinition = {
  name: 'mounts',
  summary: 'Space and inodes of the mounted file systems as df prints them, network file systems named and not asked.',
  kind: 'metric',
  enabledByDefault: true,
  paths: [path],
  reads: ['/proc/mounts', '/proc/1/mounts'],
  fields: [
    {
      name: 'mounts.*',
      type: 'long',
      unit: 'bytes',
      summary:
        'Of a mount point, as `mounts.root.avail` of / and `mounts.var_log.used` of /var/log: `size`, `used` and `avail` in ' +
        'bytes, `inodes` and `inodes_used` as counts, `used_pct` and `inodes_used_pct` rounded up as df does. Of the first 24 ' +
        'whose names no engine made up.',
    },
    { name: 'mounts.max_used_pct', type: 'long', unit: 'percent', summary: 'Use of the fullest of all mounts.' },
    {
      name: 'mounts.max_inodes_used_pct',
      type: 'long',
      unit: 'percent',
      summary: 'Use of inodes where it is highest of all mounts.',
    },
    { name: 'mounts.fullest', type: 'keyword', summary: 'Mount point of the fullest.' },
    {
      name: 'mounts.read_only',
      type: 'keyword',
      summary: 'Mount points that cannot be written, by choice or after an error.',
    },
    { name: 'mounts.remote', type: 'keyword', summary: 'Mount points of network file systems, which are not asked.' },
  ],
  formats: [{ dataset, kind: 'metric', matches: (candidate) => candidate === path, fields: parseMountSpace }],
  create: () => collect,
}

const collect: Collect = async function* (pass) {
  const observation = await observe(pass)
  if (observation) yield observation
}

async function observe({ root, now, signal }: Pass): Promise<Observation | undefined> {
  const about = { path, dataset, kind: 'metric', at: now() } as const
  let table: Mount[]
  try {
    table = parseMounts(readTable(root))
  } catch (error) {
    return failedObservation(about, error)
  }
  let content = ''
  const failures: string[] = []
  for (const mount of worthAsking(table)) {
    if (signal.aborted) return undefined
    try {
      content += await lineOf(root, mount)
    } catch (error) {
      if (isMissing(error)) continue
      content += `${described(mount)} ? ? ? ? ?\n`
      // Without the right to look there is one line that says less: no failure of a source that is read without rights.
      if (!isForbidden(error)) failures.push(`${mount.escapedPoint}: ${reasonOf(error)}`)
      // The next might keep another thread of the pool: it is asked in the next pass, when this one is known to hang.
      if (error instanceof HangingError && !error.isKnown) break
    }
  }
  if (content === '') throw new NoDataError('no mounted file systems that can be asked')
  const failure = failures.length > 0 && { 'error.message': failures.join('; ') }
  return { ...about, content, fields: { ...parseMountSpace(content), ...failure } }
}

/** Mounts belong to a namespace: below another root, to that of its first process. */
function readTable(root: Root): string {
  if (root.base !== '/') {
    try {
      return root.readKernelText('/proc/1/mounts')
    } catch {
      // A tree without processes, or no permission to look into the first.
    }
  }
  return root.readKernelText('/proc/mounts')
}

const local = /^(?:ext[234]|xfs|btrfs|zfs|bcachefs|f2fs|jfs|reiserfs|vfat|exfat|ntfs3?|ubifs|nilfs2)$/
/** Memory that programs fill. */
const memoryPoints: ReadonlySet<string> = new Set(['/run', '/tmp', '/dev/shm', '/var/tmp'])

/** The last mount of each point, and of a device that is mounted at several points the first: bind mounts say nothing new. */
function worthAsking(table: readonly Mount[]): Mount[] {
  const visible = new Map(table.map((mount) => [mount.escapedPoint, mount]))
  const devices = new Set<string>()
  return [...visible.values()].filter(({ escapedPoint, type, device }) => {
    if (networkTypes.test(type)) return type !== 'autofs' && !type.startsWith('fuse.')
    if (type === 'tmpfs') return memoryPoints.has(escapedPoint)
    if (type === 'overlay') return escapedPoint === '/'
    if (!local.test(type) || devices.has(device)) return false
    devices.add(device)
    return true
  })
}

async function lineOf(root: Root, mount: Mount): Promise<string> {
  if (networkTypes.test(mount.type)) return `${described(mount)} - - - - -\n`
  const place = root.locate(unescaped(mount.escapedPoint))
  if (root.base !== '/' && !(await isMountPoint(root, place))) return ''
  const { bsize, blocks, bfree, bavail, files, ffree } = await root.calls.statfs(place)
  const space: Space = {
    size: blocks * bsize,
    used: (blocks - bfree) * bsize,
    avail: bavail * bsize,
    inodes: files,
    inodes_used: files - ffree,
  }
  return `${described(mount)} ${space.size} ${space.used} ${space.avail} ${space.inodes} ${space.inodes_used}\n`
}

function isForbidden(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'EACCES' || code === 'EPERM'
}

function described({ escapedPoint, type, readOnly }: Mount): string {
  return `${escapedPoint} ${type} ${readOnly ? 'ro' : 'rw'}`
}

/** In a disk image or a copied tree the points are plain folders: the space there is that of this machine. */
async function isMountPoint(root: Root, place: string): Promise<boolean> {
  const [own, above] = await Promise.all([root.calls.lstat(place), root.calls.lstat(`${place}/..`)])
  return own.dev !== above.dev
}
