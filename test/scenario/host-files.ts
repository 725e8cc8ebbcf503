// The files of one host, as they change, and what mitra's agent would tell of each.
import { createHash } from 'node:crypto'
import { isKernelPath } from '../../src/host/file-system.ts'
import type { FileContent } from '../../src/host/read-file.ts'
import { nameFields } from '../../src/snapshot/derived-fields.ts'
import type { Observation } from '../../src/snapshot/observation.ts'
import { contentFields, statFields } from '../../src/sources/file-fields.ts'
import { formatOf } from '../../src/sources/index.ts'
import type { FileChange } from './script.ts'

interface HostFile {
  content: FileContent
  mode: string
  owner: string
  inode: number
  mtime: Date
  ctime: Date
  unreadable?: string | null
}

type Told = Omit<Observation, 'at'>

/** Names to numbers, of users and of their groups. */
const owners = new Map([
  ['root', 0],
  ['mysql', 27],
  ['www-data', 33],
  ['ada', 1000],
  ['deploy', 1001],
])
const names = new Map([...owners].map(([name, uid]) => [uid, name]))
const ownerNames = { user: (uid: number) => names.get(uid), group: (gid: number) => names.get(gid) }

export class HostFiles {
  readonly #files = new Map<string, HostFile>()
  readonly #told = new Map<string, Told>()
  readonly #placeholders: Readonly<Record<string, string>>
  #inodes: number

  /** `{name}` and `{ip}` in texts stand for these. */
  constructor(placeholders: Readonly<Record<string, string>>, firstInode: number) {
    this.#placeholders = placeholders
    this.#inodes = firstInode
  }

  text(path: string): string | undefined {
    return this.#files.get(path)?.content.text
  }

  /** A new text comes by a rename, so with a new inode; an addition does not. */
  change(path: string, change: FileChange, at: Date): void {
    const before = this.#files.get(path)
    if (change === null) this.#files.delete(path)
    else if (typeof change === 'string') this.change(path, { text: change }, at)
    else {
      const content = this.#contentOf(path, change, before)
      const base = before ?? { mode: '0644', owner: 'root', inode: 0, mtime: at, ctime: at, content: binary('', 0) }
      const { mode = base.mode, owner = base.owner, unreadable = base.unreadable ?? null } = change
      const isSame = content === undefined || (before !== undefined && 'add' in change)
      const inode = isSame ? base.inode : ++this.#inodes
      const mtime = content === undefined ? base.mtime : at
      this.#files.set(path, { content: content ?? base.content, mode, owner, inode, mtime, ctime: at, unreadable })
    }
    this.#told.set(path, this.#observed(path))
  }

  /** What the agent finds at these paths, or at every path. A removal is told of once. */
  *observations(at: number, paths: Iterable<string> = [...this.#told.keys()]): Generator<Observation> {
    for (const path of paths) {
      const told = this.#told.get(path)
      if (told === undefined) continue
      if (told.fields['file.exists'] === false) this.#told.delete(path)
      yield { ...told, at }
    }
  }

  #contentOf(path: string, change: Exclude<FileChange, string | null>, before?: HostFile): FileContent | undefined {
    if (change.binary) return binary(change.binary.seed, change.binary.size)
    const old = before?.content.text ?? ''
    if (change.repeat) return text(repeated(change.repeat))
    if (change.text !== undefined) return text(this.#filled(change.text))
    if (change.add !== undefined) return text(old + this.#filled(change.add))
    if (!change.replace) return undefined
    let changed = old
    for (const [from, to] of Object.entries(change.replace)) {
      if (!changed.includes(this.#filled(from)))
        throw new Error(`${path} of ${this.#placeholders['name']} has no "${from}"`)
      changed = changed.replace(this.#filled(from), () => this.#filled(to))
    }
    return text(changed)
  }

  #filled(template: string): string {
    return template.replace(/\{(\w+)\}/g, (whole, name: string) => this.#placeholders[name] ?? whole)
  }

  #observed(path: string): Told {
    const file = this.#files.get(path)
    const format = formatOf(path)
    const about = { path, dataset: format?.dataset ?? 'mitra.file', kind: 'state' } as const
    if (!file) return fingerprinted({ ...about, fields: { ...nameFields(path), 'file.exists': false } })
    const stat = statFields(statOf(file), ownerNames, { isKernel: isKernelPath(path) })
    if (file.unreadable)
      return fingerprinted({ ...about, fields: { ...nameFields(path), ...stat, 'error.message': file.unreadable } })
    const fields = { ...nameFields(path), ...stat, ...contentFields(file.content) }
    const content = file.content.text
    if (content === undefined) return fingerprinted({ ...about, fields })
    return fingerprinted({ ...about, fields: { ...fields, ...format?.fields(content) }, content })
  }
}

function fingerprinted(told: Told): Told {
  return { ...told, fingerprint: sha256(Buffer.from(JSON.stringify(told))) }
}

function statOf({ content, mode, owner, inode, mtime, ctime }: HostFile): Parameters<typeof statFields>[0] {
  const uid = BigInt(owners.get(owner) ?? 0)
  return {
    isFile: () => true,
    mode: BigInt(Number.parseInt(mode, 8)),
    uid,
    gid: uid,
    size: BigInt(content.bytes),
    ino: BigInt(inode),
    mtimeMs: BigInt(+mtime),
    ctimeMs: BigInt(+ctime),
  } as Parameters<typeof statFields>[0]
}

function text(content: string): FileContent {
  const bytes = Buffer.from(content)
  return { text: content, encoding: 'utf-8', sha256: sha256(bytes), bytes: bytes.length, changedWhileRead: false }
}

function binary(seed: string, size: number): FileContent {
  const bytes = Buffer.alloc(size, createHash('sha256').update(seed).digest())
  return { encoding: 'binary', sha256: sha256(bytes), bytes: size, changedWhileRead: false }
}

function repeated({ line, times }: { line: string; times: number }): string {
  const numbered = (index: number) => line.replace('{hi}', `${index >> 8}`).replace('{lo}', `${index & 255}`)
  return Array.from({ length: times }, (_, index) => `${numbered(index)}\n`).join('')
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
