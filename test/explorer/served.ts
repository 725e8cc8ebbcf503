// The explorer over a store, at a time of its own, on a free port of this machine.
import { catalogue, declaredFields } from '../../src/commands/declared-fields.ts'
import type { Answering } from '../../src/explorer/answering.ts'
import { type ExplorerServer, type ServerOptions, serve } from '../../src/explorer/server.ts'
import { answersOf } from '../../src/explorer/thread.ts'
import type { Store } from '../../src/store/store.ts'

/** When the scenario ends. */
export const now = Date.UTC(2026, 10, 21, 12)

/** Pages made in this process, so that a test sets the time and sees what goes wrong. */
export function answeringOver(store: Store, time: () => number = () => now): Answering {
  return {
    answer: answersOf({ store, catalogue, fields: declaredFields, now: time }),
    async close() {},
  }
}

export async function served(
  store: Store,
  options: Partial<ServerOptions> = {},
  time?: () => number,
): Promise<ExplorerServer> {
  return serve(answeringOver(store, time), { listen: '127.0.0.1', port: 0, names: [], ...options })
}
