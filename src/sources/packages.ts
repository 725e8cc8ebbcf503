// The packages installed, whatever package manager the host has.
import { createHash } from 'node:crypto'
import { NoDataError } from '../errors.ts'
import type { Root } from '../host/root.ts'
import { pacer } from '../pacer.ts'
import { type Package, parsePackageLines } from '../parsers/package.ts'
import type { Fields } from '../snapshot/document.ts'
import type { Observation } from '../snapshot/observation.ts'
import { failedObservation } from './failed-observation.ts'
import { changeMark } from './host-file.ts'
import { type PackageDatabase, packageDatabases } from './package-databases.ts'
import type { Collect, Pass, SourceDefinition } from './source.ts'

const path = 'packages'
const dataset = 'mitra.packages'

export const packages: SourceDefinition = {
  name: 'packages',
  summary: 'Installed packages, from the databases of dpkg, apk and pacman, or as rpm lists them.',
  kind: 'state',
  enabledByDefault: true,
  paths: [path],
  reads: packageDatabases.flatMap(({ marks }) => marks),
  fields: [
    { name: 'package.name', type: 'keyword', summary: 'Names of the installed packages.' },
    {
      name: 'package.version',
      type: 'keyword',
      summary: 'Versions of the installed packages, release and epoch included.',
    },
    {
      name: 'package.name_version',
      type: 'keyword',
      summary: 'Name and version with a hyphen between, as `openssl-3.0.2-0ubuntu1`: which host has which version.',
    },
    { name: 'package.count', type: 'long', unit: 'count', summary: 'How many packages are installed.' },
    { name: 'package.manager', type: 'keyword', summary: 'Whose database it is: dpkg, apk, pacman or rpm.' },
  ],
  formats: [
    {
      dataset,
      kind: 'state',
      matches: (candidate) => candidate === path,
      fields: (content) => fieldsOf([...parsePackageLines(content)]),
    },
  ],
  create: collectPackages,
}

interface Reading {
  content: string
  fields: Fields
  fingerprint: string
}

function collectPackages(): Collect {
  /** What the store has is not kept here beside: of thousands of packages that is much. */
  let last: { mark: string; fingerprint: string } | undefined

  async function observe(pass: Pass): Promise<Observation | undefined> {
    const about = { path, dataset, kind: 'state', at: pass.now() } as const
    try {
      const found = await findDatabases(pass)
      const mark = found.map((database) => database.mark).join('\n')
      if (last?.mark === mark && pass.isStored?.(path, last.fingerprint, about.at))
        return { ...about, fields: {}, fingerprint: last.fingerprint }
      const { content, fields, fingerprint } = await readDatabases(found, pass)
      last = { mark, fingerprint }
      if (pass.isStored?.(path, fingerprint, about.at)) return { ...about, fields, fingerprint }
      return { ...about, content, fields, fingerprint }
    } catch (error) {
      if (pass.signal.aborted) return undefined
      return failedObservation(about, error)
    }
  }

  return async function* (pass) {
    const observation = await observe(pass)
    if (observation) yield observation
  }
}

interface FoundDatabase {
  database: PackageDatabase
  mark: string
}

async function findDatabases({ root }: Pass): Promise<FoundDatabase[]> {
  const found: FoundDatabase[] = []
  const folders = new Set<string>()
  for (const database of packageDatabases) {
    const marks: (string | undefined)[] = []
    // one after the other, so that each folder on the way is looked at once
    for (const file of database.marks) marks.push(await changeMark(root, file, folders))
    if (marks.some((mark) => mark !== undefined)) found.push({ database, mark: marks.join('|') })
  }
  if (found.length === 0) throw new NoDataError('no package database on this host')
  return found
}

async function readDatabases(found: readonly FoundDatabase[], pass: Pass): Promise<Reading> {
  const all: Package[] = []
  const managers: string[] = []
  let unreadable: NoDataError | undefined
  for (const { database } of found) {
    try {
      const read = await readDatabase(database, pass.root, pass.signal)
      if (read.length > 0) managers.push(database.manager)
      for (const each of read) all.push(each)
    } catch (error) {
      if (!(error instanceof NoDataError)) throw error
      unreadable = error
    }
  }
  // A Debian host may well have an empty rpm database; a host whose only database has no reader is one that failed.
  if (all.length === 0 && unreadable) throw new Error(unreadable.message)
  const content = all
    .map(({ name, version, arch }) => `${name} ${version} ${arch}\n`)
    .sort()
    .join('')
  const fields = fieldsOf(all)
  if (managers.length > 0) fields['package.manager'] = managers.length === 1 ? (managers[0] ?? '') : managers
  return { content, fields, fingerprint: createHash('sha256').update(content).digest('hex') }
}

async function readDatabase(database: PackageDatabase, root: Root, signal: AbortSignal): Promise<Package[]> {
  const pace = pacer()
  const read: Package[] = []
  for await (const each of database.read(root, signal)) {
    read.push(each)
    if (pace.isOver()) await pace.rest()
    signal.throwIfAborted()
  }
  return read
}

/** Each distinct name and version once, sorted: a query matches a field when it matches one element. */
function fieldsOf(all: readonly Package[]): Fields {
  const distinct = (tell: (each: Package) => string) => [...new Set(all.map(tell))].sort()
  return {
    'package.name': distinct(({ name }) => name),
    'package.version': distinct(({ version }) => version),
    'package.name_version': distinct(({ name, version }) => `${name}-${version}`),
    'package.count': all.length,
  }
}
