// `mitra start`: the first minute with mitra. A snapshot, what came of it, what can be asked; then the agent.
import type { CycleReport } from '../agent/cycle.ts'
import type { Frequency } from '../agent/settings.ts'
import type { Left } from '../delivery/delivery.ts'
import type { ExplorerServer } from '../explorer/server.ts'
import { harmless } from '../terminal/harmless.ts'
import type { Io } from '../terminal/io.ts'
import { createProgress } from '../terminal/progress.ts'
import { counted } from '../terminal/units.ts'
import { type AgentRun, undelivered, withAgent } from './agent-run.ts'
import { defineCommand } from './command.ts'
import { cycleReportText, cycleStatus } from './cycle-report.ts'
import { answeredQuestions } from './example-questions.ts'
import { type Beside, explorerBeside } from './explorer-beside.ts'
import { paintOf } from './listing.ts'
import { outputOptions, storeOptions } from './options.ts'

export const start = defineCommand({
  description:
    'Takes a snapshot of this host, says what was stored and what could not be read, answers three questions about this host with the commands that ask them, and goes on as `mitra agent` does until Ctrl-C, with an address to look at it in a browser.',
  arguments: {},
  options: {
    once: { summary: 'End after the first snapshot and the questions.' },
    color: outputOptions.color,
    ...storeOptions,
  },
  examples: [
    { asks: 'Meet mitra', line: 'mitra start' },
    { asks: 'The same in a file of its own, and no agent after it', line: 'mitra start --once --store try.db' },
  ],
  signals: 'graceful',
  async run(input, io) {
    const { options } = input
    const voice = { audible: false }
    return withAgent({ ...options, lasting: !options.once }, io, voice, async (run) => {
      const { runAgent, runOnce } = await import('../agent/agent.ts')
      const progress = createProgress(io)
      let isFirst = true
      let explorer: ExplorerServer | undefined
      const keep = (beside: Beside): Beside => {
        explorer = beside.server
        return beside
      }
      const told = {
        ...run.agent,
        onProgress({ source, documents }: { source: string; documents: number }) {
          if (isFirst) progress.update(`first snapshot: ${source}, ${counted(documents, 'document')}`)
        },
      }
      const tell = async (report: CycleReport) => {
        isFirst = false
        progress.clear()
        if (io.signal.aborted) return
        await io.stdout.write(`${cycleReportText(report, options, io)}\n`)
        const left = await run.delivered(AbortSignal.any([io.signal, AbortSignal.timeout(deliveryMs)]))
        if (left.documents === 0) await tellQuestions(report.host, options, io)
        else await tellUndelivered(left, run, io)
        if (!options.once)
          await io.stdout.write(farewell(run, await explorerBeside(run, true).then(keep), report.host, io))
        await io.stdout.flush()
      }
      try {
        if (options.once) {
          const report = await runOnce(told)
          io.signal.throwIfAborted()
          await tell(report)
          return cycleStatus(report)
        }
        await runAgent({
          ...told,
          async onFirstCycle(report) {
            await tell(report)
            voice.audible = true
          },
        })
        return 0
      } finally {
        progress.clear()
        await explorer?.close()
      }
    })
  },
})

/** How long the first snapshot may take to reach the store before the questions are left out. */
const deliveryMs = 60_000

async function tellUndelivered(left: Left, { configuration }: AgentRun, io: Io): Promise<void> {
  const { message, next } = undelivered(left, configuration.delivery.path)
  await io.stdout.write(`${harmless(message)}\n${next ?? ''}\n\n`)
}

/** In a clone npm finds the program, elsewhere the shell does. */
const program = import.meta.filename.endsWith('.ts') ? 'npx mitra' : 'mitra'

async function tellQuestions(
  host: string,
  { config, store, color }: { config: string | undefined; store: string | undefined; color: string },
  io: Io,
): Promise<void> {
  const paint = paintOf({ color }, io)
  const where = store === undefined ? { config } : { store }
  const answered = await answeredQuestions(program, { ...where, ...(color !== 'auto' && { color }) }, io)
  if (answered.length === 0) return
  await io.stdout.write(`Now ${harmless(host)} can be asked:\n\n`)
  for (const { asks, line, answer } of answered)
    await io.stdout.write(`${paint('bold', asks)}\n${paint('green', `$ ${line}`)}\n${answer}\n`)
}

/** How it goes on, and where it can be looked at. */
function farewell(
  { agent: { settings }, configuration: { log }, target }: AgentRun,
  { server, problem }: Beside,
  host: string,
  io: Io,
): string {
  const changes = settings.watch ? '; changed files are stored within a second' : ''
  const store = target.driver === 'embedded' ? target.path : target.nodes.join(' ')
  const console = io.stderr.isTerminal ? 'this terminal' : 'stderr'
  const look = server ? `Look at it: ${server.url}host/${encodeURIComponent(host)}\n` : ''
  const unseen = problem ? `No pages to look at: ${harmless(problem.message)}\n` : ''
  return (
    `Going on as the agent: a snapshot ${frequencyText(settings.frequency)}${changes}.\n` +
    `Store: ${harmless(store)}   Log: ${console}${log.file === undefined ? '' : ` and ${harmless(log.file)}`}\n` +
    `Ctrl-C stops it, what is stored stays. \`${program} --help\` shows what else there is.\n${look}${unseen}\n`
  )
}

function frequencyText(frequency: Frequency): string {
  return 'cron' in frequency ? `at ${frequency.cron} (cron)` : `every ${frequency.seconds} s`
}
