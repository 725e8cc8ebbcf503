// What the commands that take snapshots work with: the plan of the configuration, the open store, the log.
import { Writable } from 'node:stream'
import type { AgentOptions } from '../agent/agent.ts'
import type { Configuration } from '../config/load.ts'
import type { Left } from '../delivery/delivery.ts'
import { ActionableError } from '../errors.ts'
import type { StoreTarget } from '../store/open.ts'
import type { Io } from '../terminal/io.ts'
import { counted } from '../terminal/units.ts'
import { openAgentStore } from './agent-store.ts'
import { configurationOf, type StoreOptions, storeTarget, waitingFor } from './configured.ts'

export interface AgentRun {
  agent: AgentOptions
  configuration: Configuration
  target: StoreTarget
  /** Waits until what was written has reached the store; gives what has not, and why. */
  delivered(signal: AbortSignal): Promise<Left>
}

/** Whether stderr gets the log now; a log file gets it always. */
export interface Voice {
  audible: boolean
}

/**
 * Opens store and log as the configuration says, works with them and closes both, whatever happens. `lasting`: for a run that
 * does not end by itself.
 */
export async function withAgent<Result>(
  options: StoreOptions & { lasting: boolean },
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
  const log = createLog(configuration.log, { stderr: consoleOf(io, voice) })
  // a log that is heard tells more, and would be written over
  const waiting = waitingFor(target, { quiet: options.quiet === true || voice.audible }, io)
  try {
    const { lasting } = options
    const opened = await waiting.during(() =>
      openAgentStore(target, configuration, { lasting, log, signal: io.signal }),
    )
    const { store, pruneForFleet, close } = opened
    const delivered = (signal: AbortSignal) => waiting.during(() => opened.delivered(signal))
    const { prune } = configuration.retention
    try {
      const agent: AgentOptions = {
        settings: agentPlan(configuration, sources),
        store,
        log,
        signal: io.signal,
        ...(lasting && { bursts: await burstsOf(configuration, target, io) }),
        ...(prune !== false && { retention: retentionOf(configuration), pruneForFleet }),
        ...(typeof prune === 'string' && { pruneCron: prune }),
      }
      return await work({ agent, configuration, target, delivered })
    } finally {
      await close()
    }
  } finally {
    waiting.end()
    await log.close()
  }
}

/** Of a host without rules nothing is loaded for them. */
async function burstsOf(configuration: Configuration, target: StoreTarget, io: Io): Promise<AgentOptions['bursts']> {
  if (configuration.burst.rules.length === 0) return undefined
  return (await import('./burst-rules.ts')).burstSettings(configuration, target, io.now)
}

/** For commands that end: what waits is told as an error, and is safe. */
export async function allDelivered({ delivered, configuration }: AgentRun, signal: AbortSignal): Promise<void> {
  const left = await delivered(signal)
  if (left.documents > 0) throw undelivered(left, configuration.delivery.path)
}

/** What is told of documents that wait. */
export function undelivered({ documents, reason }: Left, outbox: string): ActionableError {
  return new ActionableError(
    `${counted(documents, 'document')} could not be delivered and ${documents === 1 ? 'waits' : 'wait'} in ${outbox}${reason ? `: ${reason}` : ''}`,
    {
      next: 'nothing is lost: the next `mitra index` or a running `mitra agent` sends them when the store can be reached',
    },
  )
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
