// A run of the tests: a folder for its servers, and a watchdog that ends them when the run is over, however it ended.
//   <temporary folder>/mitra-elasticsearch-<uid>/<pid>-<start of the process>/   a run, named for the process that owns it
//     <server>/           its home; server.json (ServerRecord) says what to end
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { endGroup, identityOf, isAlive, type ProcessIdentity } from './processes.ts'

/** What is written about a server as soon as its process runs. */
export interface ServerRecord {
  /** Leader of its process group. */
  leader: ProcessIdentity
  /** The server goes when this process does. */
  owner: ProcessIdentity
  /** Where the process only attends a container, its name. */
  container?: string
}

/** The run that this process belongs to; the first process of a run makes the folder and starts the watchdog. */
export function currentRun(): string {
  const inherited = process.env['MITRA_TEST_RUN']
  if (inherited) {
    if (!existsSync(inherited)) throw new Error('the test run is over')
    return inherited
  }
  const top = runsFolder()
  const owner = ownerOfRun()
  const folder = join(top, `${owner.pid}-${owner.started.replace(/\W+/g, '-')}`)
  const isFirst = makeFolder(folder)
  process.env['MITRA_TEST_RUN'] = folder
  if (isFirst) {
    writeJson(join(folder, 'owner.json'), owner)
    const watchdog = spawn(
      process.execPath,
      [join(import.meta.dirname, 'watchdog.ts'), folder, JSON.stringify(owner)],
      {
        detached: true,
        stdio: 'ignore',
      },
    )
    watchdog.unref()
  }
  return folder
}

/** The process that a run lasts as long as. */
export function ownerOf(run: string): ProcessIdentity {
  return readJson<ProcessIdentity>(join(run, 'owner.json')) ?? ownerOfRun()
}

/** This process, or the runner that started it for one test file among several. */
function ownerOfRun(): ProcessIdentity {
  const pid = process.env['NODE_TEST_CONTEXT']?.startsWith('child') ? process.ppid : process.pid
  return identityOf(pid) ?? self()
}

export function self(): ProcessIdentity {
  return identityOf(process.pid)!
}

function runsFolder(): string {
  const uid = process.getuid?.() ?? 0
  const folder = join(reachableTemporaryFolder(), `mitra-elasticsearch-${uid}`)
  makeFolder(folder)
  if (statSync(folder).uid !== uid) throw new Error(`${folder} belongs to somebody else`)
  return folder
}

/** The system's folder of temporary files: TMPDIR may be a test's own, which goes when the test does. */
function reachableTemporaryFolder(): string {
  const own = process.env['MITRA_TEST_SYSTEM_TMPDIR'] ?? tmpdir()
  for (const folder of [own, '/tmp', '/var/tmp']) if (isReachable(folder)) return folder
  return own
}

/** Whether another account can go there: a server started by root runs as one. */
function isReachable(folder: string): boolean {
  const mode = statSync(folder, { throwIfNoEntry: false })?.mode ?? 0
  return (mode & 0o001) !== 0 && (folder === dirname(folder) || isReachable(dirname(folder)))
}

function makeFolder(folder: string): boolean {
  try {
    mkdirSync(folder, { mode: 0o755 })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Ends what runs that are over have left behind: a watchdog can be killed too. */
export async function endStaleRuns(): Promise<void> {
  const top = runsFolder()
  for (const name of readdirSync(top)) {
    const [, pid] = /^(\d+)-/.exec(name) ?? []
    const owner = identityOf(Number(pid))
    if (owner && name === `${owner.pid}-${owner.started.replace(/\W+/g, '-')}`) continue
    await endRun(join(top, name))
  }
}

/** Ends all servers of a run and removes its folder. */
export async function endRun(folder: string): Promise<void> {
  await Promise.all(serversOf(folder).map(endServer))
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}

/** Ends the servers whose owner has gone. */
export async function endOrphans(folder: string): Promise<void> {
  const orphans = serversOf(folder).filter((server) => {
    const record = recordOf(server)
    return record !== undefined && !isAlive(record.owner)
  })
  await Promise.all(
    orphans.map(async (server) => {
      await endServer(server)
      rmSync(server, { recursive: true, force: true, maxRetries: 5 })
    }),
  )
}

/** Ends the server of a folder, if it runs. */
export async function endServer(server: string): Promise<void> {
  const record = recordOf(server)
  if (!record) return
  await endGroup(record.leader, 1000)
  if (record.container) spawnSync('docker', ['rm', '--force', '--volumes', record.container], { stdio: 'ignore' })
}

export function writeJson(file: string, value: unknown): void {
  writeFileSync(`${file}.new`, JSON.stringify(value))
  renameSync(`${file}.new`, file)
}

export function readJson<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T
  } catch {
    return undefined
  }
}

function recordOf(server: string): ServerRecord | undefined {
  return readJson<ServerRecord>(join(server, 'server.json'))
}

function serversOf(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name))
  } catch {
    return []
  }
}
