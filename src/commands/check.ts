// `mitra check`: is the configuration right, and what would be indexed. Lists and stats, opens no file that would be indexed.
import type { Configuration } from '../config/load.ts'
import { ActionableError } from '../errors.ts'
import { hostName } from '../host/identity.ts'
import { Root } from '../host/root.ts'
import { missingFolder } from '../log-file.ts'
import { harmless } from '../terminal/harmless.ts'
import type { Io } from '../terminal/io.ts'
import { jsonLine } from '../terminal/ndjson.ts'
import { renderTable } from '../terminal/table.ts'
import { defineCommand } from './command.ts'
import { configurationOf, storeTarget } from './configured.ts'
import { paintOf } from './listing.ts'
import { outputOptions, storeOptions } from './options.ts'
import { type PlannedSource, plannedSources } from './planned-sources.ts'

export const check = defineCommand({
  description:
    'Checks the configuration and says where it comes from, which store and host name it leads to, and which sources, files and commands would be read, how often. It opens no file but the configuration and what that names for Elasticsearch (secrets, certificates), and stores nothing. Mistakes are named with file, line and key.',
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
    const { name, error } = hostOf(configuration)
    const plan = await plannedSources(configuration, io)
    const bursts = configuration.burst.rules.map(({ name }) => name)
    const target = storeTarget(options, configuration)
    const logFile = configuration.log.file
    const about = {
      configuration: origin(configuration),
      host: name,
      root: configuration.root,
      ...(target.driver === 'embedded'
        ? { store: target.path }
        : { store: target.nodes.join(' '), outbox: configuration.delivery.path }),
      ...(logFile !== undefined && { log: logFile }),
      ...(bursts.length > 0 && { bursts: bursts.join(', ') }),
    }
    if (options.json) await io.stdout.write(jsonLine({ ...about, sources: plan }))
    else await writeText(about, plan, options, io)
    const problem = error ?? (logFile === undefined ? undefined : missingFolder(logFile))
    if (problem) throw problem
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

/** The host's name, or why there is none: without one nothing can be indexed. */
function hostOf({ host, root }: Configuration): { name: string; error?: ActionableError } {
  try {
    return { name: hostName(new Root(root), host) }
  } catch (error) {
    if (!(error instanceof ActionableError)) throw error
    return { name: `unknown: ${error.message}`, error }
  }
}
