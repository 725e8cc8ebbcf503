// Which configuration file holds, its text, and the places of this machine that defaults depend on.
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { ActionableError } from '../errors.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** Where a configuration comes from: `-c`, `$MITRA_CONFIG`, /etc, the user's own folder, or none of them. */
export type Origin =
  | { kind: 'option' | 'environment' | 'system' | 'user'; file: string }
  | { kind: 'built-in'; file?: undefined }

export const systemFile = '/etc/mitra/mitra.yml'
const maxBytes = 1024 * 1024

/** The first configuration there is, with its text; a file that was named has to be there. */
export function locateConfiguration(
  named: string | undefined,
  environment: Environment,
  system = systemFile,
): { origin: Origin; text: string } {
  if (named !== undefined) return { origin: { kind: 'option', file: named }, text: readNamed(named, '-c') }
  const fromEnvironment = environment['MITRA_CONFIG']
  if (fromEnvironment)
    return { origin: { kind: 'environment', file: fromEnvironment }, text: readNamed(fromEnvironment, '$MITRA_CONFIG') }
  const systemText = readIfPresent(system)
  if (systemText !== undefined) return { origin: { kind: 'system', file: system }, text: systemText }
  const folder = userFolder(environment, 'XDG_CONFIG_HOME', '.config')
  const file = folder === undefined ? undefined : join(folder, 'mitra', 'mitra.yml')
  const text = file === undefined ? undefined : readIfPresent(file)
  if (file !== undefined && text !== undefined) return { origin: { kind: 'user', file }, text }
  return { origin: { kind: 'built-in' }, text: '' }
}

/** Where the embedded store is unless the configuration says otherwise. */
export function embeddedStorePath(environment: Environment, uid: number): string {
  if (uid === 0) return '/var/lib/mitra/mitra.db'
  const folder = userFolder(environment, 'XDG_STATE_HOME', '.local/state')
  return join(folder ?? '/var/lib', 'mitra', 'mitra.db')
}

/** A folder of the XDG base directory specification, which says to ignore relative ones. */
function userFolder(environment: Environment, variable: string, below: string): string | undefined {
  const given = environment[variable]
  if (given && isAbsolute(given)) return given
  const home = environment['HOME'] || homeOfUser()
  return home ? join(home, below) : undefined
}

function homeOfUser(): string | undefined {
  try {
    return homedir()
  } catch {
    return undefined
  }
}

function readNamed(file: string, by: string): string {
  const text = readIfPresent(file)
  if (text !== undefined) return text
  throw new ActionableError(`failed to read configuration "${file}": no such file`, {
    next: `give an existing file with ${by}`,
  })
}

/** The text of a regular file of at most 1 MB, undefined where there is none. Never waits on a pipe. */
function readIfPresent(file: string): string | undefined {
  let descriptor: number
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw unreadable(file, code === 'EACCES' ? 'permission denied' : `${code ?? cause}`, cause)
  }
  try {
    const stat = fstatSync(descriptor)
    if (stat.isDirectory()) throw unreadable(file, 'it is a directory')
    if (!stat.isFile()) throw unreadable(file, 'it is not a regular file')
    if (stat.size > maxBytes)
      throw unreadable(file, `it has ${stat.size} bytes, a configuration has at most ${maxBytes}`)
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(readFileSync(descriptor))
  } catch (cause) {
    if (cause instanceof TypeError) throw unreadable(file, 'it is not UTF-8 text', cause)
    throw cause
  } finally {
    closeSync(descriptor)
  }
}

function unreadable(file: string, why: string, cause?: unknown): ActionableError {
  return new ActionableError(`failed to read configuration "${file}": ${why}`, {
    next: 'give a readable YAML file with -c, or none for the defaults',
    cause,
  })
}
