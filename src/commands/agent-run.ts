// What the commands that take snapshots work with: the plan of the configuration, the open store, the log.
import { Writable } from 'node:stream'
import type { AgentOptions } from '../agent/agent.ts'
import type { Configuration } from '../config/load.ts'
import { openStore, type StoreTarget } from '../store/open.ts'
import type { Io } from '../terminal/io.ts'
import { configurationOf, type StoreOptions, storeTarget } from './configured.ts'

export interface AgentRun {
  agent: AgentOptions
  configuration: Configuration
  target: StoreTarget
}

/** Whether stderr gets the log now; a log file gets it always. */
export interface Voice {
  audible: boolean
}

/** Opens store and log as the configuration says, works with them and closes both, whatever happens. */
export async function withAgent<Result>(
  options: StoreOptions,
  io: Io,
  voice: Voice,
  work: (run: AgentRun) => Promise<Result>,
): Promise<Result> {
  const configuration = await configurationOf(options, io)
  const target = storeTarget(options, configuration)
  const [{ agentPlan, retentionOf }, { sources }, { createLog }] = await Promise.all([
    import('../config/agent-plan.ts'),
    import('../sources/index.ts'),
    import('../log.ts'),
  ])
  const store = await openStore(target, { mustExist: false })
  try {
    const log = createLog(configuration.log, { stderr: consoleOf(io, voice) })
    try {
      const agent: AgentOptions = {
        settings: agentPlan(configuration, sources),
        store,
        log,
        signal: io.signal,
        ...(configuration.retention.prune && { retention: retentionOf(configuration) }),
      }
      return await work({ agent, configuration, target })
    } finally {
      await log.close()
    }
  } finally {
    await store.close()
  }
}

/** stderr as a stream that takes the log, and drops it while the voice is not audible. */
function consoleOf({ stderr }: Io, voice: Voice): Writable & { isTTY: boolean } {
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      if (!voice.audible) return done()
      const written = stderr.write(chunk).then(() => stderr.flush())
      // A reader of stderr that has gone is no reason to stop.
      written.then(
        () => done(),
        () => done(),
      )
    },
  })
  return Object.assign(stream, { isTTY: stderr.isTerminal })
}
