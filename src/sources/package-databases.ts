// Where each package manager keeps what it installed, and how its database is read.
import { NoDataError } from '../errors.ts'
import type { Root } from '../host/root.ts'
import { runCommand } from '../host/run-command.ts'
import { parseApkInstalled } from '../parsers/apk-installed.ts'
import { parseDpkgStatus } from '../parsers/dpkg-status.ts'
import type { Package } from '../parsers/package.ts'
import { parsePacmanDesc } from '../parsers/pacman-desc.ts'
import { parseRpmList, rpmQueryFormat } from '../parsers/rpm-list.ts'
import { listHostDirectory, readFirstHostFile, readHostFileIfAny } from './host-file.ts'

export interface PackageDatabase {
  manager: string
  /** Files and directories of which one changes with every installation; there is such a database where any of them is. */
  marks: readonly string[]
  /** Packages in the order of the database. */
  read(root: Root, signal: AbortSignal): AsyncIterable<Package>
}

const maxBytes = 64 * 1024 * 1024
/** The second since apk-tools 3. */
const apkFiles = ['/lib/apk/db/installed', '/usr/lib/apk/db/installed']

export const packageDatabases: readonly PackageDatabase[] = [
  { manager: 'dpkg', marks: ['/var/lib/dpkg/status', '/var/lib/dpkg/status.d'], read: readDpkg },
  { manager: 'apk', marks: apkFiles, read: readApk },
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
  yield* parseDpkgStatus((await readHostFileIfAny(root, '/var/lib/dpkg/status', limits)) ?? '')
  for (const name of await listHostDirectory(root, '/var/lib/dpkg/status.d')) {
    if (name.endsWith('.md5sums')) continue
    const text = (await readHostFileIfAny(root, `/var/lib/dpkg/status.d/${name}`, limits)) ?? ''
    yield* parseDpkgStatus(text, { assumeInstalled: true })
  }
}

async function* readApk(root: Root, signal: AbortSignal) {
  const text = await readFirstHostFile(root, apkFiles, { signal, maxBytes })
  yield* parseApkInstalled(text ?? '')
}

async function* readPacman(root: Root, signal: AbortSignal) {
  for (const name of await listHostDirectory(root, '/var/lib/pacman/local')) {
    const text = await readHostFileIfAny(root, `/var/lib/pacman/local/${name}/desc`, { signal })
    const found = parsePacmanDesc(text ?? '')
    if (found) yield found
  }
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
