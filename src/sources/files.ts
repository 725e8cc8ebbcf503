// Files of the host: plain files, globs, and folders with every regular file below them.

import { isKernelPath } from '../host/file-system.ts'
import { compileGlob, globMatches, isGlob } from '../host/glob.ts'
import { type Finding, type WalkOptions, walkFolder, walkGlob } from '../host/walk.ts'
import type { FolderChange } from '../host/watch.ts'
import type { Observation } from '../snapshot/observation.ts'
import { FileInterest } from './file-interest.ts'
import { createFileReader, type FileReader, type Look } from './file-reader.ts'
import type { Collect, Format, Pass } from './source.ts'

/** A configured file, glob or directory. */
export interface FileEntry {
  /** Absolute; a glob when it has one of `*?[{` and no such file exists. */
  path: string
  /** Its absence is a document with `error.message`. */
  required: boolean
}

export interface FilesSettings {
  entries: readonly FileEntry[]
  /** Bytes a file may have; -1 for no limit but that of memory. */
  maxBytes: number
  formatOf(path: string): Format | undefined
  /** Paths the store knows to exist: those of the entries that are gone become tombstones. */
  known?: ReadonlySet<string>
  /** Paths left alone, though an entry may cover them: another source reads them. */
  excluded?: ReadonlySet<string>
  /** Entries of folders one entry may look at. */
  maxEntries?: number
}

export interface FilesCollector {
  /** Every entry. */
  collect: Collect
  /** Only what the changes concern, metrics left out: these have their own time. */
  look(changes: readonly FolderChange[], pass: Pass): AsyncIterable<Observation>
  /** Folders in which a change matters, the host's own paths, as of the last pass. */
  folders(): Set<string>
}

interface Entry extends FileEntry {
  covers(path: string): boolean
  alternatives: ReturnType<typeof compileGlob> | undefined
  interest: FileInterest
}

const maxDepth = 16

/** A collector with the memory of what it has seen, for as long as the agent runs. */
export function createFilesCollector(settings: FilesSettings): FilesCollector {
  const entries = settings.entries.map(entryOf)
  const maxEntries = settings.maxEntries ?? 10_000
  const read = createFileReader(settings)
  const { excluded = new Set() } = settings
  const isCovered = (path: string) => !excluded.has(path) && entries.some((entry) => entry.covers(path))
  const present = new Set([...(settings.known ?? [])].filter(isCovered))
  /** Tombstones the store has perhaps not taken yet. */
  const gone = new Set<string>()
  /** Told of with a problem, which may end without there being a file. */
  const troubled = new Set<string>()

  /** What became of one path, and its observation if there is something to tell. */
  function* outcome(path: string, look: Look, reader: FileReader, pass: Pass, isRequired: boolean) {
    if (look.status === 'observed') {
      gone.delete(path)
      const isThere = look.observation.fields['file.exists'] !== undefined || look.resolved !== undefined
      if (isThere) present.add(path)
      // Of a path that could not be followed to its end nothing is known but the problem.
      if (isThere) troubled.delete(path)
      else troubled.add(path)
      yield look.observation
    } else if (look.status === 'missing') {
      if (present.delete(path) || (troubled.delete(path) && !isRequired)) gone.add(path)
      if (isRequired) troubled.add(path)
      if (!gone.has(path) && !isRequired) return
      const tombstone = reader.tombstone(path, isRequired ? 'no such file' : undefined)
      if (pass.isStored?.(path, tombstone.fingerprint as string, tombstone.at) ?? true) gone.delete(path)
      yield tombstone
    }
  }

  async function* collectEntry(
    entry: Entry,
    reader: FileReader,
    pass: Pass,
    seen: Set<string>,
  ): AsyncGenerator<Observation> {
    const interest = new FileInterest()
    const take = async function* (path: string, isRequired: boolean): AsyncGenerator<Observation> {
      if (seen.has(path) || excluded.has(path)) return
      seen.add(path)
      const look = await reader.look(path)
      // A link to a folder, which a glob takes for a file: told of only if it was one before.
      if (look.status === 'folder') seen.delete(path)
      if (look.resolved !== undefined && (path === entry.path || look.resolved.links.length > 0))
        interest.addPath(path, look.resolved)
      yield* outcome(path, look, reader, pass, isRequired)
    }
    const problem = function* (path: string, reason: string) {
      seen.add(path)
      troubled.add(path)
      yield reader.problem(path, reason)
    }
    const own =
      entry.alternatives === undefined || (await isThere(pass, entry.path, reader.folders))
        ? await reader.look(entry.path)
        : undefined
    if (own?.status === 'folder' || own === undefined) {
      let isFound = own !== undefined
      for await (const finding of walk(entry, reader, pass, interest)) {
        isFound = true
        if (finding.kind === 'candidate') yield* take(finding.path, false)
        else if (!seen.has(finding.path)) yield* problem(finding.path, finding.reason)
      }
      if (!isFound && entry.required && !seen.has(entry.path)) yield* problem(entry.path, 'no file matches')
    } else if (!seen.has(entry.path)) {
      seen.add(entry.path)
      if (own.resolved !== undefined) interest.addPath(entry.path, own.resolved)
      yield* outcome(entry.path, own, reader, pass, entry.required)
    }
    // Of a path that cannot be followed, what it hung on before and its name are the best that is known.
    const isLost = own?.status === 'observed' && own.resolved === undefined
    if (isLost) entry.interest.addPath(entry.path, { links: [], real: entry.path, stat: undefined })
    else entry.interest = interest
  }

  function walk(entry: Entry, reader: FileReader, pass: Pass, interest: FileInterest): AsyncGenerator<Finding> {
    const onFolder: WalkOptions['onFolder'] = (walked, resolved, isListed) =>
      interest.addFolder(entry.path, { walked, resolved, isListed })
    const options = { signal: pass.signal, maxDepth, maxEntries, folders: reader.folders, onFolder }
    if (entry.alternatives === undefined) return walkFolder(pass.root, entry.path, options)
    return walkGlob(pass.root, entry.path, entry.alternatives, options)
  }

  /** What was there and was not come across: gone, or out of reach. */
  async function* collectVanished(of: readonly Entry[], reader: FileReader, pass: Pass, seen: ReadonlySet<string>) {
    for (const path of new Set([...present, ...gone, ...troubled])) {
      if (seen.has(path) || !of.some((entry) => entry.covers(path))) continue
      pass.signal.throwIfAborted()
      const look = await reader.look(path)
      // No longer a regular file, or to be reached only by another name: its old text must not stand for what is there.
      const isOther = look.status === 'observed' && look.resolved !== undefined
      if (look.status === 'missing' || isOther) yield* outcome(path, look, reader, pass, false)
      else if (look.status === 'folder') {
        const folder = reader.folder(path)
        if (pass.isStored?.(path, folder.fingerprint as string, folder.at) ?? true)
          for (const paths of [present, gone, troubled]) paths.delete(path)
        yield folder
      }
    }
  }

  async function* collectEntries(of: readonly Entry[], pass: Pass): AsyncGenerator<Observation> {
    const reader = await read(pass)
    const seen = new Set<string>()
    for (const entry of of) {
      pass.signal.throwIfAborted()
      yield* collectEntry(entry, reader, pass, seen)
    }
    yield* collectVanished(of, reader, pass, seen)
  }

  async function* look(changes: readonly FolderChange[], pass: Pass): AsyncGenerator<Observation> {
    const reader = await read(pass)
    const again = new Set<Entry>()
    const seen = new Set<string>()
    for (const entry of entries)
      for (const change of changes) {
        const { known, candidates } = entry.interest.pathsOf(change)
        if (known.has(entry.path)) again.add(entry)
        for (const path of new Set([...known, ...candidates])) {
          if (again.has(entry)) break
          if (seen.has(path)) continue
          pass.signal.throwIfAborted()
          seen.add(path)
          const found = await reader.look(path)
          if (found.status === 'folder' || (found.status === 'missing' && hasBelow(present, path))) again.add(entry)
          else if (!entry.covers(path) || excluded.has(path)) continue
          else if (found.status === 'missing' || isWanted(entry, found) || present.has(path)) {
            if (found.resolved !== undefined && found.resolved.links.length > 0)
              entry.interest.addPath(path, found.resolved)
            yield* outcome(path, found, reader, pass, false)
          }
        }
      }
    if (again.size > 0) yield* collectEntries([...again], pass)
  }

  return {
    collect: (pass) => collectEntries(entries, pass),
    async *look(changes, pass) {
      for await (const observation of look(changes, pass)) if (observation.kind === 'state') yield observation
    },
    folders: () => new Set(entries.flatMap(({ interest }) => interest.folders()).filter((path) => !isKernelPath(path))),
  }
}

function entryOf({ path, required }: FileEntry): Entry {
  const clean = path.length > 1 ? path.replace(/\/+$/, '') : path
  const alternatives = isGlob(clean) ? compileGlob(clean) : undefined
  const below = clean === '/' ? '/' : `${clean}/`
  const covers = (other: string) =>
    other === clean || (alternatives === undefined ? other.startsWith(below) : globMatches(alternatives, other))
  return { path: clean, required, alternatives, covers, interest: new FileInterest() }
}

/** A name with a bracket in it may just be a name. */
async function isThere(pass: Pass, path: string, folders: Set<string>): Promise<boolean> {
  try {
    return (await pass.root.resolve(path, folders)).stat !== undefined
  } catch {
    pass.signal.throwIfAborted()
    return false
  }
}

function hasBelow(paths: ReadonlySet<string>, folder: string): boolean {
  for (const path of paths) if (path.startsWith(`${folder}/`)) return true
  return false
}

/** Below a folder only regular files are read, and links to such. */
function isWanted(entry: Entry, { observation }: Extract<Look, { status: 'observed' }>): boolean {
  const type = observation.fields['file.type']
  return entry.alternatives !== undefined || type === undefined || type === 'file' || type === 'symlink'
}
