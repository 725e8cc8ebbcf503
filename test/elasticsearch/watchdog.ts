// Runs beside the tests, in a session of its own: ends the servers of a run when the run is over, killed or not.
import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive, type ProcessIdentity } from './processes.ts'
import { endOrphans, endRun } from './run.ts'

const [folder = '', owner = ''] = process.argv.slice(2)
// a Ctrl-C or the end of a terminal is the owner's to see; this one stays until the owner has gone
for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM'] as const) process.on(signal, () => {})
const runner = JSON.parse(owner) as ProcessIdentity
// not until the folder has gone: a server can still be on its way into it
while (isAlive(runner)) {
  await sleep(300)
  await endOrphans(folder)
}
await endRun(folder)
