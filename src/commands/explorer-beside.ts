// The explorer beside an agent: it comes and goes with it, and never keeps it from its work.
import { ActionableError } from '../errors.ts'
import type { ExplorerServer } from '../explorer/server.ts'
import type { AgentRun } from './agent-run.ts'

export interface Beside {
  /** Absent where it is not wanted, or cannot listen. */
  server?: ExplorerServer
  /** Why it does not listen. */
  problem?: ActionableError
}

/**
 * Serves the explorer as the configuration says. `isUsual`: it is wanted unless the configuration says otherwise, and then takes
 * another port where its own is taken.
 */
export async function explorerBeside(
  { target, configuration: { web } }: Pick<AgentRun, 'target' | 'configuration'>,
  isUsual: boolean,
): Promise<Beside> {
  if (!(web.serve ?? isUsual)) return {}
  const { serveExplorer } = await import('./explore.ts')
  let problem: ActionableError | undefined
  for (const port of isUsual ? [web.port, 0] : [web.port]) {
    try {
      return { server: await serveExplorer(target, { ...web, port }, isUsual ? 'started' : 'late') }
    } catch (error) {
      if (!(error instanceof ActionableError)) throw error
      problem ??= error
    }
  }
  return problem ? { problem } : {}
}
