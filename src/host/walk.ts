// Finds files below a folder or by a glob, inside the root and within bounds.
import type { Dirent } from 'node:fs'
import type { Segment } from './glob.ts'
import type { Resolved } from './resolve.ts'
import type { Root } from './root.ts'
import { reasonOf } from './system-error.ts'

/** What a walk comes across, under the path it went by. */
export type Finding =
  /** Something that may be a file: it is for the reader to see what. */
  | { kind: 'candidate'; path: string }
  /** A folder that could not be listed, or a bound that was reached. */
  | { kind: 'problem'; path: string; reason: string }

export interface WalkOptions {
  signal: AbortSignal
  maxDepth: number
  /** Entries of folders looked at, in all. */
  maxEntries: number
  /** Paths known to be folders and no links, for walks that follow each other; it grows. */
  folders?: Set<string>
  /** Told of every folder that is come to, listed or not (missing, or listed before), by the path it is gone by, for watching it. */
  onFolder?(path: string, resolved: Resolved, isListed: boolean): void
}

type Kind = 'file' | 'folder' | 'link' | 'other'
type Entry = { name: string; kind: Kind }

/** Every regular file below a folder, links to files and folders included, each folder once. */
export async function* walkFolder(root: Root, top: string, options: WalkOptions): AsyncGenerator<Finding> {
  const lister = createLister(root, top, options)
  const seen = new Set<string>()
  // Folders reached through a link come last, so that a folder is known by its own path where it has one below `top`.
  const own = [{ path: top, depth: 0 }]
  const linked: typeof own = []
  for (let next = own.shift(); next !== undefined; next = own.shift() ?? linked.shift()) {
    const entries = yield* lister.list(next.path, (resolved) => isNew(seen, resolved))
    for (const entry of entries) {
      const path = join(next.path, entry.name)
      const isFolder = entry.kind === 'folder'
      if (isFolder || entry.kind === 'link') {
        const below = { path, depth: next.depth + 1 }
        const target = isFolder ? 'folder' : await lister.targetOf(path)
        if (target === 'file') yield { kind: 'candidate', path }
        else if (target === 'folder' && below.depth > options.maxDepth)
          yield { kind: 'problem', path, reason: `deeper than ${options.maxDepth} folders, not read` }
        else if (target === 'folder') (isFolder ? own : linked).push(below)
      } else if (entry.kind === 'file') yield { kind: 'candidate', path }
    }
    if (lister.isFull()) return
  }
}

/** What a glob's segments find; `**` follows no links and enters no hidden folder, as in a shell. Folders are no findings. */
export async function* walkGlob(
  root: Root,
  pattern: string,
  alternatives: readonly Segment[][],
  options: WalkOptions,
): AsyncGenerator<Finding> {
  const lister = createLister(root, pattern, options)
  const seen = new Set<string>()
  const found = new Set<string>()
  const listed = new Map<string, Entry[]>()
  const open = alternatives.map((segments) => ({ path: '/', segments, depth: 0 }))
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { path, segments, depth } = next
    const [segment, ...rest] = segments
    if (segment === undefined) {
      if (!found.has(path)) yield { kind: 'candidate', path }
      found.add(path)
      continue
    }
    if (segment.kind === 'literal') {
      open.push({ path: join(path, segment.name), segments: rest, depth })
      continue
    }
    const state = `${segments.length}\0${path}`
    if (seen.has(state)) continue
    seen.add(state)
    if (depth > options.maxDepth) {
      yield { kind: 'problem', path, reason: `deeper than ${options.maxDepth} folders, not read` }
      continue
    }
    const entries = listed.get(path) ?? (yield* lister.list(path, () => true))
    listed.set(path, entries)
    if (segment.kind === 'any_depth') {
      for (const { name, kind } of entries.toReversed()) {
        if (name.startsWith('.')) continue
        const below = join(path, name)
        if (kind === 'folder') open.push({ path: below, segments, depth: depth + 1 })
        else if (rest.length === 0) open.push({ path: below, segments: [], depth })
      }
      if (rest.length > 0) open.push({ path, segments: rest, depth })
    } else {
      for (const { name, kind } of entries.toReversed()) {
        if (!segment.matches(name)) continue
        const isWanted = rest.length === 0 ? kind !== 'folder' : kind === 'folder' || kind === 'link'
        if (isWanted) open.push({ path: join(path, name), segments: rest, depth })
      }
    }
    if (lister.isFull()) return
  }
}

/** Lists folders, counts their entries, and turns what goes wrong into findings. */
function createLister(root: Root, top: string, options: WalkOptions) {
  const { folders = new Set<string>() } = options
  let left = options.maxEntries
  let full = false
  return {
    isFull: () => full,
    async *list(path: string, isWanted: (resolved: Resolved) => boolean): AsyncGenerator<Finding, Entry[]> {
      options.signal.throwIfAborted()
      try {
        const resolved = await root.resolve(path, folders)
        const isListed = resolved.stat?.isDirectory() === true && isWanted(resolved)
        options.onFolder?.(path, resolved, isListed)
        if (!isListed) return []
        const { entries, more } = await root.calls.readDirectory(root.locate(resolved.real), left)
        left -= entries.length
        if (more) {
          full = true
          yield {
            kind: 'problem',
            path: top,
            reason: `more than ${options.maxEntries} entries, the others are not read`,
          }
        }
        for (const { name } of entries)
          if (name.includes('\ufffd'))
            yield { kind: 'problem', path: join(path, name), reason: 'name is not UTF-8, not read' }
        return entries
          .filter(({ name }) => !name.includes('\ufffd'))
          .map((entry) => ({ name: entry.name, kind: kindOf(entry) }))
          .sort((a, b) => (a.name < b.name ? -1 : 1))
      } catch (error) {
        if (options.signal.aborted) throw error
        // A link that leads to itself is no folder.
        if ((error as NodeJS.ErrnoException).code !== 'ELOOP') yield { kind: 'problem', path, reason: reasonOf(error) }
        return []
      }
    },
    async targetOf(path: string): Promise<Kind> {
      options.signal.throwIfAborted()
      try {
        const { stat } = await root.resolve(path, folders)
        if (stat?.isDirectory()) return 'folder'
        // A link that leads nowhere is a file too: the reader tells what is wrong with it.
        return stat === undefined || stat.isFile() ? 'file' : 'other'
      } catch (error) {
        if (options.signal.aborted) throw error
        return 'file'
      }
    },
  }
}

function isNew(seen: Set<string>, { stat }: Resolved): boolean {
  const key = `${stat?.dev}:${stat?.ino}`
  if (seen.has(key)) return false
  seen.add(key)
  return true
}

function kindOf(entry: Dirent): Kind {
  if (entry.isFile()) return 'file'
  if (entry.isDirectory()) return 'folder'
  return entry.isSymbolicLink() ? 'link' : 'other'
}

function join(folder: string, name: string): string {
  return folder === '/' ? `/${name}` : `${folder}/${name}`
}
