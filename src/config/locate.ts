// Which configuration file holds, its text, and the places of this machine that defaults depend on.
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { ActionableError } from '../errors.ts'
import { readSmallFile } from './small-file.ts'

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

/** Where this user's data is unless the configuration says otherwise: the embedded store, the outbox. */
export function stateFolder(environment: Environment, uid: number): string {
  const folder = uid === 0 ? undefined : userFolder(environment, 'XDG_STATE_HOME', '.local/state')
  return join(folder ?? '/var/lib', 'mitra')
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

/** The text of a configuration, undefined where there is no such file. */
function readIfPresent(file: string): string | undefined {
  const found = readSmallFile(file, maxBytes)
  if (found.status === 'read') return found.text
  if (found.status === 'absent') return undefined
  throw unreadable(file, found.why, found.cause)
}

function unreadable(file: string, why: string, cause?: unknown): ActionableError {
  return new ActionableError(`failed to read configuration "${file}": ${why}`, {
    next: 'give a readable YAML file with -c, or none for the defaults',
    cause,
  })
}
