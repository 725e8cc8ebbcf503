// One path to one observation; a file that has not changed since it was last read is not read again.
import { createHash } from 'node:crypto'
import { messageOf } from '../errors.ts'
import { isKernelPath, remoteFileSystems } from '../host/file-system.ts'
import { type FileRead, readResolved } from '../host/read-file.ts'
import type { Resolved } from '../host/resolve.ts'
import type { Root } from '../host/root.ts'
import { reasonOf } from '../host/system-error.ts'
import { nameFields } from '../snapshot/derived-fields.ts'
import type { Fields } from '../snapshot/document.ts'
import type { Observation } from '../snapshot/observation.ts'
import { contentFields, statFields } from './file-fields.ts'
import { createOwnerNames, type OwnerNames } from './owner-names.ts'
import type { Format, Pass } from './source.ts'

export interface FileReaderSettings {
  /** As in AgentSettings. */
  maxBytes: number
  formatOf(path: string): Format | undefined
}

/** What looking at a path gave. `resolved` is absent when it could not be followed. */
export type Look =
  | { status: 'missing'; resolved: Resolved }
  | { status: 'folder'; resolved: Resolved }
  | { status: 'observed'; observation: Observation; resolved?: Resolved }

/** Looks at paths in one pass. */
export interface FileReader {
  look(path: string): Promise<Look>
  /** The state of a path where nothing is, and why that matters if it does. */
  tombstone(path: string, reason?: string): Observation
  /** The state of a folder: that it is there. Only told of one that had a problem before. */
  folder(path: string): Observation
  /** Paths found to be folders and no links in this pass. */
  folders: Set<string>
  /** The state of a path nothing can be said about but a reason. */
  problem(path: string, reason: string, fields?: Fields): Observation
}

interface Memory {
  version: string
  fingerprint: string
  about: Pick<Observation, 'dataset' | 'kind'>
}

/** A change within the same tick of the clock leaves no trace in a stat: so young a file is read again. */
const settledMs = 2000

/** A reader for each pass, with the memory of those before. */
export function createFileReader(settings: FileReaderSettings): (pass: Pass) => Promise<FileReader> {
  const memories = new Map<string, Memory>()
  const ownerNames = createOwnerNames()
  const remoteDevices = new Map<bigint, boolean>()

  async function isRemote(root: Root, resolved: Resolved, device: bigint): Promise<boolean> {
    const known = remoteDevices.get(device)
    if (known !== undefined) return known
    const remote = remoteFileSystems.has(await root.calls.fileSystemType(root.locate(resolved.real)))
    remoteDevices.set(device, remote)
    return remote
  }

  return async (pass) => {
    const { root, signal } = pass
    const folders = new Set<string>()
    const owners = await ownerNames(root, signal, folders)

    async function look(path: string): Promise<Look> {
      const at = pass.now()
      let resolved: Resolved | undefined
      try {
        resolved = await root.resolve(path, folders)
        if (resolved.stat?.isDirectory()) return { status: 'folder', resolved }
        const version = versionOf(resolved, owners)
        const memory = memories.get(path)
        if (memory !== undefined && memory.version === version && pass.isStored?.(path, memory.fingerprint, at)) {
          const { fingerprint, about } = memory
          return { status: 'observed', resolved, observation: { path, ...about, at, fields: {}, fingerprint } }
        }
        memories.delete(path)
        const read = await readResolved(root, path, resolved, { maxBytes: settings.maxBytes, signal })
        if (read.status === 'missing') return await missing(path, at, read.resolved)
        const observation = describe(path, at, read, owners)
        const isFine = observation.fingerprint !== undefined && observation.fields['error.message'] === undefined
        if (isFine && (await mayRemember(read, at)))
          memories.set(path, {
            version: versionOf(read.resolved, owners),
            fingerprint: observation.fingerprint as string,
            about: { dataset: observation.dataset, kind: observation.kind },
          })
        return { status: 'observed', resolved: read.resolved, observation }
      } catch (error) {
        if (signal.aborted) throw error
        // The path's last component was seen when it was a link of a loop; nothing else is known then.
        const fields: Fields = (error as NodeJS.ErrnoException).code === 'ELOOP' ? { 'file.exists': true } : {}
        const observation = problem(path, reasonOf(error), fields)
        return { status: 'observed', observation, ...(resolved === undefined ? {} : { resolved }) }
      }
    }

    /** A link that leads nowhere is there all the same. */
    async function missing(path: string, at: number, resolved: Resolved): Promise<Look> {
      const link = resolved.isLink ? resolved.links.find((each) => posixName(each) === posixName(path)) : undefined
      if (link === undefined) return { status: 'missing', resolved }
      const stat = await root.calls.lstat(root.locate(link))
      const target = targetPath(resolved)
      const fields = {
        ...nameFields(path),
        ...statFields(stat, owners, { isKernel: isKernelPath(link) }),
        'file.target_path': target,
        'error.message': `no such file: ${target}`,
      }
      return { status: 'observed', resolved, observation: withFingerprint(observe(path, at, fields)) }
    }

    async function mayRemember(read: FileRead, at: number): Promise<boolean> {
      if (read.status !== 'read' || read.content.changedWhileRead || isKernelPath(read.resolved.real)) return false
      const { stat } = read
      const newest = stat.mtimeMs > stat.ctimeMs ? stat.mtimeMs : stat.ctimeMs
      return newest < at - settledMs && !(await isRemote(root, read.resolved, stat.dev))
    }

    function describe(path: string, at: number, read: Exclude<FileRead, { status: 'missing' }>, names: OwnerNames) {
      const { resolved, stat } = read
      const fields: Fields = {
        ...nameFields(path),
        ...statFields(stat, names, { isKernel: isKernelPath(resolved.real) }),
        ...(resolved.isLink ? { 'file.type': 'symlink', 'file.target_path': targetPath(resolved) } : {}),
        ...(read.status === 'read' ? contentFields(read.content) : {}),
        ...(read.status === 'unread' ? { 'error.message': read.reason } : {}),
      }
      const text = read.status === 'read' ? read.content.text : undefined
      return withText(observe(path, at, fields), text, settings.formatOf(path))
    }

    function observe(path: string, at: number, fields: Fields): Observation {
      const format = settings.formatOf(path)
      return { path, dataset: format?.dataset ?? 'mitra.file', kind: format?.kind ?? 'state', at, fields }
    }

    function problem(path: string, reason: string, fields: Fields = {}): Observation {
      const known = { ...nameFields(path), ...fields, 'error.message': reason }
      return withFingerprint({ ...observe(path, pass.now(), known), kind: 'state' })
    }

    function tombstone(path: string, reason?: string): Observation {
      memories.delete(path)
      const fields = {
        ...nameFields(path),
        'file.exists': false,
        ...(reason === undefined ? {} : { 'error.message': reason }),
      }
      return withFingerprint({ ...observe(path, pass.now(), fields), kind: 'state' })
    }

    function folder(path: string): Observation {
      const fields = { ...nameFields(path), 'file.exists': true, 'file.type': 'dir' }
      return withFingerprint({ ...observe(path, pass.now(), fields), kind: 'state' })
    }

    return { look, tombstone, folder, problem, folders }
  }
}

/** Adds text, typed fields, and a fingerprint that leaves out what changes on every read. */
function withText(observation: Observation, found: string | undefined, format: Format | undefined): Observation {
  if (found === undefined) return withFingerprint(observation)
  if (format === undefined) return { ...withFingerprint(observation), content: found }
  const text = format.withoutSecrets?.(found) ?? found
  let typed: Fields
  let stable: string | undefined
  try {
    typed = format.fields(text)
    stable = format.stable?.(text)
  } catch (error) {
    typed = { 'error.message': `failed to understand the content: ${messageOf(error)}` }
  }
  const { fingerprint } = stable === undefined ? withFingerprint(observation) : withStableText(observation, stable)
  return {
    ...observation,
    content: text,
    fields: { ...observation.fields, ...typed },
    ...(fingerprint === undefined ? {} : { fingerprint }),
  }
}

/** The fields say all: the hash stands for the content. A metric has none, each of its observations counts. */
function withFingerprint(observation: Observation): Observation {
  if (observation.kind === 'metric') return observation
  return { ...observation, fingerprint: digest(observation.fields) }
}

const volatile = ['file.size', 'file.mtime', 'file.ctime', 'file.hash.sha256']

function withStableText(observation: Observation, stable: string): Observation {
  const lasting = Object.entries(observation.fields).filter(([name]) => !volatile.includes(name))
  return withFingerprint({ ...observation, fields: { ...Object.fromEntries(lasting), content: stable } })
}

function digest(fields: Fields): string {
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex')
}

/** Whatever has to be the same for the last read to hold still. */
function versionOf({ real, isLink, stat }: Resolved, owners: OwnerNames): string {
  if (stat === undefined) return ''
  const names = `${owners.user(Number(stat.uid))}:${owners.group(Number(stat.gid))}`
  return `${stat.dev}:${stat.ino}:${stat.size}:${stat.mtimeNs}:${stat.ctimeNs}:${names}:${isLink}:${real}`
}

/** `/proc/self` leads to the agent's own number: another at each start, and of no interest. */
function targetPath({ real }: Resolved): string {
  const own = `/proc/${process.pid}`
  return real === own || real.startsWith(`${own}/`) ? `/proc/self${real.slice(own.length)}` : real
}

function posixName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
