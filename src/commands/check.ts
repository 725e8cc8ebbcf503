// `mitra check`: is the configuration right, and what would be indexed. Lists and stats, opens no file but the configuration.
import { agentPlan } from '../config/agent-plan.ts'
import type { Configuration } from '../config/load.ts'
import { ActionableError } from '../errors.ts'
import { compileGlob, isGlob } from '../host/glob.ts'
import { hostName } from '../host/identity.ts'
import { Root } from '../host/root.ts'
import { walkFolder, walkGlob } from '../host/walk.ts'
import { sources } from '../sources/index.ts'
import { harmless } from '../terminal/harmless.ts'
import type { Io } from '../terminal/io.ts'
import { jsonLine } from '../terminal/ndjson.ts'
import { renderTable } from '../terminal/table.ts'
import { counted } from '../terminal/units.ts'
import { defineCommand } from './command.ts'
import { configurationOf, storeTarget } from './configured.ts'
import { paintOf } from './listing.ts'
import { outputOptions, storeOptions } from './options.ts'

/** One line of what would be indexed. */
interface PlannedSource {
  kind: 'source' | 'files' | 'command'
  name: string
  frequency: string
  /** Files found by a path, a glob or a folder. */
  files?: number
  /** What is read, or what is wrong with it. */
  note: string
}

const walkLimits = { maxDepth: 16, maxEntries: 10_000 }

export const check = defineCommand({
  description:
    'Checks the configuration and says where it comes from, which store and host name it leads to, and which sources, files and commands would be read, how often. It opens no file but the configuration and stores nothing. Mistakes are named with file, line and key.',
  arguments: {},
  options: { json: { summary: 'Everything as one JSON object.' }, color: outputOptions.color, ...storeOptions },
  examples: [
    { asks: 'Is this file right, and what would it do', line: 'mitra check --config config/mitra.yml' },
    {
      asks: 'Which configured files are not there',
      line: "mitra check --json | jq '.sources[] | select(.files == 0)'",
    },
  ],
  async run(input, io) {
    const { options } = input
    const configuration = await configurationOf(options, io)
    const plan = await planned(configuration, io)
    const target = storeTarget(options, configuration)
    const about = {
      configuration: origin(configuration),
      host: host(configuration),
      root: configuration.root,
      store: target.driver === 'embedded' ? target.path : target.nodes.join(' '),
    }
    if (options.json) await io.stdout.write(jsonLine({ ...about, sources: plan }))
    else await writeText(about, plan, options, io)
    return 0
  },
})

async function writeText(
  about: Readonly<Record<string, string>>,
  plan: readonly PlannedSource[],
  options: { color: string },
  io: Io,
): Promise<void> {
  const paint = paintOf(options, io)
  const facts = Object.entries(about).map(([name, value]) => `${paint('bold', name.padEnd(13))}  ${harmless(value)}\n`)
  const columns = [{ title: 'READ', style: 'bold' as const }, { title: 'EVERY' }, { title: 'WHAT' }]
  const rows = plan.map(({ name, frequency, note }) => [name, frequency, note].map((text) => harmless(text)))
  const width = io.stdout.isTerminal ? io.stdout.columns : Number.POSITIVE_INFINITY
  await io.stdout.write(`${facts.join('')}\n${renderTable(columns, rows, { width, paint })}`)
}

function origin({ origin: { kind, file } }: Configuration): string {
  const by = {
    option: 'named with -c',
    environment: 'named by $MITRA_CONFIG',
    system: 'of the system',
    user: 'of the user',
  }
  return kind === 'built-in' ? 'built-in defaults: no file found' : `${file} (${by[kind]})`
}

function host({ host: given, root }: Configuration): string {
  try {
    return hostName(new Root(root), given)
  } catch (error) {
    if (!(error instanceof ActionableError)) throw error
    return `unknown: ${error.message}`
  }
}

async function planned(configuration: Configuration, io: Io): Promise<PlannedSource[]> {
  const plan = agentPlan(configuration, sources)
  const root = new Root(configuration.root)
  const every = (own: (typeof plan)['frequency'] | undefined) => frequencyText(own ?? plan.frequency)
  const kernel = plan.sources.map(({ name, frequency }): PlannedSource => {
    const paths = sources.find((source) => source.name === name)?.paths ?? []
    return { kind: 'source', name, frequency: every(frequency), note: paths.join(', ') }
  })
  const files: PlannedSource[] = []
  for (const { path, required, frequency } of plan.files) {
    const found = await filesAt(root, path, io.signal)
    files.push({
      kind: 'files',
      name: path,
      frequency: every(frequency),
      files: found.files,
      note: noteOf(found, required),
    })
  }
  const commands = plan.commands.map(
    ({ path, run, frequency }): PlannedSource => ({
      kind: 'command',
      name: path,
      frequency: every(frequency),
      note: `runs ${run.join(' ')}`,
    }),
  )
  return [...kernel, ...files, ...commands]
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
