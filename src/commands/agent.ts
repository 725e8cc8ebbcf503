// `mitra agent`: snapshots for ever, as a service.
import { allDelivered, withAgent } from './agent-run.ts'
import { defineCommand } from './command.ts'
import { cycleStatus } from './cycle-report.ts'
import { explorerBeside } from './explorer-beside.ts'
import { storeOptions } from './options.ts'

export const agent = defineCommand({
  description:
    'Reads what the configuration names: at once, then every `indexer.frequency` or as often as each source says; a changed file within a second where `indexer.watch` is on. ' +
    'What it does is logged to stderr, as text at a terminal and as JSON lines elsewhere, and to `log.file`.\n\n' +
    'SIGTERM and SIGINT end it within two seconds, the document in hand finished, with status 0; on the way to Elasticsearch up to five more go to what waits, and the rest is kept. With --once it ends after the first cycle, with status 2 when something failed that has to be there.',
  arguments: {},
  options: { once: { summary: 'End after the first cycle.' }, ...storeOptions },
  examples: [
    { asks: 'Run it as a service does', line: 'mitra agent --config /etc/mitra/mitra.yml' },
    { asks: 'One cycle, from cron', line: 'mitra agent --once' },
  ],
  signals: 'graceful',
  async run(input, io) {
    const { options } = input
    return withAgent({ ...options, lasting: !options.once }, io, { audible: true }, async (run) => {
      const { runAgent, runOnce } = await import('../agent/agent.ts')
      if (options.once) {
        const report = await runOnce(run.agent)
        await allDelivered(run, io.signal)
        return cycleStatus(report)
      }
      const { server, problem } = await explorerBeside(run, false)
      if (server) run.agent.log.info('explorer listens', { url: server.url })
      if (problem) run.agent.log.warn('explorer cannot listen', { cause: problem.message })
      try {
        await runAgent(run.agent)
      } finally {
        await server?.close()
      }
      return 0
    })
  },
})
