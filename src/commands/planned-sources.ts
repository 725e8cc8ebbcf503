// What the configuration would have read on this host, found by listing and looking, without opening any file.
import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import { agentPlan } from '../config/agent-plan.ts'
import type { Configuration } from '../config/load.ts'
import { compileGlob, isGlob } from '../host/glob.ts'
import { Root } from '../host/root.ts'
import { walkFolder, walkGlob } from '../host/walk.ts'
import { sources } from '../sources/index.ts'
import type { Io } from '../terminal/io.ts'
import { counted } from '../terminal/units.ts'

/** One line of what would be indexed. */
export interface PlannedSource {
  kind: 'source' | 'files' | 'command'
  name: string
  /** False for a source that is switched off. */
  enabled: boolean
  /** Whether this host has it: the kernel table, a file, the program. */
  present: boolean
  frequency: string
  /** Files found by a path, a glob or a folder. */
  files?: number
  /** What is read, or what is wrong with it. */
  note: string
}

const walkLimits = { maxDepth: 16, maxEntries: 10_000 }

/** Sources, files and commands, in this order. */
export async function plannedSources(configuration: Configuration, io: Io): Promise<PlannedSource[]> {
  const plan = agentPlan(configuration, sources)
  const root = new Root(configuration.root)
  const every = (own: (typeof plan)['frequency'] | undefined) => frequencyText(own ?? plan.frequency)
  const enabled = new Map(plan.sources.map((source) => [source.name, source]))
  const kernel: PlannedSource[] = []
  for (const source of sources) {
    const { name, paths } = source
    const entry = enabled.get(name)
    const present = await isPresent(root, source)
    const frequency = entry ? every(entry.frequency) : 'off'
    const note = present ? paths.join(', ') : 'nothing of the kind on this host'
    kernel.push({ kind: 'source', name, enabled: entry !== undefined, present, frequency, note })
  }
  const files: PlannedSource[] = []
  for (const { path, required, frequency } of plan.files) {
    const found = await filesAt(root, path, io.signal)
    files.push({
      kind: 'files',
      name: path,
      enabled: true,
      present: found.files > 0,
      frequency: every(frequency),
      files: found.files,
      note: noteOf(found, required),
    })
  }
  const commands = plan.commands.map(({ path, run, frequency }): PlannedSource => {
    const present = isProgram(run[0] ?? '', io.env['PATH'])
    const note = `runs ${run.join(' ')}${present ? '' : ': NO SUCH PROGRAM'}`
    return { kind: 'command', name: path, enabled: true, present, frequency: every(frequency), note }
  })
  return [...kernel, ...files, ...commands]
}

/** Whether the host has what a source reads; what is no file, such as the host itself, is always there. */
async function isPresent(root: Root, { reads, paths }: { reads?: readonly string[]; paths: readonly string[] }) {
  const files = (reads ?? paths).filter((path) => path.startsWith('/'))
  if (files.length === 0) return true
  for (const file of files) if (await isThere(root, file)) return true
  return false
}

async function isThere(root: Root, path: string): Promise<boolean> {
  try {
    return (await root.resolve(path)).stat !== undefined
  } catch {
    return false
  }
}

/** Whether a program can be run, by its path or as one of the search path. */
function isProgram(name: string, searchPath = '/usr/local/bin:/usr/bin:/bin'): boolean {
  const places = name.includes('/') ? [name] : searchPath.split(':').map((folder) => join(folder, name))
  return places.some((place) => {
    try {
      accessSync(place, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

function frequencyText(frequency: { seconds: number } | { cron: string }): string {
  return 'cron' in frequency ? frequency.cron : `${frequency.seconds} s`
}

interface Found {
  files: number
  problems: readonly string[]
}

function noteOf({ files, problems }: Found, required: boolean): string {
  const [problem] = problems
  if (problem !== undefined)
    return `${counted(files, 'file')}; ${problem}${problems.length > 1 ? ` and ${problems.length - 1} more` : ''}`
  if (files > 0) return counted(files, 'file')
  return required ? 'MISSING, and it is required' : 'not on this host'
}

/** How many files a path, a folder or a glob means. */
async function filesAt(root: Root, path: string, signal: AbortSignal): Promise<Found> {
  try {
    const { stat } = await root.resolve(path)
    if (stat && !stat.isDirectory()) return { files: 1, problems: [] }
    if (stat) return await counts(walkFolder(root, path, { signal, ...walkLimits }))
    if (isGlob(path)) return await counts(walkGlob(root, path, compileGlob(path), { signal, ...walkLimits }))
    return { files: 0, problems: [] }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    return { files: 0, problems: [`cannot be looked at (${code})`] }
  }
}

async function counts(findings: ReturnType<typeof walkFolder>): Promise<Found> {
  let files = 0
  const problems: string[] = []
  for await (const finding of findings) {
    if (finding.kind === 'candidate') files++
    else problems.push(`${finding.path}: ${finding.reason}`)
  }
  return { files, problems }
}
