// Which folders to watch for a configured path, and which path to look at when something in one of them moves.
import { posix } from 'node:path'
import type { Resolved } from '../host/resolve.ts'
import type { FolderChange } from '../host/watch.ts'

/** The interest of one configured path. */
export class FileInterest {
  /** Folder without links, to the name in it, to the paths it decides about. */
  readonly #named = new Map<string, Map<string, Set<string>>>()
  /** Folder without links, to the paths it is walked under. */
  readonly #walked = new Map<string, Set<string>>()

  /** A path depends on every link on its way, and on what it ends at or misses. */
  addPath(path: string, { links, real, stat }: Pick<Resolved, 'links' | 'real' | 'stat'>): void {
    // Where something is missing there may be a file in the place of its folder.
    const folder = stat === undefined && posix.dirname(real) !== '/' ? [posix.dirname(real)] : []
    for (const step of [...links, ...folder, real]) this.#addNamed(posix.dirname(step), posix.basename(step), path)
  }

  /** A walked folder matters with all that is in it; one that is not there, by what is missing on the way to it. */
  addFolder(
    path: string,
    { walked, resolved, isListed }: { walked: string; resolved: Resolved; isListed: boolean },
  ): void {
    if (walked === path || resolved.links.length > 0 || resolved.stat === undefined) this.addPath(path, resolved)
    // A folder walked under another name already is known by that one.
    if (!isListed) return
    const paths = this.#walked.get(resolved.real) ?? new Set()
    this.#walked.set(resolved.real, paths.add(walked))
  }

  /** Folders to watch, the host's own paths. A missing folder is noticed where its nearest ancestor lacks it. */
  folders(): string[] {
    return [...new Set([...this.#named.keys(), ...this.#walked.keys()])]
  }

  /** Paths to look at after a change: known ones, and candidates in folders that are walked. */
  pathsOf({ folder, name }: FolderChange): { known: Set<string>; candidates: Set<string> } {
    const named = this.#named.get(folder)
    const walked = this.#walked.get(folder) ?? []
    if (name === undefined)
      return { known: new Set([...(named?.values() ?? [])].flatMap((each) => [...each])), candidates: new Set(walked) }
    return {
      known: named?.get(name) ?? new Set(),
      candidates: new Set([...walked].map((path) => posix.join(path, name))),
    }
  }

  #addNamed(folder: string, name: string, path: string): void {
    const names = this.#named.get(folder) ?? new Map<string, Set<string>>()
    this.#named.set(folder, names.set(name, (names.get(name) ?? new Set()).add(path)))
  }
}
