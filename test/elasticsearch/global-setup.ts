// For the whole test run: servers start while the first tests run, and have ended when the run returns.

import { currentRun, endRun, endStaleRuns } from './run.ts'
import { kinds } from './server.ts'
import { elasticsearch } from './servers.ts'

let isOver = false

export async function globalSetup(): Promise<void> {
  await endStaleRuns()
  currentRun()
  void startAll()
}

export async function globalTeardown(): Promise<void> {
  isOver = true
  await endRun(currentRun())
}

/** One after the other: three at once would take the processors from the tests. */
async function startAll(): Promise<void> {
  for (const kind of kinds) {
    if (isOver) return
    // a test that needs the server tells of it
    await elasticsearch(kind).catch(() => {})
  }
}
