// `mitra index`: one cycle now, and what it did.
import { jsonLine } from '../terminal/ndjson.ts'
import { createProgress } from '../terminal/progress.ts'
import { counted } from '../terminal/units.ts'
import { allDelivered, withAgent } from './agent-run.ts'
import { defineCommand } from './command.ts'
import { cycleReportText, cycleStatus } from './cycle-report.ts'
import { outputOptions, storeOptions } from './options.ts'

export const index = defineCommand({
  description:
    'Reads every source, file and command of the configuration once, stores what is new or changed, and reports: sources with documents, text and time, and what could not be read and why.\n\n' +
    'The exit status is 2 when something failed that has to be there: an entry under `indexer.files`, or a command. Whatever else could be read is stored all the same.',
  arguments: {},
  options: {
    json: { summary: 'The report as one JSON object.' },
    ...outputOptions,
    ...storeOptions,
  },
  examples: [
    { asks: 'Take a snapshot of this host now', line: 'mitra index' },
    {
      asks: 'What could not be read',
      line: "mitra index --json | jq '.errors[]'",
    },
    { asks: 'Read another tree into a store of its own', line: 'mitra index --config image.yml --store image.db' },
  ],
  signals: 'graceful',
  async run(input, io) {
    const { options } = input
    return withAgent({ ...options, lasting: false }, io, { audible: false }, async (run) => {
      const { agent } = run
      const { runOnce } = await import('../agent/agent.ts')
      const progress = createProgress(io, options)
      try {
        const report = await runOnce({
          ...agent,
          onProgress: ({ source, documents }) => progress.update(`${source}: ${counted(documents, 'document')}`),
        })
        progress.clear()
        io.signal.throwIfAborted()
        if (options.json) await io.stdout.write(jsonLine(report))
        else if (!options.quiet) await io.stdout.write(cycleReportText(report, options, io))
        await allDelivered(run, io.signal)
        return cycleStatus(report)
      } finally {
        progress.clear()
      }
    })
  },
})
