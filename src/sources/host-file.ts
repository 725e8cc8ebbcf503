// Small reads of the host's real files by the sources that need one for its text alone.
import { NoDataError } from '../errors.ts'
import { readFile } from '../host/read-file.ts'
import { isMissing, type Root } from '../host/root.ts'

export interface ReadLimits {
  signal: AbortSignal
  /** A larger file is refused. */
  maxBytes?: number
}

const usualMaxBytes = 1024 * 1024
/** A database directory has an entry for each package. */
const mostNames = 100_000

/** Text of a regular file. Throws NoDataError when there is none, an error when it is there and cannot be read as text. */
export async function readHostFile(root: Root, path: string, limits: ReadLimits): Promise<string> {
  const read = await readFile(root, path, { signal: limits.signal, maxBytes: limits.maxBytes ?? usualMaxBytes })
  if (read.status === 'missing') throw new NoDataError(`no ${path} on this host`)
  if (read.status === 'not_regular') throw new Error(`${path} is not a regular file`)
  if (read.status === 'unread') throw new Error(`${path}: ${read.reason}`)
  if (read.content.text === undefined) throw new Error(`${path} is not text`)
  return read.content.text
}

/** As `readHostFile`; undefined when there is no such file. */
export async function readHostFileIfAny(root: Root, path: string, limits: ReadLimits): Promise<string | undefined> {
  try {
    return await readHostFile(root, path, limits)
  } catch (error) {
    if (error instanceof NoDataError) return undefined
    throw error
  }
}

/** Text of the first of several files that is there, undefined when none is. */
export async function readFirstHostFile(
  root: Root,
  paths: readonly string[],
  limits: ReadLimits,
): Promise<string | undefined> {
  for (const path of paths) {
    const text = await readHostFileIfAny(root, path, limits)
    if (text !== undefined) return text
  }
  return undefined
}

/** Names in a directory, sorted; none when there is no such directory. */
export async function listHostDirectory(root: Root, path: string): Promise<string[]> {
  const { real, stat } = await root.resolve(path)
  if (!stat?.isDirectory()) return []
  try {
    const { entries } = await root.calls.readDirectory(root.locate(real), mostNames)
    return entries.map((entry) => entry.name).sort()
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

/** What changes whenever a file or directory is written, undefined when there is none. `folders` as in `Root.resolve`. */
export async function changeMark(root: Root, path: string, folders?: Set<string>): Promise<string | undefined> {
  const { stat } = await root.resolve(path, folders)
  return stat === undefined ? undefined : `${stat.dev} ${stat.ino} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}`
}
