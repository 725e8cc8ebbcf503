// Processes and their memory. A document for each that is watched, at `processes/` and its name, so that a process has its own
// history (`mitra history web1 processes/mysqld --field process.memory.heap`), and one at `processes` about all of them.
// The path is by name, not by number: what restarts goes on in the same history, where `process.entity_id` tells that it is
// another process. The oldest of a name has the name itself; the others are `processes/php-fpm#2` and so on, each for as long
// as it lives. What ended, or is no longer among the watched, leaves a tombstone.
import { NoDataError } from '../errors.ts'
import { isMissing, type Root } from '../host/root.ts'
import { wholeCommandLine, withoutSecrets } from '../parsers/command-line.ts'
import {
  type ProcessStatus,
  parseCommandLine,
  parseControlGroup,
  parseOpenFileLimit,
  parseProcessStatus,
} from '../parsers/proc-pid.ts'
import type { Fields } from '../snapshot/document.ts'
import type { Observation } from '../snapshot/observation.ts'
import { factLines, factParser } from './fact-lines.ts'
import { failedObservation } from './failed-observation.ts'
import { createOwnerNames, type OwnerNames } from './owner-names.ts'
import { processFields } from './process-fields.ts'
import { type ChosenProcess, listProcesses, type ProcessChoice, readOf } from './process-list.ts'
import { type Measurement, smapsMeter } from './process-memory.ts'
import { processPaths } from './process-paths.ts'
import { ownSeconds, sixFigures } from './rates.ts'
import type { Collect, SourceDefinition } from './source.ts'

const path = 'processes'
const dataset = 'mitra.processes'

export interface ProcessOptions extends Partial<ProcessChoice> {
  /** Command lines as they are. */
  arguments?: boolean
}

export const processes: SourceDefinition = {
  name: 'processes',
  summary:
    'The largest processes, and those named in the configuration: memory, heap, open files and threads, from /proc/PID.',
  kind: 'metric',
  enabledByDefault: true,
  paths: [path, `${path}/*`],
  reads: ['/proc'],
  fields: processFields,
  formats: [
    {
      dataset,
      kind: 'metric',
      matches: (candidate) => candidate === path || candidate.startsWith(`${path}/`),
      fields: factParser(processFields),
    },
  ],
  create: (options) => collectProcesses(options),
}

/** Clock ticks of /proc in a second: USER_HZ, the same on every architecture that Node runs on. */
const ticksPerSecond = 100
const mostHeaps = 16
const mostFds = 65_536

function collectProcesses(options: ProcessOptions = {}): Collect {
  const { top = 10, names = [], users = [], cgroups = [] } = options
  const readOwners = createOwnerNames()
  const meter = smapsMeter()
  const paths = processPaths(path)
  return async function* (pass) {
    const { root, now, signal, seconds = ownSeconds } = pass
    const about = { dataset, kind: 'metric', at: now() } as const
    const began = performance.now()
    const observations: Observation[] = []
    try {
      const boot = bootOf(root)
      const owners = await readOwners(root, signal, new Set())
      const id = (pid: number, startTicks: number) => `${pid}-${startTicks}-${boot.id}`
      const isWatched = (pid: number, { startTicks }: { startTicks: number }) => paths.has(id(pid, startTicks))
      const { count, chosen } = await listProcesses(root, { top, names, users, cgroups }, isWatched, owners)
      if (count === 0) throw new NoDataError('no processes on this host')
      const watched = chosen.map((each) => ({ ...each, id: id(each.pid, each.stat.startTicks) }))
      const placed = paths.place(watched)
      for (const gone of placed.gone) yield { ...about, path: gone, fields: { 'file.exists': false } }
      const measured = await meter.measure(
        watched.map((each) => ({ ...each, startBrk: each.stat.startBrk })),
        { root, seconds, signal },
      )
      for (const each of watched) {
        if (signal.aborted) return
        const status = parseProcessStatus(readOf(root, each.pid, 'status') ?? '')
        // it has ended meanwhile
        if (status.memory.rss === undefined) continue
        const fields: Fields = {
          'process.entity_id': each.id,
          ...(await factsOf(each, status, { root, owners, boot, isWhole: options.arguments === true })),
          ...memoryOf(status, measured.get(each.id), seconds()),
        }
        observations.push({ ...about, path: placed.pathOf(each.id), content: factLines(fields), fields })
      }
      const facts = {
        'processes.count': count,
        'processes.watched': observations.length,
        'processes.without_smaps': watched.length - measured.size,
        'processes.duration_ms': Math.round((performance.now() - began) * 10) / 10,
      }
      yield { ...about, path, content: factLines(facts), fields: facts }
      yield* observations
    } catch (error) {
      if (signal.aborted) return
      yield failedObservation({ ...about, path }, error)
    }
  }
}

interface Boot {
  /** Enough of its id to tell boots apart. */
  id: string
  /** Milliseconds since the epoch; undefined where the kernel does not tell. */
  at: number | undefined
}

/** Throws NoDataError where there are no processes, as in an image of a disk. */
function bootOf(root: Root): Boot {
  const stat = root.readKernelText('/proc/stat')
  const [, seconds] = /^btime (\d{1,12})$/m.exec(stat) ?? []
  return { id: bootId(root), at: seconds === undefined ? undefined : Number(seconds) * 1000 }
}

function bootId(root: Root): string {
  try {
    return root.readKernelText('/proc/sys/kernel/random/boot_id').slice(0, 8)
  } catch {
    return ''
  }
}

interface Known {
  root: Root
  owners: OwnerNames
  boot: Boot
  isWhole: boolean
}

async function factsOf(
  { pid, name, stat }: ChosenProcess,
  { uid }: ProcessStatus,
  { root, owners, boot, isWhole }: Known,
): Promise<Fields> {
  const words = parseCommandLine(readOf(root, pid, 'cmdline') ?? '')
  const line = isWhole ? wholeCommandLine(words) : withoutSecrets(words)
  const group = parseControlGroup(readOf(root, pid, 'cgroup') ?? '')
  const fds = await openFiles(root, pid)
  const most = parseOpenFileLimit(readOf(root, pid, 'limits') ?? '')
  return {
    'process.name': name.replace(/\p{Cc}/gu, ' '),
    'process.pid': pid,
    'process.parent.pid': stat.parent,
    ...(boot.at !== undefined && {
      'process.start': new Date(boot.at + Math.floor(stat.startTicks / ticksPerSecond) * 1000).toISOString(),
    }),
    ...(uid !== undefined && { 'process.user.name': owners.user(uid) ?? String(uid) }),
    ...(line !== '' && { 'process.command_line': line }),
    ...(group !== undefined && { 'process.cgroup': group.replace(/\p{Cc}/gu, ' ').slice(0, 1000) }),
    'process.threads': stat.threads,
    ...(fds !== undefined && { 'process.fds': fds }),
    ...(most !== undefined && { 'process.fds_max': most }),
    ...(fds !== undefined && most && { 'process.fds_pct': sixFigures((fds / most) * 100) }),
  }
}

function memoryOf({ memory }: ProcessStatus, measurement: Measurement | undefined, now: number): Fields {
  const { figures = {}, heaps = [], source, ms, atSeconds } = measurement ?? {}
  // what status has is of now
  const all = { ...figures, ...memory }
  const fields: Fields = {}
  for (const [figure, value] of Object.entries(all)) fields[`process.memory.${figure}`] = value
  if (measurement) fields['process.memory.heap'] = heaps.reduce((sum, each) => sum + each, 0)
  for (const [index, heap] of heaps.slice(0, mostHeaps).entries()) fields[`process.heap.${index + 1}`] = heap
  fields['process.memory.source'] = source ?? 'status'
  if (ms === undefined || atSeconds === undefined) return fields
  fields['process.smaps.duration_ms'] = ms
  fields['process.smaps.age_s'] = Math.max(0, Math.round((now - atSeconds) * 10) / 10)
  return fields
}

/** How many files a process has open; undefined where that may not be known. */
async function openFiles(root: Root, pid: number): Promise<number | undefined> {
  const place = root.locate(`/proc/${pid}/fd`)
  try {
    const { stat } = (await root.calls.look(place)) ?? {}
    if (!stat?.isDirectory()) return undefined
    // since Linux 6.2 the size of the folder is their number
    const { entries } =
      stat.size > 0n && root.base === '/' ? { entries: undefined } : await root.calls.readDirectory(place, mostFds)
    return entries === undefined ? Number(stat.size) : entries.length
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (isMissing(error) || error instanceof NoDataError || code === 'ESRCH' || code === 'EACCES' || code === 'EPERM')
      return undefined
    throw error
  }
}
