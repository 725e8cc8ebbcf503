// Where each package manager keeps what it installed, and how its database is read.
import { NoDataError } from '../errors.ts'
import type { Root } from '../host/root.ts'
import { runCommand } from '../host/run-command.ts'
import { parseApkInstalled } from '../parsers/apk-installed.ts'
import { parseDpkgStatus } from '../parsers/dpkg-status.ts'
import type { Package } from '../parsers/package.ts'
import { parsePacmanDesc } from '../parsers/pacman-desc.ts'
import { parseRpmList, rpmQueryFormat } from '../parsers/rpm-list.ts'
import { listHostDirectory, type ReadLimits, readHostFile } from './host-file.ts'

export interface PackageDatabase {
  manager: string
  /** Files and directories of which one changes with every installation; there is such a database where any of them is. */
  marks: readonly string[]
  /** Packages in the order of the database; undefined for what is not one, so that the reader can pause. */
  read(root: Root, signal: AbortSignal): AsyncIterable<Package | undefined>
}

const maxBytes = 64 * 1024 * 1024

export const packageDatabases: readonly PackageDatabase[] = [
  { manager: 'dpkg', marks: ['/var/lib/dpkg/status', '/var/lib/dpkg/status.d'], read: readDpkg },
  { manager: 'apk', marks: ['/lib/apk/db/installed', '/usr/lib/apk/db/installed'], read: readApk },
  { manager: 'pacman', marks: ['/var/lib/pacman/local'], read: readPacman },
  {
    manager: 'rpm',
    marks: ['/var/lib/rpm', '/usr/lib/sysimage/rpm'].flatMap((directory) =>
      ['Packages', 'Packages.db', 'rpmdb.sqlite', 'rpmdb.sqlite-wal'].map((file) => `${directory}/${file}`),
    ),
    read: readRpm,
  },
]

async function* readDpkg(root: Root, signal: AbortSignal) {
  const limits = { signal, maxBytes }
  yield* parseDpkgStatus(await readIfAny(root, '/var/lib/dpkg/status', limits))
  for (const name of await listIfAny(root, '/var/lib/dpkg/status.d', limits)) {
    if (name.endsWith('.md5sums')) continue
    yield* parseDpkgStatus(await readIfAny(root, `/var/lib/dpkg/status.d/${name}`, limits), { assumeInstalled: true })
  }
}

async function* readApk(root: Root, signal: AbortSignal) {
  const limits = { signal, maxBytes }
  yield* parseApkInstalled(
    (await readIfAny(root, '/lib/apk/db/installed', limits)) ||
      (await readIfAny(root, '/usr/lib/apk/db/installed', limits)),
  )
}

async function* readPacman(root: Root, signal: AbortSignal) {
  for (const name of await listIfAny(root, '/var/lib/pacman/local', { signal }))
    yield parsePacmanDesc(await readIfAny(root, `/var/lib/pacman/local/${name}/desc`, { signal }))
}

async function* readRpm(root: Root, signal: AbortSignal) {
  const where = root.base === '/' ? [] : ['--root', root.base]
  const argv = ['rpm', ...where, '-qa', '--queryformat', rpmQueryFormat]
  const result = await runCommand(argv, { timeoutMs: 60_000, maxBytes, signal })
  if (result.problem === 'not_found') throw new NoDataError('there is an rpm database, and no rpm to read it with')
  if (result.problem !== undefined) throw new Error(`rpm -qa: ${result.problem.replaceAll('_', ' ')}`)
  if (result.status !== 0) throw new Error(`rpm -qa ended with ${result.status}: ${result.stderr.trim().slice(0, 500)}`)
  yield* parseRpmList(result.stdout.toString('utf8'))
}

async function readIfAny(root: Root, path: string, limits: ReadLimits): Promise<string> {
  return ifAny(readHostFile(root, path, limits), '')
}

async function listIfAny(root: Root, path: string, limits: ReadLimits): Promise<string[]> {
  return ifAny(listHostDirectory(root, path, limits), [])
}

async function ifAny<Result>(reading: Promise<Result>, otherwise: Result): Promise<Result> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof NoDataError) return otherwise
    throw error
  }
}
